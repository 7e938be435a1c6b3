"""``/ws/notifications``: everything a user must not miss, in order, each frame exactly once."""

import asyncio
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import structlog
from channels.generic.websocket import AsyncWebsocketConsumer

from tommy.core import clock, overload
from tommy.core.metrics import FRAMES_SENT, SOCKETS_OPEN
from tommy.core.overload import SOCKETS_GROUP, Stage
from tommy.core.realtime import mark_connected, session_group, user_group
from tommy.core.selectors import REPLAY_BATCH, last_notification_number, notifications_after
from tommy.core.threads import socket_threads

logger = structlog.get_logger(__name__)

UNAUTHENTICATED = 4401
RESTARTING = 1012
TRY_LATER = 1013
BAD_REQUEST = 4400
RENEW_SECONDS = 60
LATEST = -1


class NotificationConsumer(AsyncWebsocketConsumer):
    """Replays what follows ``?last_id=N``, then goes on live.

    The table is the truth and the channel layer only the bell: a frame that arrives with the next number is sent at
    once, one already sent is dropped, and a hole makes the consumer read from the table. So a frame lost or reordered
    on its way between processes still reaches the client, once, in its place.
    """

    user_id: UUID | None = None
    is_closing = False

    async def connect(self) -> None:
        login = self.scope.get("login")
        subprotocol = "bearer" if "bearer" in self.scope.get("subprotocols", ()) else None
        await self.accept(subprotocol)
        if login is None:
            await self.close(UNAUTHENTICATED)
            return
        if overload.stage() >= Stage.SHEDDING:
            await self.close(TRY_LATER)
            return
        last_id = _last_id(self.scope["query_string"])
        if last_id is None:
            await self.close(BAD_REQUEST)
            return
        self.user_id = login.user_id
        self._groups = (user_group(login.user_id), session_group(login.login_id), SOCKETS_GROUP)
        for group in self._groups:
            await self.channel_layer.group_add(group, self.channel_name)
        SOCKETS_OPEN.labels("notifications").inc()
        await self._mark_connected()
        self._renewing = asyncio.create_task(self._renew())
        self._sent = await self._start_after(last_id)
        await self._replay()

    async def disconnect(self, code: int) -> None:
        if self.user_id is None:
            return
        self._renewing.cancel()
        SOCKETS_OPEN.labels("notifications").dec()
        for group in self._groups:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Clients only listen here; a ``ping`` is answered so that they can measure, anything else is ignored."""
        if text_data == "ping":
            await self.send("pong")

    async def user_frames(self, message: dict[str, Any]) -> None:
        if self.is_closing:  # what comes now is read from the table by whoever connects again
            return
        for encoded in message["frames"]:
            number = orjson.loads(encoded)["id"]
            if number == self._sent + 1:
                await self._send_frame(number, encoded)
            elif number > self._sent:
                await self._replay()

    async def session_ended(self, message: dict[str, Any]) -> None:
        await self.close(UNAUTHENTICATED)

    async def server_restarting(self, message: dict[str, Any]) -> None:
        self.is_closing = True
        await self.close(RESTARTING)

    async def _start_after(self, last_id: int) -> int:
        """The number to go on from; without ``last_id``, or with one from the future, only what comes from now on."""
        newest = await socket_threads().run_db(last_notification_number, self.user_id)
        return newest if last_id == LATEST else min(last_id, newest)

    async def _replay(self) -> None:
        while True:
            frames = await socket_threads().run_db(notifications_after, self.user_id, self._sent)
            for frame in frames:
                await self._send_frame(frame["id"], orjson.dumps(frame).decode())
            if len(frames) < REPLAY_BATCH:
                return

    async def _send_frame(self, number: int, encoded: str) -> None:
        await self.send(encoded)
        self._sent = number
        FRAMES_SENT.labels("notifications").inc()

    async def _mark_connected(self) -> None:
        await socket_threads().run_db(mark_connected, self.user_id, clock.now())

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self._mark_connected()
                if not await socket_threads().run_db(self.scope["login"].is_live):
                    await self.close(UNAUTHENTICATED)
            except Exception:
                logger.exception("presence_not_renewed", user=str(self.user_id))


def _last_id(query_string: bytes) -> int | None:
    """``?last_id=`` as a number; LATEST where it is absent, None where it is none."""
    text = parse_qs(query_string.decode("ascii", "replace")).get("last_id", [None])[0]
    if text is None:
        return LATEST
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
