"""Answers and votes: what all players do at the same moment.

Moves of one round that have come in together are written together: one lock, one read, one insert, one commit for all
of them, each judged by itself in the order in which they came.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from tommy.core.bulk import insert_objects
from tommy.core.db import command
from tommy.core.errors import DomainError
from voting import store
from voting.errors import (
    AlreadyAnswered,
    AlreadyVoted,
    AnswerNotFound,
    OwnAnswer,
    PhaseOver,
    RoundNotFound,
    WrongPhase,
)
from voting.events import AnswerSubmitted, RoomEvent, VoteUpdate
from voting.models import Answer, Room, Vote
from voting.profanity import masked
from voting.rules import Person, Phase, ProfanityLevel, is_over, seated
from voting.services.locking import lock_room_of_round, require_code, require_seat
from voting.services.people import publish
from voting.services.phases import settle_phase

T = TypeVar("T")
M = TypeVar("M", bound="Move")


@dataclass(frozen=True, slots=True)
class Move:
    """What one player does in a round, and when; ``code``, where a client names the room too, has to be that room's."""

    user_id: UUID
    now: datetime
    code: str | None


@dataclass(frozen=True, slots=True)
class AnswerMove(Move):
    content: str


@dataclass(frozen=True, slots=True)
class VoteMove(Move):
    answer_id: UUID


@dataclass(slots=True)
class Table:
    """A round whose room is locked, everybody in it, and what the moves made so far will write."""

    room: Room
    round_id: UUID
    people: list[Person]
    answers: list[Answer] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    events: list[RoomEvent] = field(default_factory=list)

    def admit(self, move: Move, phase: Phase) -> Person:
        """Whose move it is. Raises RoundNotFound, NotSeated, WrongPhase, PhaseOver."""
        require_code(self.room, move.code)
        me = require_seat(self.people, move.user_id)
        if self.room.round_id != self.round_id or self.room.phase != phase:
            raise PhaseOver if self._has_been(phase) else WrongPhase
        if is_over(self.room.deadline, move.now):
            raise PhaseOver
        return me

    def note(self, person: Person, **deeds: Any) -> None:
        """Let the moves that follow find what this person has just done."""
        self.people = [replace(one, **deeds) if one.id == person.id else one for one in self.people]

    def _has_been(self, phase: Phase) -> bool:
        """Whether the phase that was meant is one of the past rather than still to come."""
        room = self.room
        return room.round_id != self.round_id or phase == Phase.ANSWERING or room.phase in {Phase.RESULTS, Phase.NONE}


def answer_submit(*, round_id: UUID, user_id: UUID, content: str, now: datetime, code: str | None = None) -> Answer:
    """Answer the running round; the last one awaited opens the voting.

    Raises RoundNotFound, NotSeated, WrongPhase, PhaseOver, AlreadyAnswered.
    """
    return _alone(_answer, round_id, AnswerMove(user_id, now, code, content))


def vote_submit(*, round_id: UUID, user_id: UUID, answer_id: UUID, now: datetime, code: str | None = None) -> Vote:
    """Vote for another's answer; the last one awaited ends the round.

    Raises RoundNotFound, NotSeated, WrongPhase, PhaseOver, AlreadyVoted, AnswerNotFound, OwnAnswer.
    """
    return _alone(_vote, round_id, VoteMove(user_id, now, code, answer_id))


def answers_submit(*, round_id: UUID, moves: Sequence[AnswerMove]) -> list[Answer | DomainError]:
    """``answer_submit`` for moves that came in together: for each its answer, or why not."""
    return _together(_answer, round_id, moves)


def votes_submit(*, round_id: UUID, moves: Sequence[VoteMove]) -> list[Vote | DomainError]:
    """``vote_submit`` for moves that came in together: for each its vote, or why not."""
    return _together(_vote, round_id, moves)


def _alone(make: "Callable[[Table, M], T]", round_id: UUID, move: M) -> T:
    with command():
        table = _lay(round_id)
        outcome = _try(make, table, move)
        if isinstance(outcome, DomainError) and not isinstance(outcome, PhaseOver):
            raise outcome
        _clear(table, move.now)
    if isinstance(outcome, DomainError):
        raise outcome  # only now: that the phase has ended must not be taken back
    return outcome


def _together(make: "Callable[[Table, M], T]", round_id: UUID, moves: Sequence[M]) -> list[T | DomainError]:
    try:
        with command():
            table = _lay(round_id)
            outcomes = [_try(make, table, move) for move in moves]
            _clear(table, max(move.now for move in moves))
    except RoundNotFound as error:
        return [error for _ in moves]
    return outcomes


def _lay(round_id: UUID) -> Table:
    room = lock_room_of_round(round_id)
    return Table(room, round_id, store.people_of(room))


def _try(make: "Callable[[Table, M], T]", table: Table, move: M) -> T | DomainError:
    try:
        return make(table, move)
    except DomainError as error:
        return error


def _clear(table: Table, now: datetime) -> None:
    """Write and tell what was done; too late, or the last of all, and the phase ends here."""
    insert_objects(table.answers)
    insert_objects(table.votes)  # which the trigger counts into the scores
    for event in table.events:
        publish(event, now)
    if settle_phase(table.room, table.people, now):
        store.save_room(table.room)


def _answer(table: Table, move: AnswerMove) -> Answer:
    me = table.admit(move, Phase.ANSWERING)
    if me.answer_id is not None:
        raise AlreadyAnswered
    answer = Answer(
        room=table.room,
        round_id=table.round_id,
        author_id=me.id,
        content=masked(move.content, ProfanityLevel(table.room.profanity)),
        created_at=move.now,
    )
    table.note(me, answer_id=answer.pk)
    table.answers.append(answer)
    table.events.append(_answer_counted(table))
    return answer


def _vote(table: Table, move: VoteMove) -> Vote:
    me = table.admit(move, Phase.VOTING)
    if me.voted_for is not None:
        raise AlreadyVoted
    author = next((person for person in table.people if person.answer_id == move.answer_id), None)
    if author is None:
        raise AnswerNotFound
    if author.id == me.id:
        raise OwnAnswer
    vote = Vote(
        room=table.room,
        round_id=table.round_id,
        answer_id=move.answer_id,
        answer_author_id=author.id,
        voter_id=me.id,
        created_at=move.now,
    )
    table.note(me, voted_for=move.answer_id)
    table.note(author, votes=author.votes + 1)
    table.votes.append(vote)
    table.events.append(_vote_counted(table, move.answer_id, author.votes + 1))
    return vote


def _answer_counted(table: Table) -> AnswerSubmitted:
    return AnswerSubmitted(
        room_code=table.room.code,
        round_id=str(table.round_id),
        submitted_count=sum(person.answer_id is not None for person in table.people),
        participant_count=len(seated(table.people)),
    )


def _vote_counted(table: Table, answer_id: UUID, count: int) -> VoteUpdate:
    live = table.room.live_votes
    return VoteUpdate(
        room_code=table.room.code,
        round_id=str(table.round_id),
        answer_id=str(answer_id) if live else None,
        vote_count=count if live else None,
        voted_count=sum(person.voted_for is not None for person in table.people),
    )
