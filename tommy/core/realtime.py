"""The only way out to clients. Services publish; consumers and gateways listen to the channel layer's groups.

What a *user* must not miss is a row first (``Notification``), written in the same transaction with the user's next
number, and pushed after commit; a reconnecting client replays by number. What a *room* sees is pushed after commit
only, and a (re)joining client gets the room's snapshot.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import orjson
import structlog
from channels.layers import get_channel_layer
from django.db import connection, transaction

from tommy.core import background, bulk, clock
from tommy.core.models import Notification, NotificationCursor
from tommy.core.sql import stored, table_of

logger = structlog.get_logger(__name__)

CONNECTED_FOR = timedelta(seconds=150)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """Base of what clients receive; each app declares its own in ``events.py``. Fields are plain JSON values."""

    type: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclasses.dataclass(frozen=True)
class User:
    """Every device of one user, by notification: kept, numbered, replayed."""

    user_id: UUID
    tick: int | None = None

    @property
    def group(self) -> str:
        return user_group(self.user_id)


@dataclasses.dataclass(frozen=True)
class Room:
    """Whoever listens to a named room now; ``name`` holds ASCII letters, digits, ``-``, ``_`` and ``.`` only."""

    name: str

    @property
    def group(self) -> str:
        return f"room.{self.name}"


class Draft(NamedTuple):
    """A notification that has no number yet."""

    user_id: UUID
    type: str
    tick: int | None
    data: Mapping[str, Any]


def user_group(user_id: UUID | str) -> str:
    return f"user.{user_id}"


def session_group(session_id: UUID | str) -> str:
    """The group of all sockets opened with the tokens of one login; told when that login dies."""
    return f"session.{session_id}"


def publish_on_commit(event: Event, audience: User | Room, *, now: datetime) -> None:
    """Tell the audience of ``event`` once this transaction has committed; needs a transaction."""
    if isinstance(audience, User):
        notify_on_commit([Draft(audience.user_id, event.type, audience.tick, event.payload())], now=now)
        return
    _room_frames(audience.group).append({"type": event.type, "data": event.payload(), "at": clock.isoformat(now)})


class _RoomMessage:
    """What one transaction tells one room: all its frames in one message, in order."""

    def __init__(self, group: str) -> None:
        self.group, self.frames = group, list[dict[str, Any]]()

    def __call__(self) -> None:
        send_to_group(self.group, {"type": "room.frames", "frames": self.frames})


def _room_frames(group: str) -> list[dict[str, Any]]:
    """Where to put a frame for ``group``: into the message that this transaction sends last, or into one of its own."""
    waiting = connection.run_on_commit
    if waiting and waiting[-1][0] == set(connection.savepoint_ids):  # not what an outer savepoint may yet undo
        last = waiting[-1][1]
        if isinstance(last, _RoomMessage) and last.group == group:
            return last.frames
    message = _RoomMessage(group)
    transaction.on_commit(message, robust=True)
    return message.frames


def end_session_on_commit(session_id: UUID | str) -> None:
    """Close every socket opened with the tokens of this login, once this transaction has committed."""
    message = {"type": "session.ended", "session_id": str(session_id)}
    transaction.on_commit(lambda: send_to_group(session_group(session_id), message), robust=True)


def notify_on_commit(drafts: Sequence[Draft], *, now: datetime) -> None:
    """Number and store notifications now, push them after commit: one message for each user who is connected.

    Three SQL statements however many there are, two where all are for one user. Needs a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("notifications are rows of a transaction: call this inside core.db.command()")
    if not drafts:
        return
    cursors = _take_numbers(dict(Counter(draft.user_id for draft in drafts)))
    frames: dict[UUID, list[bytes]] = {}
    rows: list[tuple[int, bytes]] = []
    for draft in drafts:
        cursor = cursors[draft.user_id]
        cursor.number += 1
        data = orjson.dumps(draft.data)
        rows.append((cursor.number, data))
        if cursor.connected_until is not None and cursor.connected_until > now:
            frames.setdefault(draft.user_id, []).append(_encode(cursor.number, draft, now, data))
    _store(drafts, rows, now)
    if frames:
        transaction.on_commit(lambda: push(frames), robust=True)


