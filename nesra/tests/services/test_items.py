from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from nesra import errors, selectors
from nesra.models import Hero, Inventory, Item, LedgerEntry, SeasonalEvent, ShopOffer
from nesra.services import (
    catalogue_seed,
    item_buy,
    item_equip,
    item_unequip,
    items_set_active,
    player_ensure,
    shop_open,
)
from nesra.tests.factories import InventoryFactory, ItemFactory, UserFactory, hero_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rich(user: User, now: datetime) -> User:
    player_ensure(user_id=user.pk, now=now)
    Hero.objects.filter(user=user).update(gold=10_000)
    return user


def test_wearing_replaces_what_was_in_the_slot(user: User, now: datetime) -> None:
    old, new, coat = ItemFactory(), ItemFactory(), ItemFactory(type="outfit")
    for item in (old, new, coat):
        InventoryFactory(user=user, item=item, obtained_at=now)
    for item in (old, coat, new):
        picture = item_equip(user_id=user.pk, item_id=item.pk, now=now)
    assert (picture["equipped_hat_id"], picture["equipped_outfit"]["name"]) == (str(new.pk), coat.name)
    assert selectors.worn_by(user) == {new.pk, coat.pk}


def test_taking_off_is_safe_to_repeat(user: User, now: datetime) -> None:
    worn, other = ItemFactory(), ItemFactory()
    for item in (worn, other):
        InventoryFactory(user=user, item=item, obtained_at=now)
    item_equip(user_id=user.pk, item_id=worn.pk, now=now)
    assert item_unequip(user_id=user.pk, item_id=other.pk, now=now)["equipped_hat_id"] == str(worn.pk)
    for _ in range(2):
        assert item_unequip(user_id=user.pk, item_id=worn.pk, now=now)["equipped_hat"] is None


def test_only_what_is_owned_can_be_worn(user: User, now: datetime) -> None:
    theirs = InventoryFactory(user=UserFactory(), obtained_at=now).item
    for command in (item_equip, item_unequip):
        for identifier in (theirs.pk, uuid4()):
            with pytest.raises(errors.ItemNotOwned):
                command(user_id=user.pk, item_id=identifier, now=now)


def test_buying_spends_the_days_price_once(rich: User, now: datetime) -> None:
    item = ItemFactory(rarity="rare")
    answer = item_buy(user_id=rich.pk, item_id=item.pk, now=now)
    assert (answer["price"], answer["hero"]["gold"]) == (360, 9_640)
    with pytest.raises(errors.ItemAlreadyOwned):
        item_buy(user_id=rich.pk, item_id=item.pk, now=now)
    assert hero_of(rich).gold == 9_640
    assert LedgerEntry.objects.get(user=rich).gold == -360


def test_too_poor_is_told_the_price(user: User, now: datetime) -> None:
    item = ItemFactory()
    with pytest.raises(errors.NotEnoughGold) as refusal:
        item_buy(user_id=user.pk, item_id=item.pk, now=now)
    assert refusal.value.data == {"price": 80, "gold": 0}
    assert not Inventory.objects.exists()


def test_what_is_not_on_offer_cannot_be_bought(rich: User, now: datetime) -> None:
    retired = ItemFactory(is_active=False)
    ItemFactory()
    for identifier in (retired.pk, uuid4()):
        with pytest.raises(errors.NotOnOffer):
            item_buy(user_id=rich.pk, item_id=identifier, now=now)


def test_the_shop_stands_for_a_day_and_changes_overnight(rich: User, now: datetime) -> None:
    catalogue_seed()
    shop_open(now=now)
    offered = selectors.shop_on(now.date(), rich)
    assert len(offered) == 6
    Item.objects.update(rarity="legendary", is_active=False)
    shop_open(now=now + timedelta(hours=3))
    assert [offer["price"] for offer in selectors.shop_on(now.date(), UserFactory())] == [o["price"] for o in offered]
    Item.objects.update(is_active=True)
    shop_open(now=now + timedelta(days=1))
    tomorrow = selectors.shop_on(now.date() + timedelta(days=1), rich)
    assert [offer["item"]["id"] for offer in tomorrow] != [offer["item"]["id"] for offer in offered]
    assert {offer["price"] for offer in tomorrow} == {1_800}


def test_an_empty_shop_is_not_a_fact(now: datetime) -> None:
    shop_open(now=now)
    ItemFactory()
    shop_open(now=now)
    assert ShopOffer.objects.count() == 1


def test_seeding_adds_what_is_missing_and_touches_nothing() -> None:
    assert catalogue_seed() == 49
    Item.objects.filter(sprite_key="straw_hat").update(name="Hat of the Mayor")
    Item.objects.filter(sprite_key="ice_tiara").delete()
    assert catalogue_seed() == 1
    assert Item.objects.get(sprite_key="straw_hat").name == "Hat of the Mayor"
    assert Item.objects.get(sprite_key="ice_tiara").event == SeasonalEvent.objects.get(key="winter_lights")


def test_retiring_counts_what_it_changed() -> None:
    keys = [ItemFactory().pk, ItemFactory(is_active=False).pk]
    assert items_set_active(item_ids=keys, active=False) == 1
    assert not Item.objects.filter(is_active=True).exists()
