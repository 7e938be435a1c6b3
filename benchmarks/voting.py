"""The voting game under load: real Socket.IO connections to one web process on Postgres and Redis.

``python -m benchmarks.voting`` with DATABASE_URL and REDIS_URL set (``.ci/with-services`` provides both). The database
is used as it is: give it one of its own. Every player is a WebSocket that speaks Socket.IO; all play as fast as
they are answered. Printed: acks and votes per second, p50 and p99 of each command, how long a vote takes to the last
member of its room, 400 players acting at one instant, memory per socket, and this client's own share of the CPU.
"""

import argparse
import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import Login, User  # noqa: E402
from accounts.tokens import issue_tokens  # noqa: E402
from benchmarks.conditions import print_conditions  # noqa: E402
from tommy.core import clock  # noqa: E402
from voting.models import Answer, Participant, Room, Round, Score, Vote  # noqa: E402

PORT = 8123
WAIT_SECONDS = 120
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


@dataclass
class Measures:
    """Seconds, by command; and of each vote until the last member of its room had it."""

    acks: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    broadcasts: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)


class Player:
    """One Socket.IO connection, by hand: a client library would cost more CPU than the server."""

    def __init__(self, user_id: str, token: str, measures: Measures) -> None:
        self.user_id, self._token, self._measures = user_id, token, measures
        self.events: dict[str, asyncio.Queue[Any]] = defaultdict(asyncio.Queue)
        self.votes_heard: dict[str, float] = {}
        self._acks: dict[int, asyncio.Future[Any]] = {}

    async def connect(self, http: aiohttp.ClientSession) -> None:
        address = f"ws://127.0.0.1:{PORT}/socket.io/?EIO=4&transport=websocket"
        self._socket = await http.ws_connect(address, max_msg_size=0)
        await self._socket.receive()
        await self._socket.send_str("40" + json.dumps({"token": self._token}))
        await self._socket.receive()
        self._reader = asyncio.create_task(self._read())

    async def call(self, command: str, **data: Any) -> dict[str, Any]:
        number = len(self._acks)
        self._acks[number] = asyncio.get_running_loop().create_future()
        started = time.perf_counter()
        await self._socket.send_str(f"42{number}" + json.dumps([command, data]))
        ack: dict[str, Any] = await asyncio.wait_for(self._acks[number], WAIT_SECONDS)
        self._measures.acks[command].append(time.perf_counter() - started)
        if not ack["success"]:
            self._measures.failures[f"{command}: {ack['code']}"] += 1
        return ack

    async def heard(self, event: str) -> Any:
        return await asyncio.wait_for(self.events[event].get(), WAIT_SECONDS)

    async def close(self) -> None:
        self._reader.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        async for message in self._socket:
            text = message.data
            if text == "2":
                await self._socket.send_str("3")
            elif text.startswith("42"):
                self._take(*json.loads(text[2:]))
            elif text.startswith("43"):
                start = text.index("[")
                self._acks[int(text[2:start])].set_result(json.loads(text[start:])[0])

    def _take(self, event: str, data: Any) -> None:
        if event == "vote_update":
            self.votes_heard[data["answer_id"]] = time.perf_counter()
        else:
            self.events[event].put_nowait(data)


def make_players(count: int, measures: Measures) -> list[Player]:
    """Accounts with a login each, straight into the database: hashing passwords is another benchmark."""
    now, stamp = clock.now(), os.urandom(4).hex()
    users = [User(email=f"{stamp}-{n}@example.org", username=f"{stamp}-{n}", created_at=now) for n in range(count)]
    User.objects.bulk_create(users)
    logins = [Login(user=user, created_at=now, expires_at=now.replace(year=now.year + 1)) for user in users]
    tokens = [issue_tokens(user_id=login.user_id, login_id=login.pk, now=now) for login in logins]
    for login, pair in zip(logins, tokens, strict=True):
        login.refresh_jti = pair.refresh_jti
    Login.objects.bulk_create(logins)
    return [Player(str(login.user_id), pair.access, measures) for login, pair in zip(logins, tokens, strict=True)]


