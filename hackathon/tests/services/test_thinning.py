"""Under strain, games that nobody watches play several ticks in one go: later, never otherwise."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from hackathon import catalogue
from hackathon.models import Hackathon, LogEntry, World
from hackathon.rules.enums import GameStatus
from hackathon.selectors.orders import plain
from hackathon.services import autopilot, ticks
from hackathon.services.games import hackathon_create
from hackathon.services.orders import orders_replace
from hackathon.services.worlds import world_create
from hackathon.tests.digest import MOMENTS, START, season_digest
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import EVERYONE, TICK
from tommy.core.models import AuditEntry, Notification, ServerLoad
from tommy.core.overload import Stage, stages
from tommy.core.realtime import mark_connected

pytestmark = pytest.mark.django_db(transaction=True)
FOREVER = timedelta(days=10)
VISITS_EVERY = 5


@pytest.fixture(autouse=True)
def _calm_afterwards() -> Iterator[None]:
    yield
    stages.stage_keep(Stage.CALM, {})


def strain(now: datetime) -> None:
    stages.load_read()
    ServerLoad.objects.update(strained_until=now + FOREVER)
    stages.stage_keep(Stage.STRAINED, {})


def tick(now: datetime) -> None:
    ticks.world_advance(now=now)
    ticks.shard_tick(**EVERYONE, now=now)


def lag(game: Hackathon) -> int:
    game.refresh_from_db()
    return World.objects.get().tick - game.world_tick


def test_the_unwatched_wait_and_the_watched_do_not(now: datetime) -> None:
    unwatched, watched, demo, ordered = (begin_game(now) for _ in range(4))
    example = [plain(order) for order in catalogue.rules().orders.example]
    orders_replace(user_id=ordered.user_id, hackathon_id=ordered.pk, body={"orders": example}, if_match=None, now=now)
    Hackathon.objects.filter(pk=demo.pk).update(autopilot="sensible")
    mark_connected(watched.user_id, now)
    strain(now)
    thinned, lags = catalogue.clock_settings().thinned_ticks, []
    for number in range(1, 2 * thinned + 1):
        tick(now + number * TICK)
        lags.append((lag(unwatched), lag(watched), lag(demo), lag(ordered)))
    assert lags == [(number % thinned, 0, 0, 0) for number in range(1, 2 * thinned + 1)]
    played = LogEntry.objects.filter(hackathon=unwatched, type="tick").order_by("id")
    assert list(played.values_list("tick", flat=True)) == list(range(1, 2 * thinned + 1))


def test_calm_again_all_catch_up_at_the_next_wake(now: datetime) -> None:
    game = begin_game(now)
    strain(now)
    tick(now + TICK)
    assert lag(game) == 1
    ServerLoad.objects.update(strained_until=now)
    tick(now + 2 * TICK)
    assert lag(game) == 0


@pytest.mark.parametrize("path", ["/api/game/state", "/api/game/logs", "/api/me", "/api/hackathons"])
def test_whoever_looks_finds_their_game_level(now: datetime, login_as: object, path: str) -> None:
    game, other = begin_game(now), begin_game(now)
    client: APIClient = login_as(game.user)  # type: ignore[operator]
    strain(now)
    tick(now + TICK)
    rows = AuditEntry.objects.count()
    assert client.get(path).status_code == 200
    assert (lag(game), lag(other)) == (0, 1)
    assert AuditEntry.objects.count() == rows  # a tick that is made up for is nobody's act


def test_before_the_end_no_tick_begins(now: datetime) -> None:
    game = begin_game(now)
    ticks.world_advance(now=now + TICK)
    stages.destruction_order(values={}, now=now + TICK)
    assert ticks.shard_tick(**EVERYONE, now=now + TICK) == 0
    assert ticks.world_advance(now=now + 1.2 * TICK) is None
    tick(now + 2 * TICK)
    assert (lag(game), World.objects.get().tick) == (0, 2)


def visit(game: Hackathon, now: datetime) -> None:
    """A player comes by: their game is level, then they act."""
    ticks.player_catch_up(user_id=game.user_id, now=now)
    Hackathon.objects.filter(pk=game.pk).update(autopilot="sensible")
    autopilot.autopilot_play(hackathon_id=game.pk, now=now)
    Hackathon.objects.filter(pk=game.pk).update(autopilot="")


def season(days: int, *, strained: bool) -> tuple[str, list[object], int]:
    """One player who watches and acts, one who comes by, one who never does; answers the rows' hash, the frames, and
    how many moments the last one's ticks were written down at."""
    User.objects.all().delete()
    World.objects.all().delete()
    world_create(now=START, seed=20_260_302)
    players = [User.objects.create(id=UUID(int=n), email=f"p{n}@example.org", username=f"p{n}") for n in (1, 2, 3)]
    playing = [hackathon_create(user_id=player.pk, now=START) for player in players]
    mark_connected(players[0].pk, START + FOREVER)
    if strained:
        strain(START)
    for number in range(days * catalogue.rules().ticks_per_day):
        now = START + number * TICK
        visit(playing[0], now)
        if number % VISITS_EVERY == 0:
            visit(playing[1], now)
        tick(now + TICK)
        assert Hackathon.objects.filter(world_tick__lt=World.objects.get().tick - 2, status=0).count() == 0
    for player in players:
        ticks.player_catch_up(user_id=player.pk, now=now + TICK)
    frames = list(Notification.objects.order_by("user_id", "number").values_list("user_id", "number", "type", "tick"))
    moments = LogEntry.objects.filter(hackathon=playing[2], type="tick").values("at").distinct().count()
    return season_digest(without=MOMENTS), frames, moments


@pytest.mark.slow
def test_a_thinned_season_is_the_same_season(now: datetime) -> None:
    plain, plain_frames, plain_moments = season(15, strained=False)
    thinned, thinned_frames, thinned_moments = season(15, strained=True)
    assert thinned == plain
    assert thinned_frames == plain_frames
    assert Hackathon.objects.exclude(status=GameStatus.RUNNING).exists()  # the idle one has ended on the way
    assert thinned_moments <= -(-plain_moments // catalogue.clock_settings().thinned_ticks) + 1
