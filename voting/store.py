"""The two reads of every command and the inserts of moves, written out: composing them with the ORM costs more than
running them.

Both databases understand the text. SQLite stores UUIDs as text and knows no time zones, so what it returns is brought
into Python's types here.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

from voting.models import Room
from voting.rules import Person, Presence

_UUID: "models.UUIDField[Any, Any]" = models.UUIDField()

LOCK_ROOM_OF_ROUND = """
SELECT voting_room.* FROM voting_room WHERE id = (
    SELECT room_id FROM voting_round WHERE id = %s AND started_at IS NOT NULL
)
"""
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
    NO KEY: rows below the room may be inserted meanwhile by whoever needs only its key.
    """
    lock = "FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    return next(iter(Room.objects.raw(LOCK_ROOM_OF_ROUND + lock, [_stored(round_id)])), None)


def people_of(room: Room) -> list[Person]:
    """Everybody who is or was in the room, and what they did in its current round; one statement."""
    round_id = _stored(room.round_id)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_OF_ROOM, [round_id, round_id, round_id, _stored(room.pk)])
        return [_person(row) for row in cursor.fetchall()]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """New rows of one model, all columns given but for keys that the database makes; one statement, none for none.

    Scores are kept by the trigger on the table of votes (``migrations/0001_initial.py``), within the same statement.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not isinstance(field, models.AutoField)]
    line = f"({', '.join(['%s'] * len(fields))})"
    names = ", ".join(str(field.column) for field in fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    with connection.cursor() as cursor:
        sql = f"INSERT INTO {meta.db_table} ({names}) VALUES {', '.join([line] * len(rows))}"  # noqa: S608  # own names
        cursor.execute(sql, values)


def _person(row: tuple[Any, ...]) -> Person:
    pk, user_id, name, seat, presence, joined_at, present_until, left_at, wants_seat, answer, vote, votes = row
    return Person(
        id=pk,
        user_id=_uuid(user_id),
        name=name,
        seat=seat,
        presence=Presence(presence),
        joined_at=_aware(joined_at),
        present_until=_aware(present_until),
        left=left_at is not None,
        wants_seat=bool(wants_seat),
        answer_id=_uuid(answer),
        voted_for=_uuid(vote),
        votes=votes,
    )


def _stored(value: UUID | None) -> Any:
    return _UUID.get_db_prep_value(value, connection)


def _uuid(value: Any) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
