"""From the channel layer to the sockets of this process: one listener, whatever the number of rooms and members.

The relay holds one channel that belongs to the groups of the rooms it serves. A frame is handed to each door once and
encoded there once, in the order in which the room's frames arrived. What differs by viewer is read once and drawn for
each: answers in their own order at ``voting_started``, the ``room_state`` at the bell ``room_changed``. Here, too, the
leases of connected players are renewed, and sockets closed whose token died.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from channels.layers import get_channel_layer

from accounts.sockets import SocketLogin
from tommy.core import clock
from tommy.core.errors import DomainError
from tommy.core.metrics import FRAMES_SENT, SOCKETS_OPEN
from tommy.core.realtime import session_group
from tommy.core.threads import socket_threads
from voting import events, payloads, selectors, services
from voting.catalogue import game
from voting.commands import Asker, carry_out
from voting.logins import dead_logins
from voting.services.rooms import Entry

logger = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
LEAVES_THE_ROOM = frozenset({"left", "kicked", "timeout"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What a client is sent."""

    type: str
    data: dict[str, Any]
    at: str


class Door(Protocol):
    """A kind of socket. ``key`` names one of its connections."""

    name: str

    async def enter(self, key: str, code: str) -> None: ...
    async def leave(self, key: str, code: str) -> None: ...
    async def broadcast(self, code: str, frame: Frame) -> None: ...
    async def send(self, key: str, frame: Frame) -> None: ...
    async def close(self, key: str) -> None: ...


@dataclass(eq=False, slots=True)
class Connection:
    """One open socket, the rooms it is in, and when it was told of its own arrival in each."""

    door: Door
    key: str
    login: SocketLogin
    expires_at: datetime
    address: str
    rooms: set[str] = field(default_factory=set)
    told: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Feed:
    """A room with members here; ``ready`` once its group is joined."""

    members: set[Connection] = field(default_factory=set)
    queue: "asyncio.Queue[Frame]" = field(default_factory=asyncio.Queue)
    ready: "asyncio.Future[None] | None" = None
    worker: "asyncio.Task[None] | None" = None