def push(frames: Mapping[UUID, Sequence[bytes]]) -> None:
    """Send stored frames to the users' groups; whoever misses one here reads it from the table."""
    for user_id, encoded in frames.items():
        message = {"type": "user.frames", "frames": [frame.decode() for frame in encoded]}
        send_to_group(user_group(user_id), message)


def send_to_group(group: str, message: dict[str, Any]) -> None:
    """Hand ``message`` to the channel layer; its delivery is not waited for."""

    async def deliver() -> None:
        try:
            await get_channel_layer().group_send(group, message)
        except Exception:
            logger.exception("group_send_failed", group=group)

    background.submit(deliver())


def frame_of(row: Notification) -> dict[str, Any]:
    """A notification as clients see it: ``{"id", "type", "tick", "at", "data"}``."""
    return {"id": row.number, "type": row.type, "tick": row.tick, "at": clock.isoformat(row.at), "data": row.data}


def mark_connected(user_id: UUID, now: datetime) -> None:
    """Note that a socket of this user is open; renewed by the socket while it lives.

    Committed before the socket replays from the table: a publisher either sees the mark, or has committed before it and
    is found by the replay.
    """
    until = now + CONNECTED_FOR
    NotificationCursor.objects.update_or_create(
        user_id=user_id, defaults={"connected_until": until}, create_defaults={"connected_until": until}
    )


def forget_in_transaction(user_id: UUID) -> None:
    """Give out no more numbers to a user whose account goes: who is at it finishes first, who comes later fails.

    Before the account's rows are removed, so that no notification is written behind the broom.
    """
    NotificationCursor.objects.filter(user_id=user_id).delete()


@dataclasses.dataclass(slots=True)
class _Cursor:
    number: int
    connected_until: datetime | None


def _take_numbers(counts: dict[UUID, int]) -> dict[UUID, _Cursor]:
    """Lock the users' cursors, in one order for everyone, and move each on; answers where each stood before."""
    if len(counts) == 1:
        return {user_id: _take_from_one(user_id, count) for user_id, count in counts.items()}
    cursors = _lock(counts)
    if missing := [user_id for user_id in counts if user_id not in cursors]:
        fresh = [NotificationCursor(user_id=user_id) for user_id in missing]
        NotificationCursor.objects.bulk_create(fresh, ignore_conflicts=True)
        cursors |= _lock(missing)
    moved = [cursors[user_id].number + count for user_id, count in counts.items()]
    bulk.update_rows(NotificationCursor, [*counts], {"last_number": moved})
    return cursors


def _take_from_one(user_id: UUID, count: int) -> _Cursor:
    """The same for one user, in the one statement that makes, locks and moves a cursor."""
    table = table_of(NotificationCursor)
    moved = NotificationCursor.objects.raw(
        f"INSERT INTO {table} (user_id, last_number) VALUES (%s, %s) "  # noqa: S608  # the table's own name
        f"ON CONFLICT (user_id) DO UPDATE SET last_number = {table}.last_number + EXCLUDED.last_number RETURNING *",
        stored(user_id, count),
    )[0]
    return _Cursor(moved.last_number - count, moved.connected_until)


def _lock(user_ids: Iterable[UUID]) -> dict[UUID, _Cursor]:
    rows = NotificationCursor.objects.select_for_update().filter(user_id__among=list(user_ids)).order_by("user_id")
    return {
        user_id: _Cursor(number, until)
        for user_id, number, until in rows.values_list("user_id", "last_number", "connected_until")
    }


def _store(drafts: Sequence[Draft], rows: Sequence[tuple[int, bytes]], now: datetime) -> None:
    bulk.insert_rows(
        Notification,
        len(drafts),
        {
            "user_id": [draft.user_id for draft in drafts],
            "number": [number for number, _ in rows],
            "type": [draft.type for draft in drafts],
            "tick": [draft.tick for draft in drafts],
            "at": now,
            "data": [data.decode() for _, data in rows],
        },
    )


def _encode(number: int, draft: Draft, now: datetime, data: bytes) -> bytes:
    """The frame of ``frame_of``, with the data that is JSON already put in as it is."""
    frame = {"id": number, "type": draft.type, "tick": draft.tick, "at": clock.isoformat(now)}
    return orjson.dumps({**frame, "data": orjson.Fragment(data)})
