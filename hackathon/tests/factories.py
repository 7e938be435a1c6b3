"""Players and games for tests."""

from datetime import datetime
from uuid import UUID

import factory
from django.contrib.auth import get_user_model

from accounts.models import User
from hackathon.models import Hackathon
from hackathon.services.games import hackathon_create
from hackathon.services.worlds import world_create


class PlayerFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    class Meta:
        model = get_user_model()

    # A game's seed comes of its player's id: the same test meets the same people each time.
    id = factory.LazyFunction(lambda: UUID(int=User.objects.count() + 1))
    email = factory.Sequence(lambda n: f"player{n}@example.org")
    username = factory.Sequence(lambda n: f"player{n}")
    password = "!"


def begin_game(now: datetime, user: User | None = None, seed: int = 7) -> Hackathon:
    """A populated game of a (new) player in a world with a fixed seed."""
    world_create(now=now, seed=seed)
    return hackathon_create(user_id=(user or PlayerFactory()).pk, now=now)
