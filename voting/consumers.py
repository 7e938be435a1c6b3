"""The Channels door: ``/ws/voting/{code}``, JSON frames up and down.

Up ``{"type", "ref"?, "data"}``, answered by ``{"type": "ack", "ref", "data"}``; down ``{"type", "data", "at"}``.
"""

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer

from tommy.core import clock, overload
from tommy.core.consumers import RESTARTING, TRY_LATER, UNAUTHENTICATED
from tommy.core.overload import Stage
from tommy.core.threads import socket_threads
from voting.commands import Asker, entrance
from voting.connections import Connection, Frame
from voting.relay import relay
from voting.rules import normalise_code
from voting.throttling import address_of_scope

NO_SUCH_ROOM = 4404
TOO_MANY_GUESSES = 4429
MAX_FRAME_CHARACTERS = 1_000_000


class ChannelsDoor:
    """Connections by their channel name."""

    name = "voting"

    def __init__(self) -> None:
        self.consumers: dict[str, VotingConsumer] = {}

    async def send(self, keys: Collection[str], frames: Sequence[Frame]) -> None:
        texts = [encode(frame) for frame in frames]
        for key in keys:
            for text in texts:
                if (consumer := self.consumers.get(key)) is not None:
                    await consumer.send(text)

    async def close(self, key: str) -> None:
        await self._close(key, UNAUTHENTICATED)

    async def restart(self, key: str) -> None:
        await self._close(key, RESTARTING)

    async def _close(self, key: str, code: int) -> None:
        if (consumer := self.consumers.get(key)) is not None:
            await consumer.close(code)


door = ChannelsDoor()


def encode(frame: Frame) -> str:
    return orjson.dumps({"type": frame.type, "data": frame.data, "at": frame.at}).decode()


class VotingConsumer(AsyncWebsocketConsumer):
    """One socket in one room. Who has a place in the room already is back in it at once; others send ``join_room``."""

    connection: Connection | None = None

    async def connect(self) -> None:
        login = self.scope.get("login")
        await self.accept("bearer" if "bearer" in self.scope.get("subprotocols", ()) else None)
        if login is None:
            await self.close(UNAUTHENTICATED)
            return
        if overload.stage() >= Stage.SHEDDING:
            await self.close(TRY_LATER)
            return
        self.code = normalise_code(self.scope["url_route"]["kwargs"]["code"])
        forwarded = dict(self.scope["headers"]).get(b"x-forwarded-for", b"").decode("latin1")
        address = address_of_scope(self.scope, forwarded)
        self.connection = Connection(door, self.channel_name, login, address)
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
