"""Answers and votes: what all players do at the same moment."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from tommy.core.db import command
from voting.errors import (
    AlreadyAnswered,
    AlreadyVoted,
    AnswerNotFound,
    OwnAnswer,
    PhaseOver,
    WrongPhase,
)
from voting.events import AnswerSubmitted, VoteUpdate
from voting.models import Answer, Room, Score, Vote
from voting.profanity import masked
from voting.rules import Person, Phase, ProfanityLevel, is_over, seated
from voting.services.locking import lock_room_of_round, require_seat
from voting.services.people import publish
from voting.services.phases import settle_phase
from voting.store import people_of

# One statement writes the vote and keeps the score. SQLite has no INSERT inside WITH; there the same transaction,
# which no other writer shares, does it in two.
VOTE_COLUMNS = ("id", "room_id", "round_id", "answer_id", "answer_author_id", "voter_id", "created_at")
CAST_VOTE = """
WITH cast_vote AS (
    INSERT INTO voting_vote (id, room_id, round_id, answer_id, answer_author_id, voter_id, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    RETURNING room_id, round_id, answer_author_id
)
UPDATE voting_score SET points = points + 1 FROM cast_vote
WHERE voting_score.room_id = cast_vote.room_id AND voting_score.round_id = cast_vote.round_id
    AND voting_score.player_id = cast_vote.answer_author_id
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One player's move: the locked room, everybody in it, and whether the move is in time."""

    room: Room
    round_id: UUID
    people: list[Person]
    me: Person
    now: datetime
    in_time: bool

    def after(self, **deeds: Any) -> "Turn":
        """The turn once the player has done this."""
        me = replace(self.me, **deeds)
        return replace(self, me=me, people=[me if person.id == me.id else person for person in self.people])


def answer_submit(*, round_id: UUID, user_id: UUID, content: str, now: datetime, code: str | None = None) -> Answer:
    """Answer the running round; the last one awaited opens the voting.

    Raises RoundNotFound, NotSeated, WrongPhase, PhaseOver, AlreadyAnswered.
    """
    with command():
        turn = _begin(round_id, code, user_id, Phase.ANSWERING, now)
        if turn.in_time:
            if turn.me.answer_id is not None:
                raise AlreadyAnswered
            answer = _insert_answer(turn, content)
            turn = turn.after(answer_id=answer.pk)
            _publish_count(turn)
        _end(turn)
    if not turn.in_time:
        raise PhaseOver
    return answer


def vote_submit(*, round_id: UUID, user_id: UUID, answer_id: UUID, now: datetime, code: str | None = None) -> Vote:
    """Vote for another's answer; the last one awaited ends the round.

    Raises RoundNotFound, NotSeated, WrongPhase, PhaseOver, AlreadyVoted, AnswerNotFound, OwnAnswer.
    """
    with command():
        turn = _begin(round_id, code, user_id, Phase.VOTING, now)
        if turn.in_time:
            author = _author_to_credit(turn, answer_id)
            vote = _cast(turn, author, answer_id)
            turn = turn.after(voted_for=answer_id)
            _publish_vote(turn, answer_id, author.votes + 1)
        _end(turn)
    if not turn.in_time:
        raise PhaseOver
    return vote


def _begin(round_id: UUID, code: str | None, user_id: UUID, phase: Phase, now: datetime) -> Turn:
    """Lock, read, and check what answers and votes have in common, but for the time."""
    room = lock_room_of_round(round_id, code)
    people = people_of(room)
    me = require_seat(people, user_id)
    if room.round_id != round_id or room.phase != phase:
        raise PhaseOver if _has_been(room, round_id, phase) else WrongPhase
    return Turn(room, round_id, people, me, now, in_time=not is_over(room.deadline, now))


def _has_been(room: Room, round_id: UUID, phase: Phase) -> bool:
    """Whether the phase that was meant is one of the past rather than still to come."""
    return room.round_id != round_id or phase == Phase.ANSWERING or room.phase in {Phase.RESULTS, Phase.NONE}


def _end(turn: Turn) -> None:
    """Too late or the last of all: the phase ends here. The room's people are as after the move."""
    if settle_phase(turn.room, turn.people, turn.now):
        turn.room.save()


def _insert_answer(turn: Turn, content: str) -> Answer:
    return Answer.objects.create(
        room=turn.room,
        round_id=turn.round_id,
        author_id=turn.me.id,
        content=masked(content, ProfanityLevel(turn.room.profanity)),
        created_at=turn.now,
    )


def _author_to_credit(turn: Turn, answer_id: UUID) -> Person:
    if turn.me.voted_for is not None:
        raise AlreadyVoted
    author = next((person for person in turn.people if person.answer_id == answer_id), None)
    if author is None:
        raise AnswerNotFound
    if author.id == turn.me.id:
        raise OwnAnswer
    return author


def _cast(turn: Turn, author: Person, answer_id: UUID) -> Vote:
    vote = Vote(
        room=turn.room,
        round_id=turn.round_id,
        answer_id=answer_id,
        answer_author_id=author.id,
        voter_id=turn.me.id,
        created_at=turn.now,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(CAST_VOTE, [getattr(vote, name) for name in VOTE_COLUMNS])
    else:
        vote.save(force_insert=True)
        mine = Score.objects.filter(room=turn.room, round=turn.round_id, player=author.id)
        mine.update(points=F("points") + 1)
    return vote


def _publish_count(turn: Turn) -> None:
    event = AnswerSubmitted(
        room_code=turn.room.code,
        round_id=str(turn.round_id),
        submitted_count=sum(person.answer_id is not None for person in turn.people),
        participant_count=len(seated(turn.people)),
    )
    publish(event, turn.now)


def _publish_vote(turn: Turn, answer_id: UUID, count: int) -> None:
    live = turn.room.live_votes
    event = VoteUpdate(
        room_code=turn.room.code,
        round_id=str(turn.round_id),
        answer_id=str(answer_id) if live else None,
        vote_count=count if live else None,
        voted_count=sum(person.voted_for is not None for person in turn.people),
    )
    publish(event, turn.now)
