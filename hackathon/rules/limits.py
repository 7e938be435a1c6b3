"""``limits.json``: how much one player may take up of what all share."""

from pydantic import Field

from hackathon.rules.base import Content


class Calls(Content):
    """At most ``attempts`` in each window of ``seconds``."""

    attempts: int = Field(ge=1)
    seconds: int = Field(ge=1, le=3600)


class FileRoom(Content):
    """How many bytes all files of an account may come to, and for how many days those are kept that no game needs."""

    per_account_bytes: int = Field(ge=10 * 1024 * 1024)
    kept_days: int = Field(ge=1, le=36_500)
    pruned_at_a_time: int = Field(ge=1, le=10_000)


class LimitsModel(Content):
    """How much one player may take up of what all share: calls (with files and charts by themselves), and room."""

    requests: Calls
    slow_requests: Calls
    files: FileRoom


model = LimitsModel
