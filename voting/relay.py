"""From the channel layer to the sockets of this process: one listener, whatever the number of rooms and members.

The relay holds one channel that belongs to the groups of the rooms it serves. Frames are handed to each door once and
encoded there once, in the order in which the room's frames arrived; what one transaction told a room is sent together.
What differs by viewer is read once and drawn for each: answers in their own order at ``voting_started``, the
``room_state`` at the bell ``room_changed``. Here, too, the leases of connected players are renewed, and sockets closed
whose token died.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from channels.layers import get_channel_layer

from accounts.sockets import dead_logins
from tommy.core import clock, overload
from tommy.core.errors import DomainError
from tommy.core.metrics import FRAMES_SENT, SOCKETS_OPEN
from tommy.core.overload import SOCKETS_GROUP, Overloaded, Stage
from tommy.core.realtime import session_group
from tommy.core.threads import socket_threads
from voting import events, payloads, selectors, services
from voting.catalogue import game
from voting.commands import Asker, refusal, understood
from voting.connections import Connection, Door, Frame
from voting.gathering import Gatherer
from voting.services.rooms import Entry

logger = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
LEAVES_THE_ROOM = frozenset({"left", "kicked", "timeout"})

Personal = Callable[[str, Frame, Iterable[Connection]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Feed:
    """A room with members here; ``ready`` once its group is joined."""

    members: set[Connection] = field(default_factory=set)
    queue: "asyncio.Queue[Sequence[Frame]]" = field(default_factory=asyncio.Queue)
    ready: "asyncio.Future[None] | None" = None
    worker: "asyncio.Task[None] | None" = None


class Relay:
    """The doors of one process, on one event loop."""

    def __init__(self) -> None:
        self._layer: Any = get_channel_layer()
        self._feeds: dict[str, Feed] = {}
        self._sessions: dict[UUID, set[Connection]] = defaultdict(set)
        self._gatherer, self._writes = Gatherer(), overload.WriteCounter()
        self._channel: asyncio.Future[str] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._personal: dict[str, Personal] = {
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
        await self._send_states(code, Frame("", {}, clock.isoformat(clock.now())), [connection])

    async def detach(self, connection: Connection, code: str) -> None:
        connection.rooms.discard(code)
        feed = self._feeds.get(code)
        if feed is None:
            return
        feed.members.discard(connection)
        if not feed.members and self._feeds.get(code) is feed:
            del self._feeds[code]
            await self._layer.group_discard(events.room_audience(code).group, await self._own_channel())
            if feed.worker is not None and feed.worker is not asyncio.current_task():
                feed.worker.cancel()

    async def answer(self, connection: Connection, name: object, data: object) -> dict[str, Any]:
        """Carry out what a client asks, let the connection into or out of the room concerned, and return the ack."""
        now = clock.now()
        try:
            self._require_capacity(connection)
            request = understood(name, data, Asker(connection.login, connection.address), now)
        except DomainError as error:
            return refusal(error).ack
        outcome = await self._gatherer.answer(request)
        if outcome.left is not None:
            await self.detach(connection, outcome.left)
        if outcome.entered is not None:
            await self._let_in(connection, outcome.entered, clock.isoformat(now))
        return outcome.ack

    def _require_capacity(self, connection: Connection) -> None:
        """Commands are writes: those of the greediest, and in the end everybody's, are refused. Raises Overloaded."""
        stage, rules = overload.stage(), overload.settings().shedding
        if stage < Stage.SHEDDING:
            return
        who, at = str(connection.login.user_id), asyncio.get_running_loop().time()
        if stage is Stage.SELF_DESTRUCT or self._writes.is_greedy(who, at, rules):
            raise Overloaded(retry_after=rules.retry_after_seconds)

    async def _let_in(self, connection: Connection, entry: Entry, at: str) -> None:
        """Its own arrival was published before or after this connection could hear it: told here, it is told once."""
        code, joined = entry.room.code, entry.joined
        if joined is not None:
            connection.told[code] = at
        await self.attach(connection, code)
        if joined is not None:
            await connection.send(Frame(joined.type, joined.payload(), at))

    def _is_here(self, code: str, user_id: UUID) -> bool:
        feed = self._feeds.get(code)
        return feed is not None and any(member.login.user_id == user_id for member in feed.members)

    async def _own_channel(self) -> str:
        if self._channel is None:
            self._channel = asyncio.ensure_future(self._start())
        return await asyncio.shield(self._channel)

    async def _start(self) -> str:
        channel: str = await self._layer.new_channel()
        await self._layer.group_add(SOCKETS_GROUP, channel)
        self._spawn(self._listen(channel))
        self._spawn(self._keep_up())
        return channel

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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
            self._spawn(self._close(self._sessions.get(UUID(message["session_id"]), ())))
        elif message["type"] == "server.restarting":
            self._spawn(self._send_away())
        else:
            frames = [Frame(**one) for one in message["frames"]]
            if (feed := self._feeds.get(frames[0].data["room_code"])) is not None:
                feed.queue.put_nowait(frames)

    async def _deliver_in_order(self, code: str, feed: Feed) -> None:
        while True:
            for frames in _stretches(await feed.queue.get(), self._personal):
                try:
                    await self._deliver(code, feed, frames)
                except Exception:
                    logger.exception("frames_not_delivered", frames=[frame.type for frame in frames])

    async def _deliver(self, code: str, feed: Feed, frames: Sequence[Frame]) -> None:
        """Frames that all may hear alike, or one that differs by viewer."""
        if (personal := self._personal.get(frames[0].type)) is not None:
            await personal(code, frames[0], list(feed.members))
            return
        FRAMES_SENT.labels("voting").inc(len(feed.members) * len(frames))
        for door, keys in self._audience(code, feed, frames[0]).items():
            await door.send(keys, frames)
        for gone in (frame for frame in frames if frame.type == events.PlayerLeft.type):
            if gone.data["reason"] in LEAVES_THE_ROOM:
                for member in [one for one in feed.members if str(one.login.user_id) == gone.data["user_id"]]:
                    await self.detach(member, code)

    @staticmethod
    def _audience(code: str, feed: Feed, frame: Frame) -> dict[Door, list[str]]:
        """The keys of the room's members by door, without those who have been told of their own arrival."""
        keys: dict[Door, list[str]] = defaultdict(list)
        for member in feed.members:
            if frame.type != events.PlayerJoined.type or member.told.get(code) != frame.at:
                keys[member.door].append(member.key)
        return keys

    async def _send_ballots(self, code: str, frame: Frame, members: Iterable[Connection]) -> None:
        ballot = await socket_threads().run_db(selectors.ballot_of_round, UUID(frame.data["round_id"]))
        for member in members:
            answers = payloads.ballot_for(ballot, member.login.user_id)
            await member.send(Frame(frame.type, {**frame.data, "answers": answers}, frame.at))

    async def _send_states(self, code: str, frame: Frame, members: Iterable[Connection]) -> None:
        picture = await socket_threads().run_db(selectors.picture_of, code)
        now = clock.now()
        for member in members:
            try:
                state = selectors.room_state(picture, member.login.user_id, now)
            except DomainError:
                await self.detach(member, code)
                continue
            await member.send(Frame("room_state", state, clock.isoformat(now)))

    async def _keep_up(self) -> None:
        """Renew the leases of who is connected, and look now and then for logins whose end was not heard."""
        checked_at = clock.now()
        while True:
            await asyncio.sleep(game().presence.renew_every)
            now = clock.now()
            with suppress(Exception):
                await self._renew(now)
            await self._close(one for one in self._connections() if one.login.expires_at <= now)
            if (now - checked_at).total_seconds() >= game().presence.check_logins_every:
                checked_at = now
                await self._close_dead()

    async def _renew(self, now: datetime) -> None:
        pairs = {(code, member.login.user_id) for code, feed in self._feeds.items() for member in feed.members}
        if pairs:
            await socket_threads().run_db(services.presence_renew, pairs=pairs, now=now, by_socket=True)

    async def _close_dead(self) -> None:
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

    async def _send_away(self) -> None:
        everybody = self._connections()
        await asyncio.gather(*(one.door.restart(one.key) for one in everybody), return_exceptions=True)


def _stretches(frames: Sequence[Frame], personal: Iterable[str]) -> list[list[Frame]]:
    """The same frames, in runs that can be sent together: what differs by viewer, and an arrival, stand alone."""
    alone = {*personal, events.PlayerJoined.type}
    runs: list[list[Frame]] = []
    for frame in frames:
        if runs and frame.type not in alone and runs[-1][-1].type not in alone:
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return runs


_relays: "WeakKeyDictionary[asyncio.AbstractEventLoop, Relay]" = WeakKeyDictionary()


def relay() -> Relay:
    """The relay of the running loop; a server has one."""
    loop = asyncio.get_running_loop()
    if loop not in _relays:
        _relays[loop] = Relay()
    return _relays[loop]
