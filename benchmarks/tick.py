"""What a tick costs: ``python -m benchmarks.tick [--games 100 1000 10000] [--people 20] [--workers 2] [--ticks 6]``.

Every size plays whole days, so that dawns, nights and paydays are in it, and everything is written that the rules ask
for: rows, letters in words, log, notifications. Times are wall time; the cost of a game is that of the median tick.

Standing orders: games without any, with such as never hold, and with the documented example, in CPU time of this
process (Postgres' own is not in it).

The lower bound: one shard's own writes of one tick are recorded and played again, by the same statements, with their
values ready and nothing else to do. What the tick needs beyond it is loading, stepping and writing letters.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from benchmarks.conditions import print_conditions  # noqa: E402
from benchmarks.worlds import add_games, fresh_world, leave_orders, next_tick  # noqa: E402
from hackathon import catalogue  # noqa: E402
from hackathon.models import Hackathon, LogEntry, World  # noqa: E402
from hackathon.rules.clock import shard_ranges  # noqa: E402
from hackathon.rules.enums import GameStatus  # noqa: E402
from hackathon.services import ticks  # noqa: E402
from tommy.core import postgres  # noqa: E402

NEVER = ({"field": "stress", "op": ">", "value": 100},)
LIMIT_SECONDS = 4.0
EMBEDDED_LIMIT_SECONDS = 0.3


def work(shard: tuple[int, int], now: datetime) -> int:
    """One shard, in a worker process."""
    return ticks.shard_tick(low=shard[0], high=shard[1], now=now)


def play(pool: ProcessPoolExecutor | None, workers: int) -> float:
    """One tick of all games; wall seconds."""
    now = next_tick()
    ids = list(Hackathon.objects.filter(status=GameStatus.RUNNING).order_by("id").values_list("id", flat=True))
    shards = shard_ranges(ids, min(catalogue.clock_settings().games_per_shard, -(-len(ids) // workers)))
    started = time.perf_counter()
    ticks.world_advance(now=now)
    run: Callable[..., Any] = pool.map if pool else map
    played = sum(run(work, shards, [now] * len(shards)))
    assert played == len(ids), f"{played} of {len(ids)} games played"
    return time.perf_counter() - started


def measure(games: int, people: int, workers: int, ticks_played: int) -> float:
    """Median seconds of a tick with so many games in the tables."""
    add_games(games - Hackathon.objects.count(), people)
    if workers == 1:
        play(None, 1)
        times = [play(None, 1) for _ in range(ticks_played)]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            play(pool, workers)
            times = [play(pool, workers) for _ in range(ticks_played)]
    median = statistics.median(times)
    cells = (games, workers, f"{median:.3f}", f"{max(times):.3f}", f"{median / games * 1e3:.3f}")
    print(f"| {' | '.join(map(str, cells))} | {median / games / people * 1e6:.1f} |")
    return median


class Recorder:
    """Keeps every bulk write of a tick, to play it again."""

    def __init__(self) -> None:
        self.writes: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def __enter__(self) -> "Recorder":
        self._originals = {name: getattr(postgres, name) for name in ("copy_in", "update_unnest")}
        for name, original in self._originals.items():
            setattr(postgres, name, self._recording(original))
        return self

    def __exit__(self, *_: object) -> None:
        for name, original in self._originals.items():
            setattr(postgres, name, original)

    def _recording(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def record(link: Any, *arguments: Any) -> Any:
            self.writes.append((original, arguments))
            return original(link, *arguments)

        return record

    def again(self) -> float:
        """Seconds for the bare writes, rolled back; inserts go to twins of their tables, with the same indexes."""
        with transaction.atomic():
            twins = [(write, self._twin(write, arguments)) for write, arguments in self.writes]
            started = time.perf_counter()
            for write, arguments in twins:
                write(connection, *arguments)
            seconds = time.perf_counter() - started
            transaction.set_rollback(True)
        return seconds

    def _twin(self, write: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        if write is self._originals["update_unnest"]:
            return arguments
        table, *rest = arguments
        twin = f'"bare_{table.strip(chr(34))}"'
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {twin} (LIKE {table} INCLUDING ALL)")
        return (twin, *rest)


def ratio_to_bare_writes() -> None:
    """One process and one shard of games: a tick against its own recorded writes."""
    ids = list(
        Hackathon.objects.order_by("id").values_list("id", flat=True)[: catalogue.clock_settings().games_per_shard]
    )
    rows_before = LogEntry.objects.count()
    whole, bare = [], []
    for _ in range(6):
        now = next_tick()
        ticks.world_advance(now=now)
        with Recorder() as recorder:
            started = time.perf_counter()
            ticks.shard_tick(low=ids[0], high=ids[-1], now=now)
            whole.append(time.perf_counter() - started)
        bare.append(recorder.again())
    assert LogEntry.objects.count() > rows_before
    tick, floor = statistics.median(whole), statistics.median(bare)
    print(f"\nOne shard of {len(ids)} games: tick {tick:.3f} s, bare writes {floor:.3f} s, ratio {tick / floor:.2f}")


def orders_against_none(games: int, ticks_played: int) -> None:
    """The same ticks for games without orders, and for as many with them: such as never hold, and then the example."""
    running = Hackathon.objects.filter(status=GameStatus.RUNNING).order_by("id")
    ids = list(running.values_list("id", flat=True)[: 2 * games])
    without, ordered = (ids[0], ids[games - 1]), (ids[games], ids[-1])
    print(f"\n| {games} games | median CPU ms a tick | ms a game | actions a tick |\n|---|---|---|---|")
    rows = [("without orders", without, None), ("orders that never hold", ordered, NEVER), ("the example", ordered, ())]
    for name, (low, high), conditions in rows:
        if conditions is not None:
            leave_orders(low, high, conditions)
        shard_cost(low, high)
        before = acted()
        seconds = statistics.median(shard_cost(low, high) for _ in range(ticks_played))
        actions = (acted() - before) / ticks_played
        print(f"| {name} | {seconds * 1e3:.0f} | {seconds / games * 1e3:.3f} | {actions:.0f} |")


def acted() -> int:
    return LogEntry.objects.filter(cause="standing_order", type="action").count()


def shard_cost(low: int, high: int) -> float:
    """CPU seconds of one tick of one shard."""
    now = next_tick()
    ticks.world_advance(now=now)
    Hackathon.objects.filter(id__range=(low, high)).update(world_tick=World.objects.get().tick - 1)
    started = time.process_time()
    ticks.shard_tick(low=low, high=high, now=now)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--orders", type=int, default=1_000, help="games with orders, and as many without")
    parser.add_argument("--ticks", type=int, default=6)
    options = parser.parse_args()
    fresh_world()
    embedded = connection.vendor == "sqlite"
    workers = 1 if embedded else options.workers
    print_conditions("Tick", people=options.people, ticks=f"{options.ticks} after one to warm up")
    print("\n| games | workers | median s | slowest s | ms a game | µs a participant |\n|---|---|---|---|---|---|")
    cost = {}
    for games in [100] if embedded else sorted(options.games):
        seconds = measure(games, options.people, workers, options.ticks)
        cost[games] = seconds / games
    if embedded:
        print(f"\n100 games: {cost[100] * 100 / EMBEDDED_LIMIT_SECONDS:.2f} of the limit of {EMBEDDED_LIMIT_SECONDS} s")
    else:
        compare(cost)
    # Last, because the games keep the orders they are given, and cost more from then on.
    orders_against_none(min(options.orders, Hackathon.objects.count() // 2), options.ticks)


def compare(cost: dict[int, float]) -> None:
    """What each size cost (seconds a game) against the limit, the size of 1,000, and the bare writes."""
    largest = max(cost)
    print(f"\n{largest} games: {cost[largest] * largest / LIMIT_SECONDS:.2f} of the limit of {LIMIT_SECONDS} s")
    if 1_000 in cost and largest > 1_000:
        print(f"cost a game at {largest}, to that at 1000: {cost[largest] / cost[1_000]:.2f}")
    ratio_to_bare_writes()


if __name__ == "__main__":
    main()
