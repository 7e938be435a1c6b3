"""What this server adds to a local AI: ``python -m benchmarks.ai_proxy [--asks 300] [--ticks 40]``.

One upstream that speaks OpenAI's protocol on this machine, one embedded server in front of it, one client that asks
them in turn, so that whatever else the machine does hits both alike: directly, and through ``POST /api/ai/chat``
(login, limits, budgets, audit and all). Streams are timed until their first token is there.

Then the same upstream hangs, and ticks of a hundred games are timed in turn with nobody asking the AI, and with as
many talks and rewritten letters waiting for it as the gateway lets through.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import django

django.setup()

import aiohttp  # noqa: E402
import orjson  # noqa: E402

from benchmarks.conditions import print_conditions  # noqa: E402
from npcs.tests.openai_server import running_server  # noqa: E402
from tommy.core.content import default_path  # noqa: E402
from tommy.tests.processes import Server, register, write  # noqa: E402

LIMIT_MILLISECONDS = 5.0
ASKED = {"messages": [{"role": "user", "content": "What is the weather like in the tent?"}], "model": "m"}
PLENTY = 1_000_000


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
        for number in range(asks + 20):
            for way, (url, sent) in ways.items():
                for kind in ("whole", "streamed"):
                    took = await first_byte(session, url, sent, kind == "streamed")
                    if number >= 20:
                        times[f"{way} {kind}"].append(took)
    return times


def measure(asks: int) -> dict[str, list[float]]:
    with running_server() as upstream, tempfile.TemporaryDirectory() as directory:
        upstream.pause = 0.001
        environment = {
            "AI_ENABLED": "true",
            "AI_BASE_URL": upstream.url,
            "CONTENT_DIR": str(roomy_content(Path(directory, "content"))),
            "LOG_LEVEL": "ERROR",
        }
        server = Server(Path(directory, "data"), environment).start()
        try:
            return asyncio.run(in_turn(upstream.url, server.url, register(server, "bench"), asks))
        finally:
            server.stop()


def show(times: dict[str, list[float]]) -> None:
    print("\n| answer | direct ms | through the server ms | added ms | of the limit of 5 ms |\n|---|---|---|---|---|")
    for kind, name in {"whole": "whole", "streamed": "streamed, first token"}.items():
        direct, through = (statistics.median(times[f"{way} {kind}"]) for way in ("direct", "through"))
        added = through - direct
        print(f"| {name} | {direct:.2f} | {through:.2f} | {added:.2f} | {added / LIMIT_MILLISECONDS:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--asks", type=int, default=300)
    options = parser.parse_args()
    print_conditions("AI proxy", server="embedded, Daphne, SQLite", client="one, keep-alive", asks=options.asks)
    show(measure(options.asks))


if __name__ == "__main__":
    main()
