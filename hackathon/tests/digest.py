"""Whole seasons on a real database, and a hash of every row they leave, without what differs between databases (ids).

Also a program: ``python -m hackathon.tests.digest GAMES DAYS SHARDS PLAYERS`` plays on an empty SQLite and prints it.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def play_season(games: int, days: int, shards: int, players: str = "sensible") -> None:
    """``games`` sensible players (or such as leave the example orders), ``days`` days, each tick in so many shards."""
    from accounts.models import User
    from hackathon import catalogue
    from hackathon.models import Hackathon, World
    from hackathon.rules.clock import shard_ranges
    from hackathon.services import autopilot, ticks
    from hackathon.services.games import hackathon_create
    from hackathon.services.worlds import world_create

    world_create(now=START, seed=20_260_302)
    for number in range(games):
        user = User.objects.create(id=UUID(int=number + 1), email=f"p{number}@example.org", username=f"p{number}")
        hackathon_create(user_id=user.pk, now=START)
    ids = list(Hackathon.objects.order_by("id").values_list("id", flat=True))
    if players == "orders":
        _leave_orders()
    else:
        Hackathon.objects.update(autopilot=players)
    now = START
    for _ in range(days * catalogue.rules().ticks_per_day):
        now += timedelta(seconds=catalogue.clock_settings().tick_seconds)
        for game in ids if players != "orders" else ():
            autopilot.autopilot_play(hackathon_id=game, now=now)
        ticks.world_advance(now=now)
        for low, high in shard_ranges(ids, -(-games // shards)):
            ticks.shard_tick(low=low, high=high, now=now)
    assert World.objects.get().tick == days * catalogue.rules().ticks_per_day


def _leave_orders() -> None:
    from hackathon import catalogue
    from hackathon.models import Hackathon
    from hackathon.selectors.orders import plain
    from hackathon.services.orders import orders_replace

    body = {"orders": [plain(order) for order in catalogue.rules().orders.example]}
    for game in Hackathon.objects.order_by("id"):
        orders_replace(user_id=game.user_id, hackathon_id=game.pk, body=body, if_match=None, now=START)


# When rows were written down, by the wall clock, rather than what is in them.
MOMENTS = frozenset({"at", "created_at", "ended_at", "advanced_at", "updated_at"})


def season_digest(without: frozenset[str] = frozenset()) -> str:
    """SHA-256 over every row of the game's tables, in an order that no database decides, ``without`` some columns."""
    digest = hashlib.sha256()
    for line in _lines(without):
        digest.update(line.encode())
    return digest.hexdigest()


def _lines(without: frozenset[str]) -> Iterator[str]:
    from hackathon import models as tables

    game_of = {game.pk: game.seed for game in tables.Hackathon.objects.all()}
    person_of = {
        person.pk: (game_of[person.hackathon_id], person.number) for person in tables.Participant.objects.all()
    }
    for name in tables.__all__:
        model = getattr(tables, name)
        yield name
        rows = model._default_manager.values()
        yield from sorted(_line(row, game_of, person_of, without) for row in rows)


def _line(
    row: dict[str, Any], game_of: dict[int, int], person_of: dict[int, tuple[int, int]], without: frozenset[str]
) -> str:
    shown = {key: value for key, value in row.items() if key != "id" and key not in without}
    if "hackathon_id" in shown:
        shown["hackathon_id"] = game_of[shown["hackathon_id"]]
    if "participant_id" in shown:
        shown["participant_id"] = person_of[shown["participant_id"]]
    # jsonb keeps no order of members and spells numbers its own way: compare values, not spelling.
    return json.dumps(shown, sort_keys=True, default=str)


if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    play_season(*map(int, sys.argv[1:4]), *sys.argv[4:])
    sys.stdout.write(season_digest())
