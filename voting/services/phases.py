"""The transitions of a running room. Each happens under the room's lock, and so exactly once, whoever comes first."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tommy.core import clock
from tommy.core.bulk import insert_objects
from tommy.core.jobs import enqueue_on_commit
from voting import events, payloads, store
from voting.catalogue import game
from voting.models import Room, Round, Score
from voting.rules import Action, Person, Phase, RoomStatus, is_over, next_action, phase_is_done, question_key, seated
from voting.selectors import entries_of, standings_of
from voting.services.people import publish


def settle_phase(room: Room, people: list[Person], now: datetime) -> bool:
    """Go one phase on if its time is over or all have acted; says whether it did. The caller saves the room."""
    if room.status != RoomStatus.PLAYING:
        return False
    if not (is_over(room.deadline, now) or phase_is_done(Phase(room.phase), people)):
        return False
    go_on(room, people, now)
    return True


def go_on(room: Room, people: list[Person], now: datetime) -> None:
    """End the running phase, whatever comes next. The caller saves the room."""
    rounds_left = room.current_round < room.total_rounds
    action = next_action(Phase(room.phase), people, rounds_left=rounds_left)
    _STEPS[action](room, people, now)


def prepare(room: Room, first: Round, now: datetime) -> None:
    """Let the game's questions be written; the first is asked when they are, or at the deadline as it stands."""
    _enter(room, Phase.PREPARING, now + timedelta(seconds=game().preparing_seconds))
    room.round_id = first.pk
    ends_at = clock.isoformat(room.deadline) if room.deadline else ""
    event = events.GamePreparing(room_code=room.code, game=room.game, round_id=str(first.pk), ends_at=ends_at)
    publish(event, now)
    enqueue_on_commit("voting.write_questions", room_id=str(room.pk), game=room.game)


def begin_round(room: Room, people: list[Person], now: datetime) -> None:
    """Put the game's next question to the room."""
    room.current_round += 1
    round_ = store.begin_round(room, now)
    _enter(room, Phase.ANSWERING, now + timedelta(seconds=room.answer_seconds))
    room.round_id = round_.pk
    asked = [person.user_id for person in seated(people) if person.user_id is not None]
    store.remember_asked(asked, question_key(round_.question), now)
    kind = events.GameStarted if room.current_round == 1 else events.RoundStarted
    publish(_round_event(kind, room, round_), now)


def open_voting(room: Room, people: list[Person], now: datetime) -> None:
    """Show the answers; a line for each author stands ready in the scores, so that a vote only adds to it."""
    assert room.round_id is not None
    authors = [person.id for person in people if person.answer_id is not None]
    insert_objects([Score(room_id=room.pk, round_id=room.round_id, player_id=author) for author in authors])
    store.mark_round(room.round_id, "voting_at", now)
    _enter(room, Phase.VOTING, now + timedelta(seconds=room.vote_seconds))
    event = events.VotingStarted(
        room_code=room.code,
        round_id=str(room.round_id),
        round_number=room.current_round,
        time_limit=room.vote_seconds,
        ends_at=clock.isoformat(room.deadline) if room.deadline else "",
    )
    publish(event, now)


def close_round(room: Room, people: list[Person], now: datetime) -> None:
    """End the round and show who wrote what. A host-paced room waits for its host, though not for ever."""
    assert room.round_id is not None
    store.mark_round(room.round_id, "completed_at", now)
    stay = game().closing.host_paced_results_seconds if room.host_paced else room.results_seconds
    _enter(room, Phase.RESULTS, now + timedelta(seconds=stay))
    event = events.RoundEnded(
        room_code=room.code,
        round_id=str(room.round_id),
        round_number=room.current_round,
        total_rounds=room.total_rounds,
        leaderboard=payloads.board(standings_of(room, people)),
        answers=payloads.disclosed(entries_of(room, room.round_id, people)),
        next_at=clock.isoformat(room.deadline) if room.deadline and not room.host_paced else None,
    )
    publish(event, now)


def finish(room: Room, people: list[Person], now: datetime, *, reason: str = "completed") -> None:
    """End the game; a round that is still running counts as it stands."""
    if room.round_id is not None and room.phase in {Phase.ANSWERING, Phase.VOTING}:
        store.mark_round(room.round_id, "completed_at", now)
    room.status, room.empty_since, room.active_at = RoomStatus.FINISHED, None, now
    _enter(room, Phase.NONE, None)
    board = payloads.board(standings_of(room, people))
    publish(events.GameEnded(room_code=room.code, game=room.game, final_leaderboard=board, reason=reason), now)


_STEPS: dict[Action, Callable[[Room, list[Person], datetime], None]] = {
    Action.OPEN_VOTING: open_voting,
    Action.CLOSE_ROUND: close_round,
    Action.NEXT_ROUND: begin_round,
    Action.FINISH: finish,
}


def _enter(room: Room, phase: Phase, deadline: datetime | None) -> None:
    room.phase, room.deadline = phase, deadline


def _round_event(kind: type[events.RoundStarted], room: Room, round_: Round) -> events.RoundStarted:
    return kind(
        room_code=room.code,
        game=room.game,
        round_number=round_.number,
        total_rounds=room.total_rounds,
        round_id=str(round_.pk),
        question=round_.question,
        category=round_.category,
        time_limit=room.answer_seconds,
        ends_at=clock.isoformat(room.deadline) if room.deadline else "",
    )
