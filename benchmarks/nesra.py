"""What Nesra's two hot calls cost: ``python -m benchmarks.nesra [--players 4000] [--connections 16] [--seconds 8]``.

Needs Postgres (``DATABASE_URL``, ``REDIS_URL``), a database of its own. One web process serves; this process asks, over
kept-alive connections. Every player has a session that is over, and completes it once; profiles are read at random.

Two yardsticks stand beside each figure: ``pgbench`` with the very statements that Django sends for the call (recorded
here, by as many clients), and a bare ASGI application on the same server that answers as many bytes.
"""

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from accounts.models import Login, User  # noqa: E402
from accounts.tokens import issue_tokens  # noqa: E402
from benchmarks.conditions import print_conditions  # noqa: E402
from nesra.models import Hero, LedgerEntry, Session, WorldState  # noqa: E402
from nesra.services import catalogue_seed  # noqa: E402
from tommy.core import clock  # noqa: E402

HOST = "127.0.0.1"
PORT, BARE_PORT = 8871, 8872
DOMAIN = "nesra-bench.example.org"
TAIL = "-0000-4000-8000-"
USER, LOGIN, HERO, WORLD, SESSION = "a0000000", "b0000000", "c0000000", "d0000000", "e0000000"
# As psycopg writes them into a statement.
OUR_IDS = re.compile(rf"'([a-e]0000000){TAIL.replace('-', '')}\d{{12}}'::uuid")
# A draw that misses, as nine in ten do.
SEED = "misses-7"
TABLES = (LedgerEntry, Session, Hero, WorldState)

Request = Callable[[int], bytes]


class Load(NamedTuple):
    """Requests per second, and seconds that half and 99 % of them took."""

    rate: float
    median: float
    worst: float


def key(kind: str, number: int) -> UUID:
    return UUID(f"{kind}{TAIL}{number:012d}")


async def bare(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An ASGI application that does nothing but answer ``?size`` bytes."""
    body = b"x" * int(scope["query_string"] or 0)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


# -- players


def prepare(players: int) -> list[str]:
    """Players with heroes, and sessions that are over; returns their tokens."""
    call_command("migrate", verbosity=0)
    if User.objects.exclude(email__endswith=DOMAIN).exists():
        raise SystemExit("this database has players in it; benchmarks want one of their own")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_user CASCADE")
    catalogue_seed()
    now, numbers = clock.now(), range(players)
    User.objects.bulk_create(
        User(id=key(USER, n), email=f"{n}@{DOMAIN}", username=f"bench-{n}", username_key=f"bench-{n}") for n in numbers
    )
    tokens = [issue_tokens(user_id=key(USER, n), login_id=key(LOGIN, n), now=now) for n in numbers]
    expires = now + timedelta(days=1)
    Login.objects.bulk_create(
        Login(id=key(LOGIN, n), user_id=key(USER, n), created_at=now, expires_at=expires, refresh_jti=t.refresh_jti)
        for n, t in zip(numbers, tokens, strict=True)
    )
    reset(players)
    return [token.access for token in tokens]


def reset(players: int) -> None:
    """Give everybody a new hero and one session that ended a minute ago, and nothing else."""
    started = clock.now() - timedelta(minutes=26)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(model._meta.db_table for model in TABLES)}")
    Hero.objects.bulk_create(Hero(id=key(HERO, n), user_id=key(USER, n)) for n in range(players))
    WorldState.objects.bulk_create(WorldState(id=key(WORLD, n), user_id=key(USER, n)) for n in range(players))
    Session.objects.bulk_create(
        Session(
            id=key(SESSION, n),
            user_id=key(USER, n),
            duration_minutes=25,
            room="study",
            started_at=started,
            expected_end_at=started + timedelta(minutes=25),
            draw_seed=SEED,
        )
        for n in range(players)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def profile_request(tokens: list[str]) -> Request:
    def build(number: int) -> bytes:
        token = tokens[number * 7_919 % len(tokens)]
        return f"GET /api/profile HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()

    return build


def completion_request(tokens: list[str]) -> Request:
    def build(number: int) -> bytes:
        body = f'{{"session_id": "{key(SESSION, number)}"}}'
        return (
            f"POST /api/session/complete HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {tokens[number]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    return build


def bare_request(size: int) -> Request:
    return lambda number: f"GET /?{size} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


# -- load


async def ask(port: int, requests: AsyncIterator[bytes]) -> AsyncIterator[tuple[float, int]]:
    """One kept-alive connection: (seconds, bytes of the body) of each answer."""
    reader, writer = await asyncio.open_connection(HOST, port)
    async for request in requests:
        started = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(size)
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise SystemExit(f"refused: {body.decode()}")
        yield time.perf_counter() - started, size
    writer.close()


def load(port: int, build: Request, connections: int, *, count: int = 0, seconds: float = 0) -> tuple[Load, int]:
    """Ask until ``count`` answers or ``seconds`` have gone; also the size of an answer."""
    took: list[float] = []
    sizes: list[int] = []
    numbers = iter(range(count or 10**9))

    async def requests() -> AsyncIterator[bytes]:
        for number in numbers:
            if seconds and time.perf_counter() > started + seconds:
                return
            yield build(number)

    async def client() -> None:
        async for second, size in ask(port, requests()):
            took.append(second)
            sizes.append(size)

    async def everybody() -> None:
        await asyncio.gather(*(client() for _ in range(connections)))

    started = time.perf_counter()
    asyncio.run(everybody())
    rate = len(took) / (time.perf_counter() - started)
    took.sort()
    return Load(rate, took[len(took) // 2], took[int(len(took) * 0.99)]), round(statistics.median(sizes))


@contextmanager
def server(application: str, port: int) -> Iterator[None]:
    """One web process, on the same server for ours and the bare one."""
    command = [sys.executable, "-m", "daphne", "-v", "0", "-b", HOST, "-p", str(port), application]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            if time.monotonic() > deadline:
                raise SystemExit(f"{application} does not start")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


# -- pgbench


def statements_of(call: Callable[[], Any]) -> list[str]:
    """What Django sends for a call, with our ids as functions of pgbench's ``:n``."""
    with CaptureQueriesContext(connection) as captured:
        response = call()
    assert response.status_code == 200, response.content
    by_number = rf"('\1{TAIL}' || lpad((:n)::text, 12, '0'))::uuid"
    return [OUR_IDS.sub(by_number, query["sql"]).replace("\n", " ") for query in captured.captured_queries]


def pgbench(statements: list[str], clients: int, players: int, *, once: bool, seconds: int) -> float:
    """Transactions per second; ``once``: each player in turn, once."""
    share = players // clients
    number = ":client_id * :share + :c" if once else "random(0, :share * :clients - 1)"
    script = [f"\\set n {number}", "\\set c :c + 1", *(f"{statement};" for statement in statements)]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(script) + "\n")
        file.flush()
        length = ["-t", str(share)] if once else ["-T", str(seconds)]
        variables = ["-D", "c=0", "-D", f"share={share}", "-D", f"clients={clients}"]
        command = ["pgbench", "-n", "-c", str(clients), "-j", "2", *length, *variables, "-f", file.name]
        result = subprocess.run([*command, settings.ENV.database_url], capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", result.stdout)
    if found is None or result.returncode:
        raise SystemExit(f"pgbench: {result.stderr[-600:]}")
    return float(found[1])


def recorded(tokens: list[str], players: int) -> tuple[list[str], list[str]]:
    """The statements of a profile and of a completion."""
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens[0]}")
    profile = statements_of(lambda: client.get("/api/profile"))
    body = {"session_id": str(key(SESSION, 0))}
    completion = statements_of(lambda: client.post("/api/session/complete", body))
    reset(players)
    return profile, completion