def make_rooms(players: list[Player], size: int, rounds: int) -> list[tuple[str, list[Player]]]:
    from voting import services

    rooms = []
    for start in range(0, len(players), size):
        group, now = players[start : start + size], clock.now()
        options = {"max_players": size, "total_rounds": rounds, "results_seconds": 120}
        host = group[0]
        room = services.room_create(user_id=host.user_id, username="host", settings=options, now=now)  # type: ignore[arg-type]
        rooms.append((room.code, group))
    return rooms


async def in_batches(calls: Iterable[Callable[[], Awaitable[Any]]], size: int = 50) -> None:
    pending = list(calls)
    for start in range(0, len(pending), size):
        await asyncio.gather(*(call() for call in pending[start : start + size]))


async def enter(http: aiohttp.ClientSession, rooms: list[tuple[str, list[Player]]]) -> None:
    async def one(code: str, player: Player) -> None:
        await player.connect(http)
        await player.call("join_room", room_code=code)

    await in_batches(lambda code=code, player=player: one(code, player) for code, group in rooms for player in group)


async def play_room(code: str, group: list[Player], rounds: int, measures: Measures) -> None:
    await group[0].call("start_game", room_code=code)
    for number in range(rounds):
        event = "round_started" if number else "game_started"
        questions = await asyncio.gather(*(player.heard(event) for player in group))
        await play_round(code, group, questions[0]["round_id"], measures)
        await group[0].call("next_round", room_code=code)
    await asyncio.gather(*(player.heard("game_ended") for player in group))


async def play_round(code: str, group: list[Player], round_id: str, measures: Measures) -> None:
    where = {"room_code": code, "round_id": round_id}
    acks = await asyncio.gather(
        *(player.call("submit_answer", **where, answer=f"An answer by {player.user_id}") for player in group)
    )
    await asyncio.gather(*(player.heard("voting_started") for player in group))
    sent: dict[str, float] = {}

    async def vote(player: Player, answer_id: str) -> None:
        sent[answer_id] = time.perf_counter()
        await player.call("submit_vote", **where, answer_id=answer_id)

    chosen = [acks[(index + 1) % len(group)]["answer_id"] for index in range(len(group))]
    await asyncio.gather(*(vote(player, answer_id) for player, answer_id in zip(group, chosen, strict=True)))
    await asyncio.gather(*(player.heard("round_ended") for player in group))
    for answer_id, started in sent.items():
        measures.broadcasts.append(max(player.votes_heard.pop(answer_id) for player in group) - started)


async def act_at_once(http: aiohttp.ClientSession, rooms: list[tuple[str, list[Player]]]) -> tuple[float, float]:
    """All answer at the same instant; seconds until the last ack, and the slowest ``/health`` meanwhile."""
    await asyncio.gather(*(group[0].call("start_game", room_code=code) for code, group in rooms))
    questions = {code: (await group[-1].heard("game_started"))["round_id"] for code, group in rooms}
    health: list[float] = []

    async def ask_health() -> None:
        while True:
            started = time.perf_counter()
            async with http.get(f"http://127.0.0.1:{PORT}/health") as answer:
                await answer.read()
            health.append(time.perf_counter() - started)
            await asyncio.sleep(0.02)

    asking = asyncio.create_task(ask_health())
    await asyncio.sleep(0.2)
    started = time.perf_counter()
    await asyncio.gather(
        *(
            player.call("submit_answer", room_code=code, round_id=questions[code], answer="At once")
            for code, group in rooms
            for player in group
        )
    )
    seconds = time.perf_counter() - started
    await asyncio.sleep(0.1)
    asking.cancel()
    return seconds, max(health)


