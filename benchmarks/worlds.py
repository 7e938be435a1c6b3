"""Whole worlds in a scratch database, for the benchmarks that need many games."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import orjson
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from hackathon import catalogue
from hackathon.models import Hackathon, World
from hackathon.rules.enums import GameStatus
from hackathon.selectors.orders import plain
from hackathon.services.orders import orders_replace
from hackathon.services.saving import shard_save
from hackathon.services.worlds import world_create
from hackathon.simulation.beginning import new_games
from hackathon.simulation.effects import Effects
from hackathon.simulation.people import add_people
from hackathon.simulation.state import State
from hackathon.simulation.store import Shard
from tommy.core import bulk
from tommy.core.db import command

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BATCH = 1_000


def fresh_world() -> None:
    """An empty database with a world in it. Refuses one that has players: benchmarks destroy what they find."""
    call_command("migrate", verbosity=0)
    if User.objects.exists() and not User.objects.filter(email="bench0@example.org").exists():
        raise SystemExit("this database has players in it; benchmarks want one of their own")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE accounts_user, hackathon_world CASCADE")
        else:
            for model in (Hackathon, World, User):
                model.objects.all().delete()
    world_create(now=START, seed=1)


def add_games(count: int, people: int) -> None:
    """``count`` running games with ``people`` participants each."""
    first = Hackathon.objects.count()
    for start in range(first, first + count, BATCH):
        _add_batch(start, min(BATCH, first + count - start), people)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def leave_orders(low: int, high: int, more: Sequence[dict[str, object]] = ()) -> None:
    """The example of the content, each order with ``more`` conditions, for games with ids from ``low`` to ``high``."""
    example = [plain(order) for order in catalogue.rules().orders.example]
    body = {"orders": [{**order, "when": [*order.get("when", []), *more]} for order in example]}
    for game in Hackathon.objects.filter(id__range=(low, high), status=GameStatus.RUNNING).order_by("id"):
        orders_replace(user_id=game.user_id, hackathon_id=game.pk, body=body, if_match=None, now=START)


def next_tick() -> datetime:
    """When the world's next tick is due."""
    seconds = catalogue.clock_settings().tick_seconds
    return World.objects.get().advanced_at + timedelta(seconds=seconds)


def _add_batch(start: int, count: int, people: int) -> None:
    rules = catalogue.rules()
    names = [f"bench{number}" for number in range(start, start + count)]
    users = [User(email=f"{name}@example.org", username=name) for name in names]
    User.objects.bulk_create(users)
    state = new_games(np.arange(start, start + count, dtype=np.uint64) * np.uint64(7919), rules)
    more = people - rules.economy.start.participants
    games = np.repeat(np.arange(count), more)
    add_people(state, rules, games, np.zeros(len(games), np.bool_))
    columns = {name: getattr(state.games, name) for name in state.games.column_names() if name not in {"id", "world"}}
    columns["seed"] = columns["seed"].view(np.int64)
    with command():
        defaults = {
            field.attname: field.get_default() for field in Hackathon._meta.concrete_fields if field.has_default()
        }
        extra = {
            **{name: _stored(value) for name, value in defaults.items() if name not in columns},
            "user_id": [user.pk for user in users],
            "name": names,
            "created_at": START,
            "world_tick": World.objects.get().tick,
        }
        ids = bulk.insert_returning_ids(Hackathon, count, {**extra, **columns})
        state.games.id[:] = ids
        before = State()
        before.games = state.games.copy()
        shard = Shard(np.array(ids), [user.pk for user in users], state, before)
        shard_save(shard=shard, effects=Effects(rules), rules=rules, now=START)


def _stored(default: object) -> object:
    """A default as a bulk column takes it: JSON as text."""
    return orjson.dumps(default).decode() if isinstance(default, dict | list) else default
