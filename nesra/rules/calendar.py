"""Local days of IANA time zones, as instants.

Everything is compared in UTC: two aware moments of one zone compare by their wall clocks, which is wrong in the hour
that a change of clocks repeats. A day starts where its date first shows on a clock; where that day has no 00:00 (clocks
leap from 24:00 to 01:00, as in Cairo), at the leap.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def zone_named(name: str) -> ZoneInfo:
    """The zone, or UTC where a later edition of the database has dropped the name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The date on a clock in ``zone`` at ``moment``."""
    return moment.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which ``day`` begins in ``zone``, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def midnight_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first local midnight later than ``moment``."""
    return day_start(local_day(moment, zone) + DAY, zone)


def midnight_from(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first local midnight at ``moment`` or later."""
    return midnight_after(moment - INSTANT, zone)


def midnight_before(midnight: datetime, zone: ZoneInfo) -> datetime:
    """The start of the local day that ends at, or holds the instant before, ``midnight``."""
    return day_start(local_day(midnight - INSTANT, zone), zone)
