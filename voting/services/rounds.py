"""The host's commands; what they would wait for comes by itself at the deadline."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from uuid import UUID

from tommy.core.background import answer_later
from tommy.core.db import command
from voting.catalogue import game
from voting.errors import GameNotRunning, GameStarted, PhaseOver, RoundNotOver, TooFewPlayers, WrongPhase
from voting.models import Participant, Room, Round
from voting.questions import Brief, are_written, drawn_questions, heard_of, written_questions
from voting.rules import Person, Phase, ProfanityLevel, Question, RoomStatus, is_over, seated
from voting.services.locking import lock_room, lock_room_of_round, lock_room_with_code, require_host
from voting.services.phases import begin_round, go_on, prepare
from voting.store import people_of, save_room


def game_start(*, code: str, user_id: UUID, now: datetime) -> Room:
    """Draw the questions of the whole game, and ask the first or let an AI write better ones before.

    Raises HostOnly, GameStarted, TooFewPlayers.
    """
    with command():
        room = lock_room_with_code(code)
        require_host(room, user_id)
        if room.status != RoomStatus.WAITING:
            raise GameStarted
        people = people_of(room)
        if sum(person.plays for person in people) < game().min_players:
            raise TooFewPlayers
        rounds = _draw_questions(room, people)
        Participant.objects.filter(room=room, seat__isnull=False).update(played_game=room.game)
        room.status, room.active_at = RoomStatus.PLAYING, now
        if are_written():
            prepare(room, rounds[0], now)
        else:
            begin_round(room, people, now)
        save_room(room)
    return room


def questions_write(*, room_id: UUID, game: int, clock: Callable[[], datetime]) -> "Future[None] | None":
    """Have the questions written that a game waits for, and ask the first; safe to repeat and to come late.

    The clock is looked at again when an AI has answered. None where nobody waits any more.
    """
    brief = question_brief(room_id, game)
    if brief is None:
        return None
    written = written_questions(brief, heard_of(brief), clock())
    return answer_later(written, lambda questions: _begin_with(questions, room_id, game, clock()))


def _begin_with(written: list[Question], room_id: UUID, game: int, now: datetime) -> None:
    with command():
        room = lock_room(room_id)
        if room.phase != Phase.PREPARING or room.game != game:
            return
        rounds = list(Round.objects.filter(room=room, game=game).order_by("number"))
        for round_, question in zip(rounds, written, strict=True):
            round_.question, round_.category = question.text, question.category
        Round.objects.bulk_update(rounds, ["question", "category"])
        go_on(room, people_of(room), now)
        save_room(room)


def voting_start(*, round_id: UUID, user_id: UUID, now: datetime, code: str | None = None) -> Room:
    """Close the answers before their time. Raises RoundNotFound, HostOnly, WrongPhase, PhaseOver."""
    return _cut_short(round_id, code, user_id, Phase.ANSWERING, now)


def round_end(*, round_id: UUID, user_id: UUID, now: datetime, code: str | None = None) -> Room:
    """Close the votes before their time. Raises RoundNotFound, HostOnly, WrongPhase, PhaseOver."""
    return _cut_short(round_id, code, user_id, Phase.VOTING, now)


def round_next(*, code: str, user_id: UUID, now: datetime) -> Room:
    """Go on from the results: to the next round, or to the end of the game.

    Raises RoomNotFound, HostOnly, GameNotRunning, RoundNotOver.
    """
    with command():
        room = lock_room_with_code(code)
        require_host(room, user_id)
        if room.status != RoomStatus.PLAYING:
            raise GameNotRunning
        if room.phase != Phase.RESULTS:
            raise RoundNotOver
        go_on(room, people_of(room), now)
        save_room(room)
    return room


def _cut_short(round_id: UUID, code: str | None, user_id: UUID, phase: Phase, now: datetime) -> Room:
    """End ``phase`` of this very round, once; a deadline that has passed is carried out, and then said."""
    with command():
        room = lock_room_of_round(round_id, code)
        require_host(room, user_id)
        if room.round_id != round_id or room.phase != phase:
            raise WrongPhase
        too_late = is_over(room.deadline, now)
        go_on(room, people_of(room), now)
        save_room(room)
    if too_late:
        raise PhaseOver
    return room


def question_brief(room_id: UUID, game: int) -> Brief | None:
    """What to write the game's questions from; None where nobody waits for them any more. Three statements."""
    room = Room.objects.filter(pk=room_id, phase=Phase.PREPARING, game=game).first()
    if room is None:
        return None
    drawn = Round.objects.filter(room=room, game=game).order_by("number").values_list("question", "category")
    return Brief(
        pack=room.pack,
        level=ProfanityLevel(room.profanity),
        players=tuple(person.user_id for person in seated(people_of(room)) if person.user_id is not None),
        host_id=room.host_id,
        drawn=tuple(Question(text, category) for text, category in drawn),
    )


def _draw_questions(room: Room, people: list[Person]) -> list[Round]:
    drawn = drawn_questions(
        count=room.total_rounds,
        pack=room.pack,
        level=ProfanityLevel(room.profanity),
        players=[person.user_id for person in seated(people)],
        seed=room.seed + room.game,
    )
    return Round.objects.bulk_create(
        Round(room=room, game=room.game, number=number, question=question.text, category=question.category)
        for number, question in enumerate(drawn, start=1)
    )
