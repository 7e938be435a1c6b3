from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from nesra.models import Hero, Inventory, LedgerEntry, WorldState
from nesra.models.ledger import AppendOnly
from nesra.services import catalogue_seed, item_buy, item_equip, streaks_settle
from nesra.tests.factories import DROPS, InventoryFactory, UserFactory, hero_of, session_done, world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(user: User, now: datetime) -> User:
    """Somebody with a history: levels, drops, a purchase, unlocks, a freeze used, a streak lost and begun again."""
    catalogue_seed()
    for offset in range(16):
        answer = session_done(user, now + timedelta(days=offset), minutes=90, seed=DROPS)
    item_equip(user_id=user.pk, item_id=answer["dropped_item"]["id"], now=now)
    _buy_something(user, now + timedelta(days=16))
    streaks_settle(now=now + timedelta(days=17, hours=20))
    streaks_settle(now=now + timedelta(days=40))
    session_done(user, now + timedelta(days=41))
    return user


def _buy_something(user: User, now: datetime) -> None:
    from nesra.selectors import shop_on
    from nesra.services import shop_open

    shop_open(now=now)
    offer = min((o for o in shop_on(now.date(), user) if not o["owned"]), key=lambda o: o["price"])
    item_buy(user_id=user.pk, item_id=offer["item"]["id"], now=now)


def check() -> str:
    out = StringIO()
    call_command("nesra_rebuild", "--check", stdout=out)
    return out.getvalue()


def test_the_ledger_agrees_after_a_busy_life(busy: User) -> None:
    assert "everything agrees" in check()
    world = world_of(busy)
    assert (world.longest_streak, world.day_streak, world.study_room_level) == (16, 1, 2)
    assert LedgerEntry.objects.filter(user=busy, kind="streak").count() >= 2


def test_damage_is_found_and_mended(busy: User, now: datetime) -> None:
    before = (hero_of(busy), world_of(busy), set(Inventory.objects.values_list("item", flat=True)))
    Hero.objects.filter(user=busy).update(gold=999_999, level=50, equipped_hat=None)
    WorldState.objects.filter(user=busy).update(plaza_level=9, longest_streak=99, total_sessions_success=3)
    Inventory.objects.filter(user=busy).exclude(item__in=_worn(busy)).first().delete()
    InventoryFactory(user=busy, obtained_at=now)
    with pytest.raises(CommandError, match="1 players disagree"):
        check()
    call_command("nesra_rebuild", stdout=StringIO())
    assert "everything agrees" in check()
    after = (hero_of(busy), world_of(busy), set(Inventory.objects.values_list("item", flat=True)))
    assert (after[0].gold, after[0].level, after[0].exp) == (before[0].gold, before[0].level, before[0].exp)
    assert after[1].streak_judged_at == before[1].streak_judged_at
    assert after[2] == before[2]


def _worn(user: User) -> list[object]:
    hero = hero_of(user)
    return [hero.equipped_hat_id, hero.equipped_outfit_id, hero.equipped_accessory_id]


def test_a_lost_streak_stays_lost_when_rebuilt(user: User, now: datetime) -> None:
    session_done(user, now)
    streaks_settle(now=now + timedelta(days=5))
    Hero.objects.filter(user=user).update(gold=1)
    call_command("nesra_rebuild", stdout=StringIO())
    assert (world_of(user).day_streak, world_of(user).streak_judged_at) == (0, None)


def test_history_cannot_be_rewritten(user: User, now: datetime) -> None:
    session_done(user, now)
    entry = LedgerEntry.objects.get()
    for attempt in (
        lambda: entry.save(),
        lambda: entry.delete(),
        lambda: LedgerEntry.objects.all().delete(),
        lambda: LedgerEntry.objects.update(gold=1),
        lambda: LedgerEntry.objects.bulk_update([entry], ["gold"]),
    ):
        with pytest.raises(AppendOnly):
            attempt()


def test_it_goes_with_its_account(busy: User, now: datetime) -> None:
    session_done(UserFactory(), now)
    busy.delete()
    assert LedgerEntry.objects.count() == 1
    assert "everything agrees" in check()


def test_the_check_reads_as_often_for_many_as_for_few(now: datetime, statements: object) -> None:
    for _ in range(5):
        session_done(UserFactory(), now)
    with statements() as sql:
        check()
    assert len(sql) == 5