class Relay:
    """The doors of one process, on one event loop."""

    def __init__(self) -> None:
        self._layer: Any = get_channel_layer()
        self._feeds: dict[str, Feed] = {}
        self._sessions: dict[UUID, set[Connection]] = defaultdict(set)
        self._channel: asyncio.Future[str] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._personal: dict[str, Callable[[str, Frame, Iterable[Connection]], Awaitable[None]]] = {
            events.VotingStarted.type: self._send_ballots,
            events.RoomChanged.type: self._send_states,
        }

    async def register(self, connection: Connection) -> None:
        """A socket has opened; from now on it is closed when its login dies."""
        SOCKETS_OPEN.labels(connection.door.name).inc()
        self._sessions[connection.login.login_id].add(connection)
        await self._layer.group_add(session_group(connection.login.login_id), await self._own_channel())

    async def unregister(self, connection: Connection) -> None:
        """A socket has closed; where it was its user's last in a room, the grace begins."""
        SOCKETS_OPEN.labels(connection.door.name).dec()
        for code in list(connection.rooms):
            await self.detach(connection, code)
            if not self._is_here(code, connection.login.user_id):
                await socket_threads().run_db(
                    services.presence_end, code=code, user_id=connection.login.user_id, now=clock.now()
                )
        login_id = connection.login.login_id
        self._sessions[login_id].discard(connection)
        if not self._sessions[login_id]:
            del self._sessions[login_id]
            await self._layer.group_discard(session_group(login_id), await self._own_channel())

    async def attach(self, connection: Connection, code: str) -> None:
        """Let the connection hear the room, and send it the room's state."""
        feed = self._feeds.get(code)
        if feed is None:
            feed = self._feeds[code] = Feed()
            feed.ready = asyncio.ensure_future(self._listen_to(code))
            feed.worker = asyncio.create_task(self._deliver_in_order(code, feed))
        feed.members.add(connection)
        connection.rooms.add(code)
        assert feed.ready is not None
        await feed.ready
        await connection.door.enter(connection.key, code)
        await self._send_states(code, Frame("", {}, clock.isoformat(clock.now())), [connection])

    async def detach(self, connection: Connection, code: str) -> None:
        connection.rooms.discard(code)
        feed = self._feeds.get(code)
        if feed is None:
            return
        feed.members.discard(connection)
        await connection.door.leave(connection.key, code)
        if not feed.members and self._feeds.get(code) is feed:
            del self._feeds[code]
            await self._layer.group_discard(events.room_audience(code).group, await self._own_channel())
            if feed.worker is not None and feed.worker is not asyncio.current_task():
                feed.worker.cancel()

    async def answer(self, connection: Connection, name: object, data: object) -> dict[str, Any]:
        """Carry out what a client asks, let the connection into or out of the room concerned, and return the ack."""
        asker, now = Asker(connection.login, connection.address), clock.now()
        outcome = await socket_threads().run_db(carry_out, name, asker, data, now)
        if outcome.left is not None:
            await self.detach(connection, outcome.left)
        if outcome.entered is not None:
            await self._let_in(connection, outcome.entered, clock.isoformat(now))
        return outcome.ack

    async def _let_in(self, connection: Connection, entry: Entry, at: str) -> None:
        """Its own arrival was published before or after this connection could hear it: told here, it is told once."""
        code, joined = entry.room.code, entry.joined
        if joined is not None:
            connection.told[code] = at
        await self.attach(connection, code)
        if joined is not None:
            await connection.door.send(connection.key, Frame(joined.type, joined.payload(), at))

    def _is_here(self, code: str, user_id: UUID) -> bool:
        feed = self._feeds.get(code)
        return feed is not None and any(member.login.user_id == user_id for member in feed.members)

    async def _own_channel(self) -> str:
        if self._channel is None:
            self._channel = asyncio.ensure_future(self._start())
        return await asyncio.shield(self._channel)

    async def _start(self) -> str:
        channel: str = await self._layer.new_channel()
        self._tasks = [asyncio.create_task(self._listen(channel)), asyncio.create_task(self._keep_up())]
        return channel

    async def _listen_to(self, code: str) -> None:
        await self._layer.group_add(events.room_audience(code).group, await self._own_channel())

    async def _listen(self, channel: str) -> None:
        while True:
            try:
                self._route(await self._layer.receive(channel))
            except Exception:
                logger.exception("relay_stumbled")
                await asyncio.sleep(RETRY_SECONDS)

    def _route(self, message: dict[str, Any]) -> None:
        if message["type"] == "session.ended":
            self._tasks.append(asyncio.create_task(self._close_dead()))
            self._tasks = [task for task in self._tasks if not task.done()]
            return
        frame = Frame(**message["frame"])
        if (feed := self._feeds.get(frame.data["room_code"])) is not None:
            feed.queue.put_nowait(frame)

    async def _deliver_in_order(self, code: str, feed: Feed) -> None:
        while True:
            frame = await feed.queue.get()
            try:
                await self._deliver(code, feed, frame)
            except Exception:
                logger.exception("frame_not_delivered", frame=frame.type)

    async def _deliver(self, code: str, feed: Feed, frame: Frame) -> None:
        if (personal := self._personal.get(frame.type)) is not None:
            await personal(code, frame, list(feed.members))
            return
        await self._broadcast(code, feed, frame)
        if frame.type == events.PlayerLeft.type and frame.data["reason"] in LEAVES_THE_ROOM:
            for member in [one for one in feed.members if str(one.login.user_id) == frame.data["user_id"]]:
                await self.detach(member, code)

    async def _broadcast(self, code: str, feed: Feed, frame: Frame) -> None:
        FRAMES_SENT.labels("voting").inc(len(feed.members))
        if frame.type == events.PlayerJoined.type:
            others = [member for member in feed.members if member.told.get(code) != frame.at]
            await asyncio.gather(*(member.door.send(member.key, frame) for member in others))
            return
        doors = {member.door for member in feed.members}
        await asyncio.gather(*(door.broadcast(code, frame) for door in doors))

    async def _send_ballots(self, code: str, frame: Frame, members: Iterable[Connection]) -> None:
        ballot = await socket_threads().run_db(selectors.ballot_of_round, UUID(frame.data["round_id"]))
        for member in members:
            answers = payloads.ballot_for(ballot, member.login.user_id)
            await member.door.send(member.key, Frame(frame.type, {**frame.data, "answers": answers}, frame.at))

    async def _send_states(self, code: str, frame: Frame, members: Iterable[Connection]) -> None:
        picture = await socket_threads().run_db(selectors.picture_of, code)
        now = clock.now()
        for member in members:
            try:
                state = selectors.room_state(picture, member.login.user_id, now)
            except DomainError:
                await self.detach(member, code)
                continue
            await member.door.send(member.key, Frame("room_state", state, clock.isoformat(now)))

    async def _keep_up(self) -> None:
        """Renew the leases of who is connected, and look now and then for logins whose end was not heard."""
        checked_at = clock.now()
        while True:
            await asyncio.sleep(game().presence.renew_every)
            now = clock.now()
            with suppress(Exception):
                await self._renew(now)
            await self._close(one for one in self._connections() if one.expires_at <= now)
            if (now - checked_at).total_seconds() >= game().presence.check_logins_every:
                checked_at = now
                await self._close_dead()

    async def _renew(self, now: datetime) -> None:
        pairs = {(code, member.login.user_id) for code, feed in self._feeds.items() for member in feed.members}
        if pairs:
            await socket_threads().run_db(services.presence_renew, pairs=pairs, now=now, by_socket=True)

    async def _close_dead(self) -> None:
        """The table says which logins are dead; the message was only the bell."""
        try:
            dead = await socket_threads().run_db(dead_logins, list(self._sessions), clock.now())
        except Exception:
            logger.exception("logins_not_checked")
            return
        await self._close(one for one in self._connections() if one.login.login_id in dead)

    def _connections(self) -> list[Connection]:
        return [one for connections in self._sessions.values() for one in connections]

    async def _close(self, connections: Iterable[Connection]) -> None:
        for connection in list(connections):
            with suppress(Exception):
                await connection.door.close(connection.key)


_relays: "WeakKeyDictionary[asyncio.AbstractEventLoop, Relay]" = WeakKeyDictionary()


def relay() -> Relay:
    """The relay of the running loop; a server has one."""
    loop = asyncio.get_running_loop()
    if loop not in _relays:
        _relays[loop] = Relay()
    return _relays[loop]
