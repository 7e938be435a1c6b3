"""Players, items, seasons and finished sessions for tests."""

from datetime import date, datetime, timedelta
from typing import Any

import factory

from accounts.models import User
from nesra.models import Hero, Inventory, Item, SeasonalEvent, Session, WorldState
from nesra.services import session_complete, session_start

# The first rolls below one in ten, the second above.
DROPS = "drops-11"
MISSES = "misses-7"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence("villager{}@example.org".format)
    username = factory.Sequence("villager{}".format)
    password = "!"


class EventFactory(factory.django.DjangoModelFactory[SeasonalEvent]):
    """A season of the first ten days of March 2026."""

    class Meta:
        model = SeasonalEvent

    key = factory.Sequence("season_{}".format)
    name = factory.Sequence("Season {}".format)
    starts_on = date(2026, 3, 1)
    ends_on = date(2026, 3, 10)


class ItemFactory(factory.django.DjangoModelFactory[Item]):
    class Meta:
        model = Item

    name = factory.Sequence("Item {}".format)
    sprite_key = factory.Sequence("item_{}".format)
    type = "hat"
    rarity = "common"


class InventoryFactory(factory.django.DjangoModelFactory[Inventory]):
    class Meta:
        model = Inventory

    item = factory.SubFactory(ItemFactory)


def session_started(user: User, now: datetime, *, minutes: int = 25, seed: str = MISSES, **options: Any) -> Session:
    """A session that is pending, whose draw is known."""
    wanted = {"task_template_id": None, "room": None, **options}
    session = session_start(user_id=user.pk, minutes=minutes, now=now, **wanted)
    Session.objects.filter(pk=session.pk).update(draw_seed=seed)
    return session


def session_done(user: User, now: datetime, *, minutes: int = 25, seed: str = MISSES, **options: Any) -> dict[str, Any]:
    """The answer to a session that is completed at ``now``, exactly at its end."""
    session = session_started(user, now - timedelta(minutes=minutes), minutes=minutes, seed=seed, **options)
    return session_complete(user_id=user.pk, session_id=session.pk, now=now)


def hero_of(user: User) -> Hero:
    return Hero.objects.get(user=user)


def world_of(user: User) -> WorldState:
    return WorldState.objects.get(user=user)
