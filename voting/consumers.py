"""The Channels door: ``/ws/voting/{code}``, JSON frames up and down.

Up ``{"type", "ref"?, "data"}``, answered by ``{"type": "ack", "ref", "data"}``; down ``{"type", "data", "at"}``.
"""

import asyncio
from typing import Any

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer

from accounts.sockets import token_of_scope
from tommy.core import clock
from tommy.core.threads import socket_threads
from voting.commands import Asker, entrance
from voting.logins import login_of_token
from voting.relay import Connection, Frame, relay
from voting.rules import normalise_code
from voting.throttling import address_of_scope

UNAUTHENTICATED = 4401
NO_SUCH_ROOM = 4404
TOO_MANY_GUESSES = 4429
MAX_FRAME_CHARACTERS = 1_000_000


class ChannelsDoor:
    """Connections by their channel name; a frame is encoded once for all members of a room."""

    name = "voting"

    def __init__(self) -> None:
        self.consumers: dict[str, VotingConsumer] = {}
        self._rooms: dict[str, set[str]] = {}

    async def enter(self, key: str, code: str) -> None:
        self._rooms.setdefault(code, set()).add(key)

    async def leave(self, key: str, code: str) -> None:
        members = self._rooms.get(code, set())
        members.discard(key)
        if not members:
            self._rooms.pop(code, None)

    async def broadcast(self, code: str, frame: Frame) -> None:
        text = encode(frame)
        await asyncio.gather(*(self._send(key, text) for key in list(self._rooms.get(code, ()))))

    async def send(self, key: str, frame: Frame) -> None:
        await self._send(key, encode(frame))

    async def close(self, key: str) -> None:
        if (consumer := self.consumers.get(key)) is not None:
            await consumer.close(UNAUTHENTICATED)

    async def _send(self, key: str, text: str) -> None:
        if (consumer := self.consumers.get(key)) is not None:
            await consumer.send(text)


door = ChannelsDoor()


def encode(frame: Frame) -> str:
    return orjson.dumps({"type": frame.type, "data": frame.data, "at": frame.at}).decode()


class VotingConsumer(AsyncWebsocketConsumer):
    """One socket in one room. Who has a place in the room already is back in it at once; others send ``join_room``."""

    connection: Connection | None = None

    async def connect(self) -> None:
        raw = token_of_scope(self.scope)
        found = await socket_threads().run_db(login_of_token, raw) if raw else None
        await self.accept("bearer" if "bearer" in self.scope.get("subprotocols", ()) else None)
        if found is None:
            await self.close(UNAUTHENTICATED)
            return
        self.code = normalise_code(self.scope["url_route"]["kwargs"]["code"])
        forwarded = dict(self.scope["headers"]).get(b"x-forwarded-for", b"").decode("latin1")
        address = address_of_scope(self.scope, forwarded)
        self.connection = Connection(door, self.channel_name, found.login, found.expires_at, address)
        door.consumers[self.channel_name] = self
        await relay().register(self.connection)
        await self._enter()

    async def disconnect(self, code: int) -> None:
        if self.connection is not None:
            door.consumers.pop(self.channel_name, None)
            await relay().unregister(self.connection)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.connection is None:
            return
        frame = _parse(text_data)
        data = frame.get("data")
        if data is None or (isinstance(data, dict) and "room_code" not in data):
            data = {"room_code": self.code, **(data or {})}
        ack = await relay().answer(self.connection, frame.get("type"), data)
        ref = frame.get("ref")
        await self.send(orjson.dumps({"type": "ack", "ref": ref, "data": ack}).decode())

    async def _enter(self) -> None:
        """Take up a kept place; close where the code leads nowhere."""
        assert self.connection is not None
        asker = Asker(self.connection.login, self.connection.address)
        verdict = await socket_threads().run_db(entrance, asker, self.code, clock.now())
        if verdict == "throttled":
            await self.close(TOO_MANY_GUESSES)
        elif verdict == "room_not_found":
            await self.close(NO_SUCH_ROOM)
        elif verdict == "kept":
            await relay().answer(self.connection, "join_room", {"room_code": self.code})


def _parse(text: str | None) -> dict[str, Any]:
    """A frame as an object; an empty one, which no command understands, where it is anything else."""
    if text is None or len(text) > MAX_FRAME_CHARACTERS:
        return {}
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return frame if isinstance(frame, dict) else {}
