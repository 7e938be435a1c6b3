"""The voting game under load: real Socket.IO connections to one web process on Postgres and Redis.

``python -m benchmarks.voting`` with DATABASE_URL and REDIS_URL set (``.ci/with-services`` provides both). The database
is used as it is: give it one of its own. Everybody plays as fast as they are answered. Beside the clock stands the CPU
that server and database spent on each ack: on a machine with other work that is the figure to compare.
"""

import argparse
import asyncio
import http.client
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.conditions import print_conditions  # noqa: E402
from benchmarks.voting_history import fill  # noqa: E402
from benchmarks.voting_players import (  # noqa: E402
    Measures,
    Party,
    enter,
    make_parties,
    make_players,
    part,
    percentiles,
)
from voting.models import Score, Vote  # noqa: E402

ACKS_AIM, VOTES_AIM, RATIO_AIM = 700, 300, 0.11
INSTANT_AIM_SECONDS, HEALTH_AIM_SECONDS = 3.0, 0.25
SOCKETS = (400, 2000)
TICKS = os.sysconf("SC_CLK_TCK")
PGBENCH_SETUP = """
DROP TABLE IF EXISTS bench_vote, bench_score;
CREATE TABLE bench_score (player int PRIMARY KEY, points int NOT NULL);
CREATE TABLE bench_vote (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), voter bigint, player int NOT NULL);
INSERT INTO bench_score SELECT n, 0 FROM generate_series(1, 400) n;
"""
PGBENCH_VOTE = """
\\set player random(1, 400)
BEGIN;
INSERT INTO bench_vote (voter, player) VALUES (:client_id, :player);
UPDATE bench_score SET points = points + 1 WHERE player = :player;
COMMIT;
"""


@dataclass(frozen=True)
class Server:
    """One web process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])


def cpu_seconds(pid: int) -> float:
    """What a process has used, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def database_cpu_seconds() -> float:
    """What the database's server processes have used for this database, as far as this machine can see them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [pid for (pid,) in cursor.fetchall()]
    return sum(cpu_seconds(pid) for pid in pids if Path(f"/proc/{pid}/stat").exists())


@contextmanager
def running_server() -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "up", "--web-only", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "LOG_LEVEL": "WARNING"}
    with (Path(settings.DATA_DIR) / "voting-benchmark.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def against(value: float, aim: float, *, most: bool = False) -> str:
    met = value <= aim if most else value >= aim
    return f"aim {aim:g} {'met' if met else 'MISSED'}"


async def games(server: Server, options: argparse.Namespace, label: str) -> float:
    """Whole games in all rooms at once; returns votes a second."""
    measures = Measures()
    players = await asyncio.to_thread(make_players, options.rooms * options.players, measures)
    parties = await asyncio.to_thread(make_parties, players, options.players, options.rounds)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await enter(http, server.port, parties)
        joined, database = measures.count(), await asyncio.to_thread(database_cpu_seconds)
        serving, own, started = server.cpu_seconds(), time.process_time(), time.perf_counter()
        await asyncio.gather(*(party.play(options.rounds, measures) for party in parties))
        seconds = time.perf_counter() - started
        serving, own = server.cpu_seconds() - serving, time.process_time() - own
        database = await asyncio.to_thread(database_cpu_seconds) - database
        await part(parties)
    acks, votes = measures.count() - joined, len(measures.acks["submit_vote"])
    print(f"\n{label}: {options.rooms} rooms x {options.players} players x {options.rounds} rounds in {seconds:.2f} s")
    print(f"  {acks / seconds:.0f} acks/s ({against(acks / seconds, ACKS_AIM)}),", end=" ")
    print(f"{votes / seconds:.0f} votes/s ({against(votes / seconds, VOTES_AIM)})")
    print(f"  CPU: server {serving / acks * 1000:.2f} ms an ack, {serving / seconds:.0%} of a core;", end=" ")
    print(f"database {database / acks * 1000:.2f} ms an ack; this client {own / seconds:.0%} of a core")
    await report(measures, parties, options.rounds)
    return votes / seconds


async def report(measures: Measures, parties: list[Party], rounds: int) -> None:
    for command, values in measures.acks.items():
        print(f"  {command:14} {percentiles(values)}")
    print(f"  vote to last   {percentiles(measures.broadcasts)}")
    wrong = [party.wrong_broadcasts(rounds) for party in parties]
    missing, doubled = (sum(counts) for counts in zip(*wrong, strict=True))
    print(f"  refused {dict(measures.failures) or 'none'}; broadcasts missing {missing}, too many {doubled};", end=" ")
    print(f"scores that differ from a recount {await asyncio.to_thread(recount)}")


def recount() -> int:
    """Scores that differ from the votes there are."""
    votes = Counter(Vote.objects.values_list("round_id", "answer_author_id"))
    scores = {(r, p): points for r, p, points in Score.objects.values_list("round_id", "player_id", "points")}
    return sum(scores.get(key, 0) != votes.get(key, 0) for key in {*votes, *scores})


async def at_one_instant(server: Server) -> None:
    """400 players answer at the same moment."""
    players = await asyncio.to_thread(make_players, 400, Measures())
    parties = await asyncio.to_thread(make_parties, players, 8, 1)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await enter(session, server.port, parties)
        await asyncio.gather(*(party.players[0].call("start_game", room_code=party.code) for party in parties))
        rounds = [(await party.players[-1].next("game_started"))["round_id"] for party in parties]
        health, stop = list[float](), threading.Event()
        asking = asyncio.create_task(asyncio.to_thread(ask_health, server, health, stop))
        await asyncio.sleep(0.2)
        started = time.perf_counter()
        await asyncio.gather(
            *(
                player.call("submit_answer", room_code=party.code, round_id=round_id, answer="At once")
                for party, round_id in zip(parties, rounds, strict=True)
                for player in party.players
            )
        )
        seconds = time.perf_counter() - started
        await asyncio.sleep(0.1)
        stop.set()
        await asking
        await part(parties)
    print(f"\n400 players at one instant: all acknowledged in {seconds:.2f} s", end=" ")
    print(f"({against(seconds, INSTANT_AIM_SECONDS, most=True)}), slowest /health {max(health) * 1000:.0f} ms", end=" ")
    print(f"({against(max(health), HEALTH_AIM_SECONDS, most=True)})")


def ask_health(server: Server, seconds: list[float], stop: threading.Event) -> None:
    """On a thread of its own: on the loop of the 400, what is measured would wait for what they have to read."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port)) as link:
        while not stop.wait(0.02):
            started = time.perf_counter()
            link.request("GET", "/health")
            link.getresponse().read()
            seconds.append(time.perf_counter() - started)


