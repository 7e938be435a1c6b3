"""The heartbeat: the world's tick rises in one statement, and every running game follows it, shard by shard.

A wake of the clock locks the world's row, and the row decides what is due, not the timer: a doubled or early wake finds
nothing to do, a late one makes up for it. A shard locks its games' rows (in the order of ids) and plays those that are
behind the world's tick. So a task that is delivered twice, overlaps with its successor or is killed in the middle
changes nothing twice and skips nothing: what did not commit is still behind, and the next wake's shards find it.

While the server is strained, games that nobody watches wait until they are ``thinned_ticks`` behind and play them in
one transaction. Each tick is played as ever, with the draws of its number, so a thinned season is the same season; and
whoever looks at a thinned game finds it level with the world.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np
import structlog
from django.db import OperationalError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from numpy.typing import NDArray

from hackathon import catalogue
from hackathon.models import Hackathon, LogEntry, StandingOrder, World
from hackathon.rules.clock import due_ticks, shard_ranges
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import GameStatus
from hackathon.services.orders import orders_follow
from hackathon.services.saving import shard_save
from hackathon.services.worlds import market_open
from hackathon.simulation import store
from hackathon.simulation.effects import Effects
from hackathon.simulation.state import State
from hackathon.simulation.store import Shard
from hackathon.simulation.tick import run_arrivals, run_streaks, run_tick
from tommy.core.audit import unasked
from tommy.core.bulk import insert_rows
from tommy.core.db import command
from tommy.core.jobs import enqueue_on_commit
from tommy.core.metrics import TICK_GAMES, TICK_LAG_SECONDS, TICK_SECONDS, WORLD_TICK
from tommy.core.models import NotificationCursor
from tommy.core.overload import Stage, stage, stage_read

logger = structlog.get_logger(__name__)

Owner = tuple[int, UUID]
Step = Callable[[State, Rules], Effects]


class Advance(NamedTuple):
    """The world's tick after a wake, and the ranges of hackathon ids whose games must follow it."""

    tick: int
    shards: list[tuple[int, int]]


def world_advance(*, now: datetime) -> Advance | None:
    """Play what is due of the world's time; None where nothing is (too early, paused, no world yet, or the end)."""
    clock = catalogue.clock_settings()
    if stage_read(now) is Stage.SELF_DESTRUCT:
        return None
    with command():
        world = World.objects.select_for_update().filter(pk=World.SINGLETON_ID, paused=False).first()
        if world is None:
            return None
        due = due_ticks(world.advanced_at, now, clock)
        if not due.ticks:
            return None
        TICK_LAG_SECONDS.set(max(0.0, (now - due.advanced_at).total_seconds()))
        world.tick, world.advanced_at = world.tick + due.ticks, due.advanced_at
        running = list(_running().values_list("id", flat=True).order_by("id"))
        market_open(world=world, running=len(running), rules=catalogue.rules(), now=now)
        world.save()
        if due.missed:
            _note_standstill(due.missed, now)
        shards = shard_ranges(running, clock.games_per_shard)
        for low, high in shards:
            enqueue_on_commit("hackathon.tick_shard", low=low, high=high)
    WORLD_TICK.set(world.tick)
    return Advance(world.tick, shards)


def shard_tick(*, low: int, high: int, now: datetime) -> int:
    """Play every running game with an id from ``low`` to ``high`` up to the world's tick; answers how many game ticks.

    A game that fails is found by halving, paused and logged; the others go on.
    """
    match stage_read(now):
        case Stage.SELF_DESTRUCT:
            return 0  # no new work: what is behind now is behind still when the server is back
        case Stage.CALM:
            return _play(lambda: _behind().filter(id__range=(low, high)), 1, now)
    thinned = catalogue.clock_settings().thinned_ticks
    played = _play(lambda: _behind().filter(_watched(now), id__range=(low, high)), 1, now)
    return played + _play(lambda: _behind(thinned).exclude(_watched(now)).filter(id__range=(low, high)), thinned, now)


def player_catch_up(*, user_id: UUID, now: datetime) -> None:
    """Play what thinning has put off of a player's games, because they look at them now; nothing while all is calm."""
    if stage() in {Stage.STRAINED, Stage.SHEDDING}:
        with unasked():
            _play(lambda: _behind().filter(user_id=user_id), 1, now)


def arrivals_spawn(*, low: int, high: int, now: datetime) -> None:
    """Let newcomers of a day that has just ended in at once; the next tick would do the same, with the same draws."""
    _run_alone(run_arrivals, low, high, now)


def streaks_settle(*, low: int, high: int, now: datetime) -> None:
    """Settle the streaks of a day that has just ended; the next tick would do the same, with the same draws."""
    _run_alone(run_streaks, low, high, now)


def day_ends_enqueue(*, job: str) -> None:
    """Queue ``job`` for all running games, in the shards of the tick."""
    ids = list(_running().values_list("id", flat=True).order_by("id"))
    with command():
        for low, high in shard_ranges(ids, catalogue.clock_settings().games_per_shard):
            enqueue_on_commit(job, low=low, high=high)


def _running() -> QuerySet[Hackathon]:
    return Hackathon.objects.filter(status=GameStatus.RUNNING)


