"""Commands on the items and seasons there are."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from nesra import catalogue
from nesra.models import Item, SeasonalEvent
from nesra.rules.numbers import SeededEvent, SeededItem
from tommy.core.audit import note
from tommy.core.db import command


def catalogue_seed() -> int:
    """Add the seasons and items of ``catalogue.json`` that are missing; returns how many rows were.

    Nothing that exists is touched: what the admin has changed stays. Ids come from the keys, so they are the same on
    every server.
    """
    seeded = catalogue.seeded()
    with command():
        before = SeasonalEvent.objects.count() + Item.objects.count()
        SeasonalEvent.objects.bulk_create([_event(event) for event in seeded.events], ignore_conflicts=True)
        events = dict(SeasonalEvent.objects.values_list("key", "pk"))
        Item.objects.bulk_create([_item(item, events) for item in seeded.items], ignore_conflicts=True)
        return SeasonalEvent.objects.count() + Item.objects.count() - before


def items_set_active(*, item_ids: Sequence[UUID], active: bool) -> int:
    """Retire items, or bring them back; returns how many changed."""
    with command():
        return _switch(Item, item_ids, active)


def events_set_active(*, event_ids: Sequence[UUID], active: bool) -> int:
    """Switch seasons on or off; returns how many changed. Sessions that have started keep what they were promised."""
    with command():
        return _switch(SeasonalEvent, event_ids, active)


def _switch(model: type[Item | SeasonalEvent], ids: Sequence[UUID], active: bool) -> int:
    rows = model._default_manager.select_for_update().filter(pk__in=ids).exclude(is_active=active).order_by("pk")
    for row in rows:
        note(f"{model._meta.model_name}:{row.pk}", {"is_active": not active}, {"is_active": active})
    return model._default_manager.filter(pk__in=[row.pk for row in rows]).update(is_active=active)


def _event(event: SeededEvent) -> SeasonalEvent:
    return SeasonalEvent(id=_id("event", event.key), **event.model_dump())


def _item(item: SeededItem, events: dict[str, UUID]) -> Item:
    fields = item.model_dump(exclude={"event"})
    return Item(id=_id("item", item.sprite_key), event_id=events[item.event] if item.event else None, **fields)


def _id(kind: str, key: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"nesra:{kind}:{key}")
