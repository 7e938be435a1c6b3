"""What the pooled request path is worth: ``python -m benchmarks.requests [--seconds 5] [--clients 16]``.

One embedded server after another, the same client: with the pooled handler, and with Django's own
(``HTTP_POOLED=false``). The client runs in this process, over keep-alive connections; its share of the cores is
printed, because on a small machine it competes with the server.
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

from benchmarks.conditions import print_conditions  # noqa: E402
from tommy.tests.processes import Server, register  # noqa: E402

PATHS = {"health, no database": "/health", "notifications, one page": "/api/notifications?limit=5"}


async def load(url: str, headers: dict[str, str], clients: int, seconds: float) -> tuple[float, float]:
    """(requests a second, 99th percentile in ms) of so many clients asking one after the other."""
    times: list[float] = []
    deadline = time.perf_counter() + seconds

    async def ask(session: aiohttp.ClientSession) -> None:
        while (started := time.perf_counter()) < deadline:
            async with session.get(url, headers=headers) as answer:
                await answer.read()
                assert answer.status == 200, answer.status
            times.append(time.perf_counter() - started)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(ask(session) for _ in range(clients)))
    return len(times) / seconds, statistics.quantiles(times, n=100)[98] * 1e3


def measure(pooled: bool, clients: int, seconds: float) -> dict[str, tuple[float, float]]:
    """Both paths on a fresh server."""
    with tempfile.TemporaryDirectory() as directory:
        environment = {"HTTP_POOLED": str(pooled).lower(), "LOG_LEVEL": "ERROR"}
        server = Server(Path(directory), environment).start()
        try:
            headers = register(server, "bench")
            asyncio.run(load(f"{server.url}/health", headers, clients, 1))
            return {
                name: asyncio.run(load(server.url + path, headers, clients, seconds)) for name, path in PATHS.items()
            }
        finally:
            server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    print_conditions("Requests", clients=options.clients, server="embedded, Daphne, 4 threads, SQLite")
    started, cpu = time.perf_counter(), time.process_time()
    stock = measure(False, options.clients, options.seconds)
    pooled = measure(True, options.clients, options.seconds)
    share = (time.process_time() - cpu) / (time.perf_counter() - started)
    print(f"- client's share of one core: {share:.2f}")
    print("\n| call | Django's handler /s (p99 ms) | pooled /s (p99 ms) | ratio |\n|---|---|---|---|")
    for name in PATHS:
        (slow, slow_p99), (fast, fast_p99) = stock[name], pooled[name]
        print(f"| {name} | {slow:.0f} ({slow_p99:.0f}) | {fast:.0f} ({fast_p99:.0f}) | {fast / slow:.2f} |")


if __name__ == "__main__":
    main()
