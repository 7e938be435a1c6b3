"""The reads and writes of every command and transition, written out: composing them with the ORM costs more than
running them.

Both databases understand the text; what they bring is brought into Python's types here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tommy.core.joins import Join, Source
from tommy.core.sql import Field, column_of, moment_of, stored, stored_fields, uuid_of
from voting.models import Room, Round
from voting.rules import Person, Presence

ROOM = Source("room", Room)
LOCK_ROOM_OF_ROUND = Join(
    ROOM,
    tail="""FROM voting_room room WHERE room.id = (
        SELECT room_id FROM voting_round WHERE id = %s AND started_at IS NOT NULL
    )""",
    lock=["room"],
)
LOCK_ROOM = Join(ROOM, tail="FROM voting_room room WHERE room.id = %s", lock=["room"])
LOCK_ROOM_WITH_CODE = Join(ROOM, tail="FROM voting_room room WHERE room.code = %s", lock=["room"])
LOCK_ROOM_WITH_EITHER_CODE = Join(
    ROOM, tail="FROM voting_room room WHERE room.code = %s OR room.watch_code = %s", lock=["room"]
)
ROUND_AND_ROOM = Join(
    Source("played", Round),
    ROOM,
    tail="""FROM voting_round played JOIN voting_room room ON room.id = played.room_id
        WHERE played.id = %s AND played.started_at IS NOT NULL""",
)
BEGIN_ROUND = """
UPDATE voting_round SET started_at = %s WHERE room_id = %s AND game = %s AND number = %s
RETURNING id, number, question, category
"""
MARK_ROUND = {
    "voting_at": "UPDATE voting_round SET voting_at = %s WHERE id = %s",
    "completed_at": "UPDATE voting_round SET completed_at = %s WHERE id = %s",
}
REMEMBER_ASKED = """
INSERT INTO voting_askedquestion (user_id, question_key, asked_at) VALUES {}
ON CONFLICT (user_id, question_key) DO UPDATE SET asked_at = EXCLUDED.asked_at
"""
# Points of the completed rounds of a room's game.
POINTS_OF_GAME = """
SELECT score.player_id, round.number, score.points FROM voting_score score
JOIN voting_round round ON round.room_id = score.room_id AND round.id = score.round_id
WHERE score.room_id = %s AND round.game = %s AND round.completed_at IS NOT NULL
"""
ANSWERS_OF_ROUND = """
SELECT answer.id, answer.content, answer.author_id, COALESCE(score.points, 0) FROM voting_answer answer
LEFT JOIN voting_score score
    ON score.room_id = answer.room_id AND score.round_id = answer.round_id AND score.player_id = answer.author_id
WHERE answer.room_id = %s AND answer.round_id = %s
"""
# What changes of a room while it lives; the rest is settled when it is opened.
MUTABLE = ("host", "status", "phase", "deadline", "round_id", "game", "current_round", "active_at", "empty_since")
PEOPLE_OF_ROOM = """
SELECT
    person.id, person.user_id, person.name, person.seat, person.presence, person.joined_at, person.present_until,
    person.left_at, person.wants_seat, answer.id, vote.answer_id, COALESCE(score.points, 0)
FROM voting_participant person
LEFT JOIN voting_answer answer
    ON answer.room_id = person.room_id AND answer.round_id = %s AND answer.author_id = person.id
LEFT JOIN voting_vote vote
    ON vote.room_id = person.room_id AND vote.round_id = %s AND vote.voter_id = person.id
LEFT JOIN voting_score score
    ON score.room_id = person.room_id AND score.round_id = %s AND score.player_id = person.id
WHERE person.room_id = %s
"""


def lock_room_of_round(round_id: UUID) -> Room | None:
    """The locked room of a round that has begun; one statement.

    The round only leads to the room and never changes rooms, so what was read before a wait for the lock stays true.
    """
    return _only(LOCK_ROOM_OF_ROUND, round_id)


def lock_room(room_id: UUID) -> Room | None:
    """The locked room of this id; one statement."""
    return _only(LOCK_ROOM, room_id)


def lock_room_with_code(code: str, *, or_watch_code: bool) -> Room | None:
    """The locked room of this code; one statement."""
    return _only(LOCK_ROOM_WITH_EITHER_CODE, code, code) if or_watch_code else _only(LOCK_ROOM_WITH_CODE, code)


def round_and_room(round_id: UUID) -> tuple[Round, Room] | None:
    """A round that has begun, and its room; one statement."""
    for round_, room in ROUND_AND_ROOM.fetch(round_id):
        round_.room = room
        return round_, room
    return None


def save_room(room: Room) -> None:
    """Write what changes of a room; one statement."""
    fields: list[Field] = [field for field in Room._meta.concrete_fields if field.name in MUTABLE]
    targets = ", ".join(f"{column_of(field)} = %s" for field in fields)
    values = stored_fields(room, [*fields, Room._meta.pk])
    _execute(f"UPDATE voting_room SET {targets} WHERE id = %s", values)  # noqa: S608  # own names


def begin_round(room: Room, now: datetime) -> Round:
    """The room's current round, begun now; one statement. Only what ``round_started`` tells of it is read."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_ROUND, stored(now, room.pk, room.game, room.current_round))
        key, number, question, category = cursor.fetchone()
    return Round(pk=uuid_of(key), room_id=room.pk, game=room.game, number=number, question=question, category=category)


def mark_round(round_id: UUID | None, column: str, now: datetime) -> None:
    """Note when a round reached ``voting_at`` or ``completed_at``; one statement."""
    _execute(MARK_ROUND[column], stored(now, round_id))


def remember_asked(user_ids: Sequence[UUID], question_key: str, now: datetime) -> None:
    """That these users have been asked this; one statement, none for nobody."""
    if user_ids:
        values = [value for user_id in user_ids for value in stored(user_id, question_key, now)]
        _execute(REMEMBER_ASKED.format(", ".join(["(%s, %s, %s)"] * len(user_ids))), values)


def points_of_game(room: Room) -> list[tuple[int, int, int]]:
    """(participant, round number, points) of the completed rounds of the room's game; one statement."""
    return _rows(POINTS_OF_GAME, stored(room.pk, room.game))


def answers_of_round(room_id: UUID, round_id: UUID) -> list[tuple[UUID, str, int, int]]:
    """(answer, content, author, points) of a round; one statement."""
    rows = _rows(ANSWERS_OF_ROUND, stored(room_id, round_id))
    return [(uuid_of(key), content, author, points) for key, content, author, points in rows]


def _only(join: Join, *values: UUID | str) -> Room | None:
    return next((room for (room,) in join.fetch(*values)), None)


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _execute(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def people_of(room: Room) -> list[Person]:
    """Everybody who is or was in the room, and what they did in its current round; one statement."""
    values = stored(room.round_id, room.round_id, room.round_id, room.pk)
    return [_person(row) for row in _rows(PEOPLE_OF_ROOM, values)]


def _person(row: tuple[Any, ...]) -> Person:
    pk, user_id, name, seat, presence, joined_at, present_until, left_at, wants_seat, answer, vote, votes = row
    return Person(
        id=pk,
        user_id=uuid_of(user_id),
        name=name,
        seat=seat,
        presence=Presence(presence),
        joined_at=moment_of(joined_at),
        present_until=moment_of(present_until),
        left=left_at is not None,
        wants_seat=bool(wants_seat),
        answer_id=uuid_of(answer),
        voted_for=uuid_of(vote),
        votes=votes,
    )
