"""The voting game's load client: players on real Socket.IO connections, written by hand, and the games they play.

A client library would cost more CPU than the server that is measured. Accounts are written straight into the database:
hashing passwords is another benchmark.
"""

import asyncio
import json
import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp

from accounts.models import Login, User
from accounts.tokens import issue_tokens
from tommy.core import clock
from voting import services

WAIT_SECONDS = 120
CONNECTING_AT_ONCE = 50


@dataclass
class Measures:
    """Seconds, by command; and of each vote until the last member of its room had it."""

    acks: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    broadcasts: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    def count(self) -> int:
        return sum(map(len, self.acks.values()))


def percentiles(values: list[float]) -> str:
    """``n``, p50 and p99 of seconds, in milliseconds."""
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"n {len(ordered):6}  p50 {statistics.median(ordered) * 1000:7.1f}  p99 {p99 * 1000:7.1f} ms"


class Player:
    """One WebSocket that speaks Socket.IO. ``heard`` counts every event that came."""

    def __init__(self, user_id: UUID, token: str, measures: Measures) -> None:
        self.user_id, self._token, self._measures = user_id, token, measures
        self.heard: Counter[str] = Counter()
        self._events: dict[str, asyncio.Queue[Any]] = defaultdict(asyncio.Queue)
        self.votes_heard: dict[str, float] = {}
        self._acks: dict[int, asyncio.Future[Any]] = {}

    async def connect(self, http: aiohttp.ClientSession, port: int) -> None:
        address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
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

    async def next(self, event: str) -> Any:
        return await asyncio.wait_for(self._events[event].get(), WAIT_SECONDS)

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
        self.heard[event] += 1
        if event == "vote_update":
            self.votes_heard[data["answer_id"]] = time.perf_counter()
        else:
            self._events[event].put_nowait(data)


@dataclass(frozen=True)
class Party:
    """The players of one room, the host first."""

    code: str
    players: list[Player]

    async def play(self, rounds: int, measures: Measures) -> None:
        """A whole game, everybody as fast as they are answered."""
        await self.players[0].call("start_game", room_code=self.code)
        for number in range(rounds):
            event = "round_started" if number else "game_started"
            questions = await asyncio.gather(*(player.next(event) for player in self.players))
            await self._play_round(questions[0]["round_id"], measures)
            await self.players[0].call("next_round", room_code=self.code)
        await asyncio.gather(*(player.next("game_ended") for player in self.players))

    async def _play_round(self, round_id: str, measures: Measures) -> None:
        where, players = {"room_code": self.code, "round_id": round_id}, self.players
        acks = await asyncio.gather(
            *(player.call("submit_answer", **where, answer=f"An answer by {player.user_id}") for player in players)
        )
        await asyncio.gather(*(player.next("voting_started") for player in players))
        sent: dict[str, float] = {}

        async def vote(player: Player, answer_id: str) -> None:
            sent[answer_id] = time.perf_counter()
            await player.call("submit_vote", **where, answer_id=answer_id)

        chosen = [acks[(index + 1) % len(players)]["answer_id"] for index in range(len(players))]
        await asyncio.gather(*(vote(player, answer_id) for player, answer_id in zip(players, chosen, strict=True)))
        await asyncio.gather(*(player.next("round_ended") for player in players))
        for answer_id, started in sent.items():
            times = [player.votes_heard.pop(answer_id, None) for player in players]
            measures.broadcasts.append(max(time for time in times if time is not None) - started)

    def wrong_broadcasts(self, rounds: int) -> tuple[int, int]:
        """How many frames of a whole game did not come, and how many came too often."""
        moves = len(self.players) * rounds
        due = {"answer_submitted": moves, "vote_update": moves, "voting_started": rounds, "round_ended": rounds}
        due |= {"game_started": 1, "round_started": rounds - 1, "game_ended": 1}
        differences = [count - player.heard[event] for player in self.players for event, count in due.items()]
        return sum(one for one in differences if one > 0), -sum(one for one in differences if one < 0)


def make_players(count: int, measures: Measures) -> list[Player]:
    """Accounts with a login each."""
    now, stamp = clock.now(), os.urandom(4).hex()
    users = [User(email=f"{stamp}-{n}@example.org", username=f"{stamp}-{n}", created_at=now) for n in range(count)]
    User.objects.bulk_create(users)
    logins = [Login(user=user, created_at=now, expires_at=now.replace(year=now.year + 1)) for user in users]
    tokens = [issue_tokens(user_id=login.user_id, login_id=login.pk, now=now) for login in logins]
    for login, pair in zip(logins, tokens, strict=True):
        login.refresh_jti = pair.refresh_jti
    Login.objects.bulk_create(logins)
    return [Player(login.user_id, pair.access, measures) for login, pair in zip(logins, tokens, strict=True)]


def make_parties(players: list[Player], size: int, rounds: int) -> list[Party]:
    """A room for every ``size`` players, in which only the host has a seat yet."""
    settings = {"max_players": size, "total_rounds": rounds, "results_seconds": 120}
    parties = []
    for start in range(0, len(players), size):
        group = players[start : start + size]
        room = services.room_create(user_id=group[0].user_id, username="host", settings=settings, now=clock.now())
        parties.append(Party(room.code, group))
    return parties


async def in_batches(calls: Iterable[Callable[[], Awaitable[Any]]], size: int = CONNECTING_AT_ONCE) -> None:
    pending = list(calls)
    for start in range(0, len(pending), size):
        await asyncio.gather(*(call() for call in pending[start : start + size]))


async def enter(http: aiohttp.ClientSession, port: int, parties: list[Party]) -> None:
    """Let everybody connect and join."""

    async def one(code: str, player: Player) -> None:
        await player.connect(http, port)
        await player.call("join_room", room_code=code)

    everybody = [(party.code, player) for party in parties for player in party.players]
    await in_batches(lambda code=code, player=player: one(code, player) for code, player in everybody)


async def part(parties: list[Party]) -> None:
    await in_batches(player.close for party in parties for player in party.players)
