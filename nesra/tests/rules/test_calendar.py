from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nesra.rules.calendar import day_start, local_day, midnight_after, midnight_before, midnight_from, zone_named


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("UTC", date(2026, 3, 29), 24),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # has no 00:00
        ("America/Havana", date(2026, 11, 1), 25),  # has 00:00 twice
        ("America/Santiago", date(2026, 4, 4), 25),  # has 23:00 twice
    ],
)
def test_days_are_as_long_as_their_clocks_say(zone: str, day: date, hours: float) -> None:
    start = day_start(day, ZoneInfo(zone))
    end = day_start(day + timedelta(days=1), ZoneInfo(zone))
    assert end - start == timedelta(hours=hours)
    assert local_day(start, ZoneInfo(zone)) == day == local_day(end - timedelta(microseconds=1), ZoneInfo(zone))


def test_midnights_around_a_moment() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    noon, midnight = datetime(2026, 3, 2, 11, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert midnight_after(noon, berlin) == midnight == midnight_from(noon, berlin)
    assert midnight_from(midnight, berlin) == midnight
    assert midnight_after(midnight, berlin) == midnight + timedelta(days=1)
    assert midnight_before(midnight, berlin) == midnight - timedelta(days=1)


def test_a_zone_that_no_longer_exists_is_utc() -> None:
    assert zone_named("Mars/Olympus_Mons") == ZoneInfo("UTC") == zone_named("../../etc/passwd")
