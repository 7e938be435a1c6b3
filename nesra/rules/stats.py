"""Statistics ready for a chart: no day missing, shares in order of size."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from nesra.rules.enums import StatsRange

K = TypeVar("K", bound=Hashable)

DAYS = {StatsRange.WEEK: 7, StatsRange.MONTH: 30, StatsRange.YEAR: 365}


@dataclass(frozen=True, slots=True)
class Share:
    """Successes of one local day, room and category."""

    day: date | None
    room: str
    category: str
    minutes: int
    sessions: int


def first_day(span: StatsRange, today: date) -> date:
    """The first of the local days that a range covers; ``today`` is its last."""
    return today - timedelta(days=DAYS[span] - 1)


def by_day(shares: Iterable[Share], first: date, last: date) -> list[dict[str, Any]]:
    """One entry a day from ``first`` to ``last``, with zeros where nothing happened."""
    totals = _totals(shares, lambda share: share.day)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [{"date": day.isoformat(), **_share(totals.get(day, (0, 0)))} for day in days]


def by_name(shares: Iterable[Share], field: str) -> list[dict[str, Any]]:
    """One entry for each room or category there is, most minutes first."""
    totals = _totals(shares, lambda share: str(getattr(share, field)))
    ranked = sorted(totals.items(), key=lambda entry: (-entry[1][0], entry[0]))
    return [{field: name, **_share(total)} for name, total in ranked]


def _totals(shares: Iterable[Share], key: Callable[[Share], K]) -> dict[K, tuple[int, int]]:
    totals: dict[K, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for share in shares:
        minutes, sessions = totals[key(share)]
        totals[key(share)] = (minutes + share.minutes, sessions + share.sessions)
    return totals


def _share(total: tuple[int, int]) -> dict[str, int]:
    return {"minutes": total[0], "sessions": total[1]}
