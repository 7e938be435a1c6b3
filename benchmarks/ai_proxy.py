"""What this server adds to a local AI: ``python -m benchmarks.ai_proxy [--asks 300] [--worlds 10]``.

One upstream that speaks OpenAI's protocol on this machine, one server in front of it, one client that asks them in
turn, so that whatever else the machine does hits both alike: directly, and through ``POST /api/ai/chat`` (login,
limits, budgets, audit and all). Streams are timed until their first token is there. The server is the embedded one, and
once more, under ``.ci/with-services``, one with Postgres and Redis.

Then an upstream hangs, and days of a hundred games are timed in turn with nobody asking the AI, and with as many talks
waiting for it as the gateway lets through. Plays in the database it finds: one of its own, as in ``benchmarks.tick``.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import django

django.setup()

import aiohttp  # noqa: E402
import orjson  # noqa: E402
from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.conditions import print_conditions  # noqa: E402
from benchmarks.worlds import add_games, fresh_world, next_tick  # noqa: E402
from hackathon import catalogue  # noqa: E402
from hackathon.models import Hackathon  # noqa: E402
from hackathon.services import ticks  # noqa: E402
from npcs import services  # noqa: E402
from npcs.gateway.settings import gateway_settings  # noqa: E402
from npcs.tests.openai_server import OpenAIServer, running_server  # noqa: E402
from tommy.core import background  # noqa: E402
from tommy.core.content import default_path  # noqa: E402
from tommy.tests.processes import Server, register, scratch_services, write  # noqa: E402

LIMIT_MILLISECONDS = 5.0
TICK_LIMIT = 1.1
ASKED = {"messages": [{"role": "user", "content": "What is the weather like in the tent?"}], "model": "m"}
PLENTY = 1_000_000
WARM_UP = 20


def roomy_content(directory: Path) -> Path:
    """A CONTENT_DIR in which one player may ask as often as they like."""
    gateway = orjson.loads(default_path("npcs/gateway.json").read_bytes())
    gateway["proxy_rate"]["attempts"] = PLENTY
    gateway["budgets"] = {name: {"calls": PLENTY, "tokens": 1_000 * PLENTY} for name in gateway["budgets"]}
    write(directory / "npcs/gateway.json", gateway)
    return directory


async def first_byte(session: aiohttp.ClientSession, url: str, headers: dict[str, str], stream: bool) -> float:
    """Milliseconds until the answer is there; of a stream, until its first token is."""
    started = time.perf_counter()
    async with session.post(url, json={**ASKED, "stream": stream}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        said = await answer.content.readline() if stream else await answer.read()
        seconds = time.perf_counter() - started
        rest = said + await answer.read()
        assert b"fallback" not in rest, "the offline writer has answered"
    return seconds * 1e3


async def in_turn(upstream: str, server: str, headers: dict[str, str], asks: int) -> dict[str, list[float]]:
    """Times of both ways and both kinds, asked one after the other."""
    ways = {"direct": (f"{upstream}/chat/completions", {}), "through": (f"{server}/api/ai/chat", headers)}
    times: dict[str, list[float]] = {f"{way} {kind}": [] for way in ways for kind in ("whole", "streamed")}
    async with aiohttp.ClientSession() as session:
        for number in range(asks + WARM_UP):
            for way, (url, sent) in ways.items():
                for kind in ("whole", "streamed"):
                    took = await first_byte(session, url, sent, kind == "streamed")
                    if number >= WARM_UP:
                        times[f"{way} {kind}"].append(took)
    return times


def measure(asks: int, services: Mapping[str, str]) -> dict[str, list[float]]:
    with running_server() as upstream, tempfile.TemporaryDirectory() as directory:
        upstream.pause = 0.001
        environment = {
            "AI_ENABLED": "true",
            "AI_BASE_URL": upstream.url,
            "CONTENT_DIR": str(roomy_content(Path(directory, "content"))),
            "LOG_LEVEL": "ERROR",
            **services,
        }
        server = Server(Path(directory, "data"), environment).start()
        try:
            headers, before = register(server, "bench"), server_cpu(server)
            times = asyncio.run(in_turn(upstream.url, server.url, headers, asks))
            each = (server_cpu(server) - before) / (2 * (asks + WARM_UP)) * 1e3
            print(f"- CPU of the server's process for each ask: {each:.2f} ms")
            return times
        finally:
            server.stop()


def server_cpu(server: Server) -> float:
    """CPU seconds of the server's process so far: what it costs, however busy the machine is."""
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def hang_beside(upstream: OpenAIServer, user_ids: list[UUID]) -> list[Future[str | None]]:
    """As many talks waiting for the upstream as the gateway lets through."""
    places = gateway_settings().uses["npc_chat"].concurrent
    now = timezone.now()
    talks = [
        services.talk_prepare(user_id=user_id, player="bench", npc_key="mayor", message="Hello", now=now)
        for user_id in user_ids[:places]
    ]
    before = len(upstream.requests)
    waiting = [background.submit(services.talk_answer(talk)) for talk in talks]
    while len(upstream.requests) < before + len(talks):
        time.sleep(0.01)
    return waiting