async def memory(server: Server) -> None:
    """What a socket in a room keeps, in a server that has done nothing else but a small game."""
    base, parties = server.resident_kib(), list[Party]()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        for count in SOCKETS:
            more = count - sum(len(party.players) for party in parties)
            players = await asyncio.to_thread(make_players, more, Measures())
            newcomers = await asyncio.to_thread(make_parties, players, 8, 1)
            await enter(http, server.port, newcomers)
            parties += newcomers
            grown = server.resident_kib() - base
            print(f"{count} sockets: {grown / count:.1f} KiB each, {server.resident_kib()} KiB in all")
        await part(parties)


def pgbench() -> float:
    """Votes a second of one client without anything around them."""
    with connection.cursor() as cursor:
        cursor.execute(PGBENCH_SETUP)
    script = Path(settings.DATA_DIR) / "vote.pgbench"
    script.write_text(PGBENCH_VOTE)
    url = urlsplit(settings.ENV.database_url)
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    command = ["pgbench", "-n", "-M", "prepared", "-c", "1", "-T", "5", "-f", str(script)]
    command += ["-h", str(url.hostname), "-p", str(url.port or 5432), "-U", str(url.username), url.path[1:]]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return float(output.split("tps = ")[1].split()[0])


def run(options: argparse.Namespace) -> None:
    warm_up = argparse.Namespace(rooms=4, players=8, rounds=1)
    with running_server() as server:
        asyncio.run(games(server, warm_up, "warm-up"))
        bare = pgbench()
        votes = asyncio.run(games(server, options, "empty tables"))
        print(f"  pgbench, the same insert and update, one client: {bare:.0f}/s;", end=" ")
        print(f"ratio {votes / bare:.3f} ({against(votes / bare, RATIO_AIM)})")
        asyncio.run(at_one_instant(server))
        if options.filled:
            count = fill(options.filled)
            later = asyncio.run(games(server, options, f"{count} answers in the tables"))
            print(f"  {later / votes:.2f} times the votes of the first run")
    if options.memory:
        with running_server() as server:
            asyncio.run(games(server, warm_up, "warm-up of a fresh server"))
            asyncio.run(memory(server))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=50)
    parser.add_argument("--players", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--filled", type=int, default=200_000)
    parser.add_argument("--memory", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    if not settings.SERVICES:
        sys.exit("Set DATABASE_URL and REDIS_URL, or run me through .ci/with-services.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    call_command("migrate", verbosity=0)
    print_conditions("The voting game", rooms=options.rooms, players=options.players, rounds=options.rounds)
    run(options)


if __name__ == "__main__":
    main()
