"""Commands on what players wear and buy, and the shop's daily opening."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from nesra import catalogue
from nesra.errors import ItemAlreadyOwned, ItemNotOwned, NotEnoughGold, NotOnOffer
from nesra.models import Hero, Inventory, Item, LedgerEntry, ShopOffer
from nesra.rules.enums import EntryKind, ItemType, Rarity
from nesra.rules.shop import Ware, rotation
from nesra.selectors.items import obtainable_items
from nesra.selectors.pictures import hero_picture, item_picture
from nesra.services.players import lock_player
from tommy.core.audit import note
from tommy.core.db import command


def item_equip(*, user_id: UUID, item_id: UUID, now: datetime) -> dict[str, Any]:
    """Wear an owned item in its slot; the hero as it is then. Raises ItemNotOwned."""
    with command():
        hero = lock_player(user_id, now)
        item = _owned_item(user_id, item_id)
        _wear(hero, item.type, item)
    return hero_picture(hero, catalogue.rules().rewards)


def item_unequip(*, user_id: UUID, item_id: UUID, now: datetime) -> dict[str, Any]:
    """Take an owned item off, worn or not; the hero as it is then. Raises ItemNotOwned."""
    with command():
        hero = lock_player(user_id, now)
        item = _owned_item(user_id, item_id)
        if getattr(hero, f"equipped_{item.type}_id") == item.pk:
            _wear(hero, item.type, None)
    return hero_picture(hero, catalogue.rules().rewards)


def item_buy(*, user_id: UUID, item_id: UUID, now: datetime) -> dict[str, Any]:
    """Buy one of today's offers. Raises NotOnOffer, ItemAlreadyOwned, NotEnoughGold with ``price`` and ``gold``."""
    with command():
        hero = lock_player(user_id, now)
        _open_shop(now.date())
        offer = ShopOffer.objects.select_related("item").filter(day=now.date(), item_id=item_id).first()
        if offer is None:
            raise NotOnOffer
        _require_affordable(hero, offer)
        Inventory.objects.create(user_id=user_id, item=offer.item, obtained_at=now)
        LedgerEntry.objects.create(user_id=user_id, kind=EntryKind.PURCHASE, at=now, item=offer.item, gold=-offer.price)
        hero.gold -= offer.price
        note(f"hero:{user_id}", {"gold": hero.gold + offer.price}, {"gold": hero.gold, "bought": item_id})
        hero.save(update_fields=["gold"])
    picture = hero_picture(hero, catalogue.rules().rewards)
    return {"success": True, "item": item_picture(offer.item), "price": offer.price, "hero": picture}


def shop_open(*, now: datetime) -> None:
    """Write down what the shop offers today, unless it stands already."""
    with command():
        _open_shop(now.date())


def _open_shop(day: date) -> None:
    """Offers are rows, so that neither new items nor new prices change a day that has begun.

    Two who open at once draw the same, and the second's rows fall to the first's constraints.
    """
    if ShopOffer.objects.filter(day=day).exists():
        return
    numbers = catalogue.rules().shop
    wares = [Ware(str(item.pk), ItemType(item.type), Rarity(item.rarity)) for item in obtainable_items(day)]
    ShopOffer.objects.bulk_create(
        [
            ShopOffer(day=day, slot=slot, item_id=UUID(ware.id), price=numbers.prices[ware.rarity])
            for slot, ware in enumerate(rotation(day, wares, numbers), start=1)
        ],
        ignore_conflicts=True,
    )


def _require_affordable(hero: Hero, offer: ShopOffer) -> None:
    if Inventory.objects.filter(user_id=hero.user_id, item_id=offer.item_id).exists():
        raise ItemAlreadyOwned
    if hero.gold < offer.price:
        raise NotEnoughGold(price=offer.price, gold=hero.gold)


def _owned_item(user_id: UUID, item_id: UUID) -> Item:
    owned = Inventory.objects.select_related("item").filter(user_id=user_id, item_id=item_id).first()
    if owned is None:
        raise ItemNotOwned
    return owned.item


def _wear(hero: Hero, slot: str, item: Item | None) -> None:
    worn = f"equipped_{slot}"
    note(f"hero:{hero.user_id}", {worn: getattr(hero, f"{worn}_id")}, {worn: item and item.pk})
    setattr(hero, worn, item)
    hero.save(update_fields=[worn])
