from datetime import date

from nesra.rules.enums import StatsRange
from nesra.rules.stats import Share, by_day, by_name, first_day

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
SHARES = [
    Share(MONDAY, "study", "Reading", 50, 2),
    Share(MONDAY, "build", "Making", 30, 1),
    Share(TUESDAY, "study", "School", 25, 1),
]


def test_every_day_of_the_range_is_there() -> None:
    assert by_day(SHARES, date(2026, 3, 1), TUESDAY) == [
        {"date": "2026-03-01", "minutes": 0, "sessions": 0},
        {"date": "2026-03-02", "minutes": 80, "sessions": 3},
        {"date": "2026-03-03", "minutes": 25, "sessions": 1},
    ]


def test_names_come_by_their_minutes() -> None:
    assert by_name(SHARES, "room") == [
        {"room": "study", "minutes": 75, "sessions": 3},
        {"room": "build", "minutes": 30, "sessions": 1},
    ]


def test_a_week_ends_today() -> None:
    assert {span: (TUESDAY - first_day(span, TUESDAY)).days + 1 for span in StatsRange} == {
        "week": 7,
        "month": 30,
        "year": 365,
    }
