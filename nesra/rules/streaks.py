"""Streaks: facts in, standing out; the same answer however late, often or seldom anybody looks.

The rule: at each local midnight, a player without a success in the local day that ends there (or in the 24 hours
before, which on a day of 23 is more) falls to 0, unless a vacation touched that day or a freeze is held.

A streak carries the instant of that judgement. Time zones may put it off, never bring it forward:

- ``due_at`` is the judging midnight as the last deed (success, freeze, vacation) set it, in the zone of that moment;
- ``judged_at`` is the latest midnight to which the zones seen since have put it. It is at most a day after
  ``due_at``, or the deadline of the last success in the slowest zone there is, so hopping zones cannot hold a
  streak for ever.

Days count by their date: one that is not later than the last counted one counts nothing, in whatever zone.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from nesra.rules.calendar import (
    DAY,
    INSTANT,
    day_start,
    local_day,
    midnight_after,
    midnight_before,
    midnight_from,
)
from nesra.rules.numbers import StreakNumbers


@dataclass(frozen=True, slots=True)
class Streak:
    """A streak as facts; the last three fields are None exactly where ``days`` is 0."""

    days: int = 0
    longest: int = 0
    freezes: int = 0
    last_day: date | None = None
    last_success_at: datetime | None = None
    due_at: datetime | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """A vacation: days that it touches are not judged. ``ends_at`` is the first instant after it."""

    starts_at: datetime
    ends_at: datetime

    def touches(self, start: datetime, end: datetime) -> bool:
        return self.starts_at < end and self.ends_at > start


def deadline(success_at: datetime, zone: ZoneInfo) -> datetime:
    """The first local midnight with ``success_at`` neither in the day that ends there nor in its last 24 hours."""
    midnight = midnight_after(midnight_after(success_at, zone), zone)
    while success_at >= midnight - DAY:
        midnight = midnight_after(midnight, zone)
    return midnight


def stand(streak: Streak, *, zone: ZoneInfo, leave: Leave | None, now: datetime) -> Streak:
    """The streak as it is at ``now``, every midnight since the last look judged."""
    if streak.due_at is None or streak.last_success_at is None:
        return streak
    judged_at = max(
        streak.judged_at or streak.due_at,
        midnight_from(streak.due_at, zone),
        deadline(streak.last_success_at, zone),
    )
    streak = replace(streak, judged_at=judged_at)
    while streak.judged_at is not None and now >= streak.judged_at:
        streak = _judge(streak, streak.judged_at, zone, leave)
    return streak


def succeed(streak: Streak, *, zone: ZoneInfo, numbers: StreakNumbers, now: datetime) -> Streak:
    """``streak`` (as it stands at ``now``) after a success at ``now``."""
    day, due_at = local_day(now, zone), deadline(now, zone)
    counts = streak.days == 0 or streak.last_day is None or day > streak.last_day
    days = streak.days + counts
    earned = counts and days % numbers.freeze_every_days == 0
    return Streak(
        days=days,
        longest=max(streak.longest, days),
        freezes=max(streak.freezes, min(streak.freezes + earned, numbers.freezes_held_max)),
        last_day=max(streak.last_day or day, day),
        last_success_at=now,
        # One more success never shortens what the player already had.
        due_at=max(streak.due_at or due_at, due_at),
        judged_at=max(streak.judged_at or due_at, due_at),
    )


def _judge(streak: Streak, midnight: datetime, zone: ZoneInfo, leave: Leave | None) -> Streak:
    """What the midnight does to a streak that has no success behind it."""
    if leave is not None and leave.touches(midnight_before(midnight, zone), midnight):
        return _due(streak, midnight_after(midnight_from(leave.ends_at, zone), zone))
    if streak.freezes:
        return _due(replace(streak, freezes=streak.freezes - 1), midnight_after(midnight, zone))
    return replace(streak, days=0, last_success_at=None, due_at=None, judged_at=None)


def _due(streak: Streak, moment: datetime) -> Streak:
    return replace(streak, due_at=moment, judged_at=moment)


def outlook(streak: Streak, *, zone: ZoneInfo, leave: Leave | None) -> Streak:
    """``streak`` (as it stands) with the deadline that a vacation, if it is not changed, will make of its own."""
    midnight = streak.judged_at
    if midnight is None or leave is None or not leave.touches(midnight_before(midnight, zone), midnight):
        return streak
    return _judge(streak, midnight, zone, leave)


def leave_until(days: int, *, zone: ZoneInfo, now: datetime) -> datetime:
    """The end of a vacation of so many local days, today's rest counting as the first."""
    return day_start(local_day(now, zone) + days * DAY, zone)


def leave_days(leave: Leave, zone: ZoneInfo) -> int:
    """How many local days a vacation touches."""
    last = max(leave.starts_at, leave.ends_at - INSTANT)
    return (local_day(last, zone) - local_day(leave.starts_at, zone)).days + 1
