"""Commands on streaks: write midnights down, warn in the evening, go on vacation.

Reads never wait for any of these: a streak is computed from facts whenever it is shown (``nesra.rules.streaks``).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from nesra import catalogue
from nesra.errors import NotOnVacation, OnVacation, VacationTooLong
from nesra.events import FreezeUsed, StreakLost, StreakWarning, TownEvent
from nesra.models import LedgerEntry, Vacation, WorldState
from nesra.rules.calendar import DAY, zone_named
from nesra.rules.enums import EntryKind
from nesra.rules.streaks import Leave, Streak, leave_days, leave_until, stand
from nesra.selectors.players import leave_at, leave_of, stored_streak, streak_at
from nesra.services.players import STREAK_FIELDS, lock_player, put_streak
from tommy.core.clock import isoformat
from tommy.core.db import command
from tommy.core.realtime import Draft, notify_on_commit

BATCH = 500
BUDGET_PERIOD = 365 * DAY


def streaks_settle(*, now: datetime) -> int:
    """Write down every midnight that has passed and every time zone that has changed; returns how many streaks.

    Batches of one transaction each; players whom another command holds are left to it.
    """
    settled = 0
    while count := _settle_batch(now):
        settled += count
    return settled


def streaks_warn(*, now: datetime) -> int:
    """Tell everybody whose streak ends this evening, once an evening; returns how many."""
    warned = 0
    while count := _warn_batch(now):
        warned += count
    return warned


def vacation_start(*, user_id: UUID, days: int, now: datetime) -> None:
    """No judgement for so many local days, today included. Raises OnVacation, VacationTooLong with ``days_left``."""
    with command():
        world = lock_player(user_id, now).user.nesra_world
        if leave_at(world, now) is not None:
            raise OnVacation
        zone = zone_named(world.user.timezone)
        days_left = catalogue.rules().streaks.vacation_days_per_year - _days_taken(world, now)
        if days > days_left:
            raise VacationTooLong(days_left=max(0, days_left))
        # With the midnights before it written down, the latest vacation is the only one that still matters.
        _settle([world], now)
        ends_at = leave_until(days, zone=zone, now=now)
        world.vacation = Vacation.objects.create(user_id=user_id, starts_at=now, ends_at=ends_at)
        world.save(update_fields=["vacation"])


def vacation_end(*, user_id: UUID, now: datetime) -> None:
    """Come back early; today is still excused. Raises NotOnVacation."""
    with command():
        world = lock_player(user_id, now).user.nesra_world
        if world.vacation is None or leave_at(world, now) is None:
            raise NotOnVacation
        world.vacation.ends_at = now
        world.vacation.save(update_fields=["ends_at"])


def _settle_batch(now: datetime) -> int:
    due = Q(streak_judged_at__lte=now) | ~Q(timezone=F("user__timezone"))
    with command():
        worlds = _locked_worlds(due)
        _settle(worlds, now)
    return len(worlds)


def _settle(worlds: Iterable[WorldState], now: datetime) -> None:
    """Five SQL statements, however many worlds; they must be locked, with user and vacation loaded."""
    entries: list[LedgerEntry] = []
    drafts: list[Draft] = []
    worlds = list(worlds)
    for world in worlds:
        before = stored_streak(world)
        after = stand(before, zone=zone_named(world.user.timezone), leave=leave_of(world), now=now)
        put_streak(world, after, world.user.timezone)
        if (after.days, after.freezes) != (before.days, before.freezes):
            entries.append(_entry(world.user_id, before, after, now))
            event = _event(before, after)
            drafts.append(Draft(world.user_id, event.type, None, event.payload()))
    WorldState.objects.bulk_update(worlds, STREAK_FIELDS)
    LedgerEntry.objects.bulk_create(entries)
    notify_on_commit(drafts, now=now)


def _entry(user_id: UUID, before: Streak, after: Streak, now: datetime) -> LedgerEntry:
    days, freezes = after.days - before.days, after.freezes - before.freezes
    return LedgerEntry(user_id=user_id, kind=EntryKind.STREAK, at=now, streak=days, freezes=freezes)


def _event(before: Streak, after: Streak) -> TownEvent:
    if not after.days:
        return StreakLost(day_streak=before.days)
    return FreezeUsed(day_streak=after.days, used=before.freezes - after.freezes, freezes=after.freezes)


def _warn_batch(now: datetime) -> int:
    """Marks all it looked at, also those whom a vacation or a new time zone keeps from being warned tonight."""
    until = now + timedelta(hours=catalogue.rules().streaks.warn_hours)
    due = Q(streak_judged_at__gt=now, streak_judged_at__lte=until)
    with command():
        worlds = _locked_worlds(due & ~Q(streak_warned_for=F("streak_judged_at")))
        drafts: list[Draft] = []
        for world in worlds:
            streak = streak_at(world, world.user.timezone, now)
            if streak.judged_at is not None and streak.judged_at <= until:
                event = StreakWarning(
                    day_streak=streak.days, freezes=streak.freezes, ends_at=isoformat(streak.judged_at)
                )
                drafts.append(Draft(world.user_id, event.type, None, event.payload()))
            world.streak_warned_for = world.streak_judged_at
        WorldState.objects.bulk_update(worlds, ["streak_warned_for"])
        notify_on_commit(drafts, now=now)
    return len(worlds)


def _locked_worlds(due: Q) -> list[WorldState]:
    worlds = WorldState.objects.select_for_update(of=("self",), skip_locked=True).select_related("user", "vacation")
    return list(worlds.filter(due, day_streak__gt=0).order_by("streak_judged_at")[:BATCH])


def _days_taken(world: WorldState, now: datetime) -> int:
    zone = zone_named(world.user.timezone)
    recent = Vacation.objects.filter(user_id=world.user_id, ends_at__gt=now - BUDGET_PERIOD)
    return sum(leave_days(Leave(row.starts_at, row.ends_at), zone) for row in recent)