def tick_seconds() -> tuple[float, float]:
    """Wall and CPU seconds of one tick of all games."""
    now, ids = next_tick(), list(Hackathon.objects.order_by("id").values_list("id", flat=True))
    ticks.world_advance(now=now)
    started, cpu = time.perf_counter(), time.process_time()
    ticks.shard_tick(low=ids[0], high=ids[-1], now=now)
    return time.perf_counter() - started, time.process_time() - cpu


def day_seconds() -> tuple[float, float]:
    """A whole day, because its ticks differ: dawn has most to do."""
    wall, cpu = zip(*(tick_seconds() for _ in range(catalogue.rules().ticks_per_day)), strict=True)
    return sum(wall), sum(cpu)


def days_in_turn(count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Median wall and CPU seconds of the second and third day of a hundred games: one of them alone, the other with
    talks hanging, and in the next world the other way round.
    """
    alone, beside = [], []
    with running_server() as upstream:
        upstream.mode = "hang"
        talkative = {"ai_enabled": True, "ai_base_url": upstream.url, "ai_model": "m"}
        settings.ENV = settings.ENV.model_copy(update=talkative)
        for number in range(count):
            fresh_world()
            add_games(100, 20)
            day_seconds()
            for hanging in (False, True) if number % 2 else (True, False):
                (beside if hanging else alone).append(day_beside(upstream) if hanging else day_seconds())
    medians = [tuple(statistics.median(times) for times in zip(*days, strict=True)) for days in (alone, beside)]
    return medians[0], medians[1]


def day_beside(upstream: OpenAIServer) -> tuple[float, float]:
    """A day with talks that wait from before its first tick until after its last."""
    waiting = hang_beside(upstream, list(User.objects.values_list("pk", flat=True)))
    seconds = day_seconds()
    assert not any(future.done() for future in waiting), "the talks did not hang"
    for future in waiting:
        future.cancel()
    return seconds


def show(times: dict[str, list[float]]) -> None:
    print("\n| answer | direct ms | through the server ms | added ms | of the limit of 5 ms |\n|---|---|---|---|---|")
    for kind, name in {"whole": "whole", "streamed": "streamed, first token"}.items():
        direct, through = (statistics.median(times[f"{way} {kind}"]) for way in ("direct", "through"))
        added = through - direct
        print(f"| {name} | {direct:.2f} | {through:.2f} | {added:.2f} | {added / LIMIT_MILLISECONDS:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--asks", type=int, default=300)
    parser.add_argument("--worlds", type=int, default=10)
    options = parser.parse_args()
    print_conditions("AI proxy", server="Daphne, one process", client="one, keep-alive", asks=options.asks)
    for name, databases in {"embedded": {}, "Postgres and Redis": scratch_services("benchmark_ai")}.items():
        if databases or name == "embedded":
            print(f"\n{name}:")
            show(measure(options.asks, databases))
    alone, beside = days_in_turn(options.worlds)
    print("\n| a day (six ticks) of 100 games | median s | CPU s |\n|---|---|---|")
    for name, (wall, cpu) in {"nobody asks the AI": alone, "talks hanging, all that may": beside}.items():
        print(f"| {name} | {wall:.4f} | {cpu:.4f} |")
    ratios = [second / first for first, second in zip(alone, beside, strict=True)]
    print(f"\nratio {ratios[0]:.2f}, of CPU {ratios[1]:.2f}, limit {TICK_LIMIT}")


if __name__ == "__main__":
    main()