def fill(count: int) -> None:
    """Answers of games long past, so that a missing index would be felt."""
    players, per_room = make_players(20, Measures()), 200
    for _ in range(count // per_room):
        code, _ = make_rooms(players, 20, 10)[0]
        room = Room.objects.get(code=code)
        now = clock.now()
        people = [Participant.objects.get(room=room)]
        people += Participant.objects.bulk_create(
            Participant(
                room=room, user_id=player.user_id, name="x", seat=seat, room_max_players=20, joined_at=now,
                present_until=now.replace(year=now.year + 1),
            )
            for seat, player in enumerate(players[1:], start=1)
        )  # fmt: skip
        rounds = Round.objects.bulk_create(
            Round(room=room, game=1, number=number, question="?", category="x", started_at=now, completed_at=now)
            for number in range(1, 11)
        )
        Answer.objects.bulk_create(
            Answer(room=room, round=one, author=person, content="x" * 60, created_at=now)
            for one in rounds
            for person in people
        )


def recount() -> int:
    """Scores that differ from the votes there are."""
    votes = Counter(Vote.objects.values_list("round_id", "answer_author_id"))
    scores = {(r, p): points for r, p, points in Score.objects.values_list("round_id", "player_id", "points")}
    return sum(scores.get(key, 0) != votes.get(key, 0) for key in {*votes, *scores})


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


def resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def milliseconds(values: list[float]) -> str:
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"n {len(ordered):6}  p50 {statistics.median(ordered) * 1000:7.1f}  p99 {p99 * 1000:7.1f} ms"


async def games(options: argparse.Namespace, label: str) -> float:
    """Play; returns votes a second."""
    measures = Measures()
    players = await asyncio.to_thread(make_players, options.rooms * options.players, measures)
    rooms = await asyncio.to_thread(make_rooms, players, options.players, options.rounds)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await enter(http, rooms)
        before, cpu = sum(map(len, measures.acks.values())), time.process_time()
        started = time.perf_counter()
        await asyncio.gather(*(play_room(code, group, options.rounds, measures) for code, group in rooms))
        seconds = time.perf_counter() - started
        cpu = (time.process_time() - cpu) / seconds
        await in_batches(player.close for player in players)
    acks, votes = sum(map(len, measures.acks.values())) - before, len(measures.acks["submit_vote"])
    print(f"\n{label}: {options.rooms} rooms x {options.players} players x {options.rounds} rounds in {seconds:.2f} s")
    print(f"  {acks / seconds:.0f} acks/s, {votes / seconds:.0f} votes/s; this client used {cpu:.0%} of a core")
    for command, values in measures.acks.items():
        print(f"  {command:14} {milliseconds(values)}")
    print(f"  vote to last   {milliseconds(measures.broadcasts)}; failures {dict(measures.failures) or 'none'}")
    print(f"  scores that differ from a recount: {await asyncio.to_thread(recount)}")
    return votes / seconds


async def at_one_instant(options: argparse.Namespace) -> None:
    players = await asyncio.to_thread(make_players, 400, Measures())
    rooms = await asyncio.to_thread(make_rooms, players, 8, 1)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await enter(http, rooms)
        seconds, health = await act_at_once(http, rooms)
        await in_batches(player.close for player in players)
    print(f"\n400 players at one instant: all acknowledged in {seconds:.2f} s, slowest /health {health * 1000:.0f} ms")


async def memory(pid: int) -> None:
    for count in (400, 2000):
        base = resident_kib(pid)
        players = await asyncio.to_thread(make_players, count, Measures())
        rooms = await asyncio.to_thread(make_rooms, players, 8, 1)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            await enter(http, rooms)
            print(f"{count} sockets: {(resident_kib(pid) - base) / count:.1f} KiB each, {resident_kib(pid)} KiB in all")
            await in_batches(player.close for player in players)


def start_server() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "manage.py", "up", "--web-only", "--host", "127.0.0.1", "--port", str(PORT)]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env={**os.environ, "LOG_LEVEL": "WARNING"})
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                return process
        time.sleep(0.1)
    sys.exit("The server did not start.")


async def run(options: argparse.Namespace, pid: int) -> None:
    await games(argparse.Namespace(rooms=4, players=8, rounds=1), "warm-up")
    votes = await games(options, "empty tables")
    await at_one_instant(options)
    await memory(pid)
    if options.filled:
        await asyncio.to_thread(fill, options.filled)
        await games(options, f"{options.filled} answers in the tables")
    bare = await asyncio.to_thread(pgbench)
    print(f"\npgbench, the same insert and update, one client: {bare:.0f}/s; ratio {votes / bare:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=50)
    parser.add_argument("--players", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--filled", type=int, default=200_000)
    options = parser.parse_args()
    if not settings.SERVICES:
        sys.exit("Set DATABASE_URL and REDIS_URL, or run me through .ci/with-services.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    call_command("migrate", verbosity=0)
    print_conditions("The voting game", rooms=options.rooms, players=options.players, rounds=options.rounds)
    server = start_server()
    try:
        asyncio.run(run(options, server.pid))
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main()
