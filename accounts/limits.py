"""How much is too much: ``content/limits.json``."""

from pydantic import BaseModel, ConfigDict, Field

from tommy.core.content import content

FILE = "accounts/limits.json"


class Limit(BaseModel):
    """At most ``attempts`` in each window of ``seconds``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attempts: int = Field(gt=0)
    seconds: int = Field(gt=0, le=86_400)


class Limits(BaseModel):
    """Limits of the account endpoints; ``docs/accounts.md`` explains the policy behind them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    failed_passwords_per_address: Limit
    failed_passwords_per_account_and_address: Limit
    failed_passwords_per_account: Limit
    known_address_days: int = Field(gt=0, le=365)
    registrations_per_address: Limit
    save_data_bytes: int = Field(gt=0, le=8 * 1024 * 1024)
    ended_logins_kept_hours: int = Field(ge=0, le=24 * 365)


def limits() -> Limits:
    """The limits in force."""
    return content.get(FILE, Limits)
