"""What a player owns, what the shop offers, what an item looks like."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from nesra.models import Hero, Inventory, Item, SeasonalEvent, ShopOffer
from nesra.rules.enums import ItemType
from nesra.rules.seasons import runs_on
from nesra.rules.sprites import draw_sprite
from nesra.selectors.pictures import item_picture

SLOTS = tuple(f"equipped_{slot}_id" for slot in ItemType)


def inventory_of(user: User) -> QuerySet[Inventory]:
    """Everything the player owns, with the items."""
    return Inventory.objects.select_related("item").filter(user_id=user.pk)


def worn_by(user: User) -> frozenset[Any]:
    """The ids of the items that the hero wears; one SQL statement."""
    row = Hero.objects.filter(user_id=user.pk).values_list(*SLOTS).first()
    return frozenset(row or ()) - {None}


def shop_on(day: date, user: User) -> list[dict[str, Any]]:
    """That day's offers in their order, with whether the player owns each; one SQL statement."""
    mine = Inventory.objects.filter(user_id=user.pk, item_id=OuterRef("item_id"))
    offers = ShopOffer.objects.filter(day=day).select_related("item").annotate(owned=Exists(mine)).order_by("slot")
    return [{"item": item_picture(offer.item), "price": offer.price, "owned": offer.owned} for offer in offers]


def seasons_on(day: date) -> list[SeasonalEvent]:
    """The seasons that run; one SQL statement."""
    return [event for event in SeasonalEvent.objects.filter(is_active=True) if runs_on(event, day)]


def running_seasons(day: date) -> list[dict[str, Any]]:
    """The seasons that run, as clients see them; one SQL statement."""
    return [
        {
            "key": event.key,
            "name": event.name,
            "exp_percent": event.exp_percent,
            "gold_percent": event.gold_percent,
            "drop_percent": event.drop_percent,
        }
        for event in seasons_on(day)
    ]


def obtainable_items(day: date, *, not_owned_by: UUID | None = None) -> list[Item]:
    """What may be dropped or sold on a day: nothing retired, nothing out of season; one SQL statement."""
    items = Item.objects.filter(is_active=True).select_related("event").order_by("pk")
    if not_owned_by is not None:
        items = items.exclude(Exists(Inventory.objects.filter(user_id=not_owned_by, item_id=OuterRef("pk"))))
    return [item for item in items if is_in_season(item, day)]


def is_in_season(item: Item, day: date) -> bool:
    return item.event is None or (item.event.is_active and runs_on(item.event, day))


def picture_of_sprite(sprite_key: str) -> str | None:
    """The SVG of the item with this key, None where there is none; one SQL statement."""
    item = Item.objects.filter(sprite_key=sprite_key).first()
    return draw_sprite(item.sprite_key, ItemType(item.type), item.rarity) if item else None