# -- the report


def report(name: str, ours: Load, statements: list[str], floor: float, bare_load: Load, size: int) -> None:
    own = [statement for statement in statements if statement not in {"BEGIN", "COMMIT"}]
    print(
        f"| {name} | {len(own)} | {ours.rate:,.0f} | {ours.median * 1000:.1f} | {ours.worst * 1000:.1f} "
        f"| {floor:,.0f} | {ours.rate / floor:.2f} "
        f"| {size} | {bare_load.rate:,.0f} | {ours.rate / bare_load.rate:.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--players", type=int, default=4_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("set DATABASE_URL and REDIS_URL (or run under .ci/with-services)")
    players, connections, seconds = options.players, options.connections, options.seconds
    tokens = prepare(players)
    profile, completion = recorded(tokens, players)
    floors = {
        "profile": pgbench(profile, connections, players, once=False, seconds=seconds),
        "completion": pgbench(completion, connections, players, once=True, seconds=seconds),
    }
    reset(players)
    with server("tommy.asgi:application", PORT):
        load(PORT, profile_request(tokens), connections, seconds=2)
        read, read_size = load(PORT, profile_request(tokens), connections, seconds=seconds)
        done, done_size = load(PORT, completion_request(tokens), connections, count=players)
    with server("benchmarks.nesra:bare", BARE_PORT):
        bare_read, _ = load(BARE_PORT, bare_request(read_size), connections, seconds=seconds / 2)
        bare_done, _ = load(BARE_PORT, bare_request(done_size), connections, seconds=seconds / 2)
    call_command("nesra_rebuild", "--check")
    print_conditions("Nesra Town", server="daphne, one process", connections=connections, players=players)
    print("\n| call | SQL | requests/s | p50 ms | p99 ms | pgbench/s | ratio | bytes | bare ASGI/s | ratio |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    report("profile", read, profile, floors["profile"], bare_read, read_size)
    report("completion", done, completion, floors["completion"], bare_done, done_size)


if __name__ == "__main__":
    main()
