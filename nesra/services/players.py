"""The player whom every command is about: made on the first call, locked on each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.services import account_lock_in_transaction
from nesra import catalogue
from nesra.events import TownEvent
from nesra.models import Hero, Inventory, LedgerEntry, TaskTemplate, WorldState
from nesra.rules.calendar import zone_named
from nesra.rules.enums import EntryKind, ItemType, Place
from nesra.rules.ledger import Account
from nesra.rules.streaks import Streak, deadline
from nesra.selectors.ledger import account_by_ledger
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.realtime import Draft, notify_on_commit

HERO_JOINS = ("user__nesra_world__vacation", *(f"equipped_{slot}" for slot in ItemType))
STREAK_FIELDS = (
    "day_streak",
    "longest_streak",
    "streak_freezes",
    "last_session_date",
    "last_success_at",
    "streak_due_at",
    "streak_judged_at",
    "timezone",
)


def player_ensure(*, user_id: UUID, now: datetime) -> None:
    """Make whatever a new player lacks; any number of first calls at once make one hero."""
    with command():
        lock_player(user_id, now)


def player_rebuild(*, user_id: UUID, now: datetime) -> Account:
    """Set hero, town, streak and collection to what the player's ledger adds up to, and return that."""
    with command():
        hero = lock_player(user_id, now)
        account = account_by_ledger(user_id)
        kept = ("level", "exp", "gold")
        note(f"hero:{user_id}", {name: getattr(hero, name) for name in kept}, {n: getattr(account, n) for n in kept})
        _rebuild_collection(hero, account, now)
        hero.level, hero.exp, hero.gold = account.level, account.exp, account.gold
        hero.save()
        _rebuild_world(hero, account)
    return account


def lock_player(user_id: UUID, now: datetime) -> Hero:
    """The player's hero, with ``hero.user.nesra_world``, both locked until the transaction ends; one SQL statement.

    Makes them where this is the player's first call.
    """
    hero = _locked_hero(user_id)
    if hero is None:
        _create_player(user_id, now)
        hero = _locked_hero(user_id)
    if hero is None:
        raise RuntimeError(f"no hero could be made for {user_id}")
    return hero


def player_lock_for_deletion(*, user_id: UUID, **_: Any) -> None:
    """Receiver of ``account_deleted``: commands that are at work finish first, later ones find nobody."""
    _locked_hero(user_id)


def put_streak(world: WorldState, streak: Streak, timezone: str) -> None:
    """Write a streak into the row's columns; ``STREAK_FIELDS`` names them for whoever saves it."""
    world.day_streak, world.longest_streak = streak.days, streak.longest
    world.streak_freezes = streak.freezes
    world.last_session_date, world.last_success_at = streak.last_day, streak.last_success_at
    world.streak_due_at, world.streak_judged_at = streak.due_at, streak.judged_at
    world.timezone = timezone


def announce(user_id: UUID, events: Iterable[TownEvent], now: datetime) -> None:
    """Tell a player, in one go, what has happened."""
    notify_on_commit([Draft(user_id, event.type, None, event.payload()) for event in events], now=now)


def _locked_hero(user_id: UUID) -> Hero | None:
    heroes = Hero.objects.select_for_update(of=("self", "user__nesra_world")).select_related(*HERO_JOINS)
    # Postgres locks no row that an outer join may lack: asking for a world makes it an inner one.
    return next(iter(heroes.filter(user_id=user_id, user__nesra_world__isnull=False)), None)


def _create_player(user_id: UUID, now: datetime) -> None:
    """There is no hero to lock yet, so the account is: whoever comes second finds everything there."""
    timezone = account_lock_in_transaction(user_id).timezone
    hero = Hero(user_id=user_id)
    Hero.objects.bulk_create([hero], ignore_conflicts=True)
    WorldState.objects.bulk_create([WorldState(user_id=user_id, timezone=timezone)], ignore_conflicts=True)
    if Hero.objects.filter(pk=hero.pk).exists():
        TaskTemplate.objects.bulk_create(
            TaskTemplate(
                user_id=user_id,
                name=task.name,
                category=task.category,
                default_duration_minutes=task.minutes,
                room=task.room,
                created_at=now,
            )
            for task in catalogue.rules().tasks.defaults
        )


def _rebuild_collection(hero: Hero, account: Account, now: datetime) -> None:
    """What is worn but not owned comes off before its row goes."""
    for slot in ItemType:
        if getattr(hero, f"equipped_{slot}_id") not in account.items:
            setattr(hero, f"equipped_{slot}", None)
    owned = Inventory.objects.filter(user_id=hero.user_id)
    owned.exclude(item_id__in=account.items).delete()
    Inventory.objects.bulk_create(
        [Inventory(user_id=hero.user_id, item_id=item_id, obtained_at=now) for item_id in account.items],
        ignore_conflicts=True,
    )


def _rebuild_world(hero: Hero, account: Account) -> None:
    world = hero.user.nesra_world
    for place in Place:
        setattr(world, f"{place}_level", account.places[place])
    world.total_sessions_success = account.successes
    put_streak(world, _rebuilt_streak(hero, account), hero.user.timezone)
    world.save()


def _rebuilt_streak(hero: Hero, account: Account) -> Streak:
    streak = Streak(account.streak, account.longest, account.freezes, account.last_day)
    successes = LedgerEntry.objects.filter(user_id=hero.user_id, kind=EntryKind.SESSION)
    if not account.streak:
        return streak
    last = successes.order_by("-pk").values_list("at", flat=True)[0]
    world = hero.user.nesra_world
    # Freezes and vacations have moved the deadline since; it is kept where it is later than the last success's own.
    due_at = max(world.streak_due_at or last, deadline(last, zone_named(hero.user.timezone)))
    judged_at = max(world.streak_judged_at or due_at, due_at)
    return Streak(streak.days, streak.longest, streak.freezes, streak.last_day, last, due_at, judged_at)