def _behind(ticks: int = 1) -> QuerySet[Hackathon]:
    """Running games that are at least so many ticks behind the world."""
    tick = World.objects.values_list("tick", flat=True).get(pk=World.SINGLETON_ID)
    return _running().filter(world_tick__lte=tick - ticks).order_by("id")


def _watched(now: datetime) -> Q:
    """Games whose player has an open socket or standing orders, or that a policy plays.

    Orders and policies act between ticks, and may reach for the market, which moves with the world.
    """
    connected = NotificationCursor.objects.filter(user_id=OuterRef("user_id"), connected_until__gt=now)
    ordered = StandingOrder.objects.filter(hackathon_id=OuterRef("pk"), enabled=True)
    return ~Q(autopilot="") | Q(Exists(connected)) | Q(Exists(ordered))


def _play(behind: Callable[[], QuerySet[Hackathon]], ticks: int, now: datetime) -> int:
    """Play the games that ``behind`` finds, so many ticks in one transaction, until it finds none."""
    played = 0
    for _ in range(catalogue.clock_settings().catch_up_ticks):
        ids = list(behind().values_list("id", flat=True))
        if not ids:
            break
        played += _tick_or_halve(ids, ticks, now)
    return played


def _tick_or_halve(ids: Sequence[int], ticks: int, now: datetime) -> int:
    try:
        with _collector_paused():
            return _tick(ids, ticks, now)
    except OperationalError:
        raise  # the database's trouble, not a game's: the next wake tries again
    except Exception:
        if len(ids) == 1:
            logger.exception("game_failed_and_paused", hackathon=ids[0])
            with command():
                _running().filter(id=ids[0]).update(status=GameStatus.PAUSED)
            return 0
    half = len(ids) // 2
    return _tick_or_halve(ids[:half], ticks, now) + _tick_or_halve(ids[half:], ticks, now)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A shard makes a hundred thousand short-lived objects and no cycles; walking the heap for them costs a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _tick(ids: Sequence[int], ticks: int, now: datetime) -> int:
    """So many ticks of these games, in one transaction, loaded once; answers how many game ticks were played."""
    rules, played = catalogue.rules(), 0
    with command():
        locked = _lock_behind(ids, ticks)
        if not locked:
            return 0
        owners = [(hackathon_id, user_id) for hackathon_id, user_id, _ in locked]
        world_ticks = np.array([tick for *_, tick in locked], np.int64)
        with TICK_SECONDS.labels("load").time():
            shard = store.load(owners, rules)
        for number in range(ticks):
            if number:
                running = np.flatnonzero(shard.state.games.status == GameStatus.RUNNING)
                shard, world_ticks = shard.saved(running), world_ticks[running]
            world_ticks += 1
            played += _step(shard, world_ticks, rules, now)
    TICK_GAMES.inc(played)
    return played


def _step(shard: Shard, world_ticks: NDArray[np.int64], rules: Rules, now: datetime) -> int:
    """One tick of a loaded shard, written; a shard whose games have all ended has none left."""
    if not len(world_ticks):
        return 0
    effects = Effects(rules)
    with TICK_SECONDS.labels("orders").time():
        orders_follow(shard=shard, rules=rules, effects=effects, now=now)
    with TICK_SECONDS.labels("step").time():
        run_tick(shard.state, rules, effects)
    with TICK_SECONDS.labels("save").time():
        shard_save(shard=shard, effects=effects, rules=rules, now=now, world_ticks=world_ticks)
    return len(world_ticks)


def _lock_behind(ids: Sequence[int], ticks: int) -> list[tuple[int, UUID, int]]:
    """Lock the games that are still behind, in the order of ids; whoever held a lock may have played them meanwhile."""
    locked = _behind(ticks).select_for_update().filter(id__among=ids)
    return list(locked.values_list("id", "user_id", "world_tick"))


def _run_alone(step: Step, low: int, high: int, now: datetime) -> None:
    """One step by itself, for the games whose last tick ended a day and that are level with the world."""
    rules = catalogue.rules()
    with command():
        at_day_end = _running().annotate(hour=F("tick") % rules.ticks_per_day).filter(hour=0, tick__gt=0)
        locked = at_day_end.select_for_update().filter(id__range=(low, high)).order_by("id")
        owners = list(locked.values_list("id", "user_id"))
        if not owners:
            return
        shard = store.load(owners, rules)
        effects = step(shard.state, rules)
        shard_save(shard=shard, effects=effects, rules=rules, now=now)


def _note_standstill(missed: int, now: datetime) -> None:
    """The world stood still: say so in the server's log and in every running game's."""
    logger.warning("world_stood_still", missed_ticks=missed)
    games = list(_running().values_list("id", "tick"))
    insert_rows(
        LogEntry,
        len(games),
        {
            "hackathon_id": [game for game, _ in games],
            "tick": [tick for _, tick in games],
            "at": now,
            "type": "event",
            "code": "world_stood_still",
            "cause": "server",
            "participant": 0,
            "incident": 0,
            "request": 0,
            "data": f'{{"missed_ticks": {missed}}}',
        },
    )
