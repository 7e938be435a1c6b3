"""Whole seasons of Tommy Timecrunch from the outside, over REST and socket, by a player as plain as ``player`` says.

``python -m benchmarks.bots.tommy --url http://localhost:8000 --games 5`` plays on a running server (a season takes an
hour there); ``--serve 0.3`` instead of an address starts one of its own whose ticks take 0.3 s. ``--every 6`` looks in
once a day.
"""

import argparse
import asyncio
import statistics
import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext

from benchmarks.bots.client import Client, Tally
from benchmarks.bots.player import Player, Result
from benchmarks.bots.serving import served

HANG_UP_EVERY = 400
# Shares of seasons that the game's rules want survived, by how often somebody looks in: each tick, once a day.
BANDS = {1: (0.75, 0.95), 6: (0.30, 0.65)}


async def play_one(url: str, every_ticks: int, hang_up_every: int = HANG_UP_EVERY) -> tuple[Result, Tally]:
    """One season by a new player."""
    async with Client(url) as client:
        await client.begin(f"bot-{uuid.uuid4().hex[:12]}")
        return await Player(client, every_ticks, hang_up_every).play(), client.tally


async def play_all(url: str, games: int, at_once: int, every_ticks: int) -> list[tuple[Result, Tally]]:
    room = asyncio.Semaphore(at_once)

    async def one() -> tuple[Result, Tally]:
        async with room:
            played = await play_one(url, every_ticks)
        print(
            f"  {played[0].status} on day {played[0].day}: {played[0].score:,.0f} ({played[0].looks} looks)", flush=True
        )
        return played

    return await asyncio.gather(*(one() for _ in range(games)))


def report(played: Sequence[tuple[Result, Tally]], every_ticks: int = 0) -> str:
    """Survival, beside the band of such a player where there is one, and what the server did for it."""
    results = [result for result, _ in played]
    survived = sum(result.survived for result in results)
    ends = ", ".join(f"{end} {times}" for end, times in Counter(result.end_reason for result in results).most_common())
    day, score, looks = (
        statistics.median(getattr(result, name) for result in results) for name in ("day", "score", "looks")
    )
    lines = [
        f"survived {survived} of {len(results)} ({survived / len(results):.0%}): {ends}",
        f"median day {day:.0f}, score {score:,.0f}, looks {looks:.0f}",
    ]
    if every_ticks in BANDS:
        low, high = BANDS[every_ticks]
        inside = "inside" if low <= survived / len(results) <= high else "outside"
        lines.append(f"{inside} the band of {low:.0%} to {high:.0%}, of {len(results)} games")
    return "\n".join([*lines, *traffic([tally for _, tally in played])])


def traffic(tallies: Sequence[Tally]) -> list[str]:
    seconds = sorted(second for tally in tallies for second in tally.seconds)
    half, most = (seconds[len(seconds) * share // 100] * 1e3 for share in (50, 99))
    statuses = sum((Counter(tally.statuses) for tally in tallies), Counter[int]())
    counted = {
        name: sum(getattr(tally, name) for tally in tallies) for name in ("frames", "gaps", "repeats", "reconnects")
    }
    return [
        f"requests {len(seconds)}, by status {dict(sorted(statuses.items()))}, p50 {half:.1f} ms, p99 {most:.1f} ms",
        ", ".join(f"{name} {count}" for name, count in counted.items()),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--url", help="a server that is running")
    where.add_argument("--serve", type=float, metavar="SECONDS", help="start one whose ticks take so long")
    parser.add_argument("--games", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=5, help="players at the same time")
    parser.add_argument("--every", type=int, default=1, help="look in every so many ticks")
    options = parser.parse_args()
    with served(options.serve) if options.serve else nullcontext(options.url) as url:
        played = asyncio.run(play_all(url, options.games, options.at_once, options.every))
    print(report(played, options.every))


if __name__ == "__main__":
    main()
