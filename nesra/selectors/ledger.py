"""Whether hero, world and collection are what the ledger says."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from nesra.models import Hero, Inventory, LedgerEntry, WorldState
from nesra.rules.enums import Place
from nesra.rules.ledger import Account, differences, replay

BATCH = 500


def account_by_ledger(user_id: UUID) -> Account:
    """What the player's entries add up to; one SQL statement."""
    return replay(LedgerEntry.objects.filter(user_id=user_id).order_by("pk"))


def accounts_in_disagreement() -> Iterator[tuple[UUID, dict[str, tuple[Any, Any]]]]:
    """(user id, field → (by the ledger, by the tables)) of every player whose rows do not add up.

    Four SQL statements for each 500 players.
    """
    last: UUID | None = None
    while batch := _next_heroes(last):
        yield from _disagreements(batch)
        last = batch[-1].user_id


def _next_heroes(after: UUID | None) -> list[Hero]:
    heroes = Hero.objects.order_by("user_id")
    return list((heroes.filter(user_id__gt=after) if after else heroes)[:BATCH])


def _disagreements(heroes: list[Hero]) -> Iterator[tuple[UUID, dict[str, tuple[Any, Any]]]]:
    ids = [hero.user_id for hero in heroes]
    entries = LedgerEntry.objects.filter(user_id__in=ids).order_by("user_id", "pk")
    accounts = {user_id: replay(group) for user_id, group in groupby(entries, key=lambda entry: entry.user_id)}
    worlds = {world.user_id: world for world in WorldState.objects.filter(user_id__in=ids)}
    items: dict[UUID, set[UUID]] = {user_id: set() for user_id in ids}
    for user_id, item_id in Inventory.objects.filter(user_id__in=ids).values_list("user_id", "item_id"):
        items[user_id].add(item_id)
    for hero in heroes:
        actual = standing(hero, worlds[hero.user_id], items[hero.user_id])
        if found := differences(accounts.get(hero.user_id, Account()), actual):
            yield hero.user_id, found


def standing(hero: Hero, world: WorldState, items: set[UUID]) -> dict[str, Any]:
    """The rows in the terms of ``Account``."""
    return {
        "level": hero.level,
        "exp": hero.exp,
        "gold": hero.gold,
        "successes": world.total_sessions_success,
        "streak": world.day_streak,
        "longest": world.longest_streak,
        "freezes": world.streak_freezes,
        "last_day": world.last_session_date,
        "places": {place: getattr(world, f"{place}_level") for place in Place},
        "items": items,
    }
