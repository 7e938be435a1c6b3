"""Seasonal events: when they run and what they multiply."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Season(Protocol):
    """A season as the table has it; both days belong to it."""

    starts_on: date
    ends_on: date
    yearly: bool
    exp_percent: int
    gold_percent: int
    drop_percent: int


@dataclass(frozen=True, slots=True)
class Boost:
    """Percentages of the ordinary reward."""

    exp_percent: int = 100
    gold_percent: int = 100
    drop_percent: int = 100


# The column's limit: several seasons at once could multiply beyond it.
PERCENT_MAX = 10_000


def runs_on(season: Season, day: date) -> bool:
    """Whether ``day`` (UTC) belongs to the season, in its own year or, if yearly, in any."""
    if not season.yearly:
        return season.starts_on <= day <= season.ends_on
    length = season.ends_on - season.starts_on
    starts = (_in_year(season.starts_on, year) for year in (day.year - 1, day.year))
    return any(start <= day <= start + length for start in starts)


def boost_of(seasons: Iterable[Season]) -> Boost:
    """All of them together: their percentages multiplied."""
    exp = gold = drop = 100
    for season in seasons:
        exp = min(PERCENT_MAX, exp * season.exp_percent // 100)
        gold = min(PERCENT_MAX, gold * season.gold_percent // 100)
        drop = min(PERCENT_MAX, drop * season.drop_percent // 100)
    return Boost(exp, gold, drop)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 2, 28)
