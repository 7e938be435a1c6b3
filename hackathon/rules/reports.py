"""``reports.json``: how much of a report is made while somebody waits, and how long it serves."""

from collections.abc import Mapping

from pydantic import Field

from hackathon.rules.base import Content, Text


class ReportsModel(Content):
    """A report of at most ``rows_at_once`` rows is made at once, a longer one in a job, whose result serves whoever
    asks in the next ``serves_ticks`` ticks; where it does not come within ``lost_after_seconds``, another job is asked
    for it. ``rows_shown`` are shown of each table; the CSV has them all.
    ``money`` says in words what each cause of the ledger stands for; one without words is named as it is.
    """

    rows_at_once: int = Field(ge=0, le=1_000_000)
    rows_shown: int = Field(ge=1, le=10_000)
    serves_ticks: int = Field(ge=0, le=100_000)
    kept_seconds: int = Field(ge=1, le=86_400)
    retry_after_seconds: int = Field(ge=1, le=600)
    lost_after_seconds: int = Field(ge=10, le=86_400)
    money: Mapping[str, Text]


model = ReportsModel
