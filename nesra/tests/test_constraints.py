"""Rows that must not exist, refused by the database itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from nesra.models import Hero, Inventory, Item, LedgerEntry, SeasonalEvent, Session, TaskTemplate, WorldState
from nesra.services import item_equip, player_ensure
from nesra.tests.factories import EventFactory, InventoryFactory, ItemFactory, UserFactory, session_done

pytestmark = pytest.mark.django_db


@pytest.fixture
def player(user: User, now: datetime) -> User:
    player_ensure(user_id=user.pk, now=now)
    return user


def refused(write: Callable[[], Any]) -> bool:
    """Whether the database refuses, at once or when the transaction would commit."""
    try:
        with transaction.atomic():
            write()
            connection.check_constraints()
    except IntegrityError:
        return True
    return False


def session(user: User, now: datetime, **values: Any) -> Session:
    row = {"duration_minutes": 25, "room": "study", "started_at": now, "expected_end_at": now + timedelta(minutes=25)}
    return Session.objects.create(user=user, draw_seed="x", **{**row, **values})


def test_one_hero_and_one_world_a_user(player: User) -> None:
    assert refused(lambda: Hero.objects.create(user=player))
    assert refused(lambda: WorldState.objects.create(user=player))


def test_one_pending_session_a_user(player: User, now: datetime) -> None:
    session(player, now, status="cancel", ended_at=now)
    session(player, now)
    assert refused(lambda: session(player, now))
    assert not refused(lambda: session(UserFactory(), now))


@pytest.mark.parametrize(
    "values",
    [
        {"duration_minutes": 0},
        {"duration_minutes": 181},
        {"room": "kitchen"},
        {"status": "won"},
        {"status": "cancel"},
        {"status": "success"},
        {"reward_gold": 5},
        {"answer": "{}"},
        {"duration_minutes": -1},
    ],
)
def test_sessions_that_cannot_be(player: User, now: datetime, values: dict[str, Any]) -> None:
    assert refused(lambda: session(player, now, **values))


def test_sessions_end_after_they_start(player: User, now: datetime) -> None:
    assert refused(lambda: session(player, now, expected_end_at=now))


def test_an_item_once_a_user(player: User, now: datetime) -> None:
    item = InventoryFactory(user=player, obtained_at=now).item
    assert refused(lambda: Inventory.objects.create(user=player, item=item, obtained_at=now))


def test_only_owned_items_are_worn(player: User, now: datetime) -> None:
    mine, theirs, nobodys = ItemFactory(), ItemFactory(), ItemFactory()
    InventoryFactory(user=player, item=mine, obtained_at=now)
    InventoryFactory(user=UserFactory(), item=theirs, obtained_at=now)
    wear = Hero.objects.filter(user=player).update
    assert refused(lambda: wear(equipped_hat_id=theirs.pk))
    assert refused(lambda: wear(equipped_hat_id=nobodys.pk))
    assert not refused(lambda: wear(equipped_hat_id=mine.pk))


@pytest.mark.parametrize("slot", ["hat", "outfit", "accessory"])
def test_items_are_worn_in_their_own_slot(player: User, now: datetime, slot: str) -> None:
    items = {kind: ItemFactory(type=kind) for kind in ("hat", "outfit", "accessory")}
    for item in items.values():
        InventoryFactory(user=player, item=item, obtained_at=now)
    for kind, item in items.items():
        wear = {f"equipped_{slot}_id": item.pk}
        assert refused(lambda wear=wear: Hero.objects.filter(user=player).update(**wear)) is (kind != slot)


def test_what_is_worn_stays_owned_and_what_it_is(player: User, now: datetime) -> None:
    item = InventoryFactory(user=player, obtained_at=now).item
    item_equip(user_id=player.pk, item_id=item.pk, now=now)
    assert refused(lambda: Inventory.objects.filter(user=player).delete())
    assert refused(lambda: Item.objects.filter(pk=item.pk).update(type="outfit"))


@pytest.mark.parametrize(
    "values",
    [
        {"gold": -1},
        {"exp": -1},
        {"level": 0},
    ],
)
def test_heroes_that_cannot_be(player: User, values: dict[str, int]) -> None:
    assert refused(lambda: Hero.objects.filter(user=player).update(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"plaza_level": 0},
        {"total_sessions_success": -1},
        {"day_streak": 1, "longest_streak": 1},
        {"longest_streak": -1},
        {"streak_freezes": -1},
        {"streak_judged_at": datetime.fromisoformat("2026-03-02T00:00:00Z")},
    ],
)
def test_worlds_that_cannot_be(player: User, values: dict[str, Any]) -> None:
    assert refused(lambda: WorldState.objects.filter(user=player).update(**values))


def test_words_that_do_not_exist() -> None:
    assert refused(lambda: ItemFactory(type="shoe"))
    assert refused(lambda: ItemFactory(rarity="mythic"))
    item = ItemFactory()
    assert refused(lambda: ItemFactory(sprite_key=item.sprite_key))


def test_seasons_end_after_they_start() -> None:
    season = EventFactory()
    change = SeasonalEvent.objects.filter(pk=season.pk).update
    assert refused(lambda: change(ends_on=season.starts_on - timedelta(days=1)))
    assert refused(lambda: change(exp_percent=1_001))


def test_templates_have_a_name_and_minutes(player: User) -> None:
    change = TaskTemplate.objects.filter(user=player).update
    assert refused(lambda: change(name=""))
    assert refused(lambda: change(default_duration_minutes=181))


def test_a_session_is_rewarded_once(player: User, now: datetime) -> None:
    session_done(player, now)
    entry = LedgerEntry.objects.get()
    again = {"user": player, "kind": "session", "at": now, "session_id": entry.session_id}
    assert refused(lambda: LedgerEntry.objects.create(**again, draw={}, day=now.date()))
    assert refused(lambda: LedgerEntry.objects.create(user=player, kind="purchase", at=now, exp=100))
