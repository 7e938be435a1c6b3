"""How the AI is used, and how much of it: ``content/gateway.json``."""

from typing import Annotated

from django.conf import settings as django_settings
from pydantic import BaseModel, ConfigDict, Field

from accounts.limits import Limit
from tommy.core.content import content

FILE = "npcs/gateway.json"
Seconds = Annotated[float, Field(gt=0, le=300)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retries(_Part):
    """Tries of one call that failed for a passing reason; the waits between them grow, at random below their bound."""

    attempts: Annotated[int, Field(ge=1, le=5)]
    first_wait_seconds: Seconds
    longest_wait_seconds: Seconds


class Circuit(_Part):
    """After so many failures in a row nobody asks for a while; then one call tries."""

    failures: Count
    reset_seconds: Seconds


class Budget(_Part):
    """What may be spent in a UTC day; a token is taken for four characters until the upstream tells."""

    calls: Count
    tokens: Count


class Budgets(_Part):
    """Per player, per game, and for everyone together."""

    player: Budget
    game: Budget
    everyone: Budget


class Images(_Part):
    """Pictures that are shown to the AI: of which kinds, up to which size, and what one is billed in advance."""

    media_types: tuple[Annotated[str, Field(pattern=r"^image/[a-z0-9.+-]+$")], ...]
    bytes: Annotated[int, Field(ge=1_024, le=20 * 1024 * 1024)]
    tokens: Annotated[int, Field(ge=1, le=100_000)]


class Use(_Part):
    """One purpose that text is asked for. ``seconds`` bounds a call with all its retries, ``concurrent`` the calls
    that one process makes at a time; whoever finds no place does not wait.
    """

    game: Annotated[str, Field(pattern=r"^[a-z]+$")]
    seconds: Seconds
    concurrent: Annotated[int, Field(ge=1, le=256)]
    max_tokens: Annotated[int, Field(ge=16, le=16_384)]
    temperature: Annotated[float, Field(ge=0, le=2)]
    longest: Annotated[int, Field(ge=16, le=100_000, description="Characters of an answer that is kept.")]
    cache_seconds: Annotated[int, Field(ge=0, le=86_400)]
    word_level: str


class GatewaySettings(_Part):
    """How the AI is asked, how long it may take, and how much of it each player and the server may use."""

    connect_seconds: Seconds
    model_seconds: Seconds
    model_cache_seconds: Annotated[int, Field(ge=1, le=86_400)]
    answer_bytes: Annotated[int, Field(ge=1_024, le=16 * 1024 * 1024)]
    prompt_characters: Annotated[int, Field(ge=256, le=1_000_000)]
    images: Images
    retries: Retries
    circuit: Circuit
    budgets: Budgets
    chat_rate: Limit
    proxy_rate: Limit
    uses: dict[str, Use]


def gateway_settings() -> GatewaySettings:
    """The settings in force."""
    return content.get(FILE, GatewaySettings)


def is_enabled() -> bool:
    """Whether this installation has an AI at all; without one everything is written offline."""
    return bool(django_settings.ENV.ai_enabled)
