from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesra.rules.seasons import PERCENT_MAX, Boost, boost_of, runs_on


@dataclass
class Season:
    starts_on: date
    ends_on: date
    yearly: bool = True
    exp_percent: int = 100
    gold_percent: int = 100
    drop_percent: int = 100


WINTER = Season(date(2026, 12, 18), date(2027, 1, 6))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 17), False),
        (date(2026, 12, 18), True),
        (date(2027, 1, 6), True),
        (date(2027, 1, 7), False),
        (date(2030, 12, 31), True),
        (date(2031, 1, 6), True),
        (date(2025, 7, 1), False),
    ],
)
def test_a_yearly_season_runs_over_new_year_in_every_year(day: date, expected: bool) -> None:
    assert runs_on(WINTER, day) is expected


def test_a_season_of_one_year_runs_once() -> None:
    once = Season(date(2026, 12, 18), date(2027, 1, 6), yearly=False)
    assert runs_on(once, date(2026, 12, 20))
    assert not runs_on(once, date(2027, 12, 20))


def test_a_leap_day_is_the_twenty_eighth_in_other_years() -> None:
    leap = Season(date(2024, 2, 29), date(2024, 2, 29))
    assert [day for day in (date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 1)) if runs_on(leap, day)] == [
        date(2025, 2, 28)
    ]


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 300), st.integers(0, 6))
def test_a_yearly_season_lasts_as_long_every_year(start: date, length: int, later: int) -> None:
    season = Season(start, start + timedelta(days=length))
    year = date(start.year + later, 3, 1)
    running = sum(runs_on(season, year + timedelta(days=offset)) for offset in range(366))
    assert length <= running <= length + 2


def test_seasons_at_once_multiply_up_to_a_limit() -> None:
    double = Season(date(2026, 1, 1), date(2026, 1, 2), exp_percent=200, drop_percent=1_000)
    assert boost_of([]) == Boost()
    assert boost_of([double, double]).exp_percent == 400
    assert boost_of([double] * 9).drop_percent == PERCENT_MAX
