"""What clients may ask over a socket: the same commands, payloads and acks through Socket.IO and Channels.

``carry_out`` and ``carry_out_together`` run on a database thread and never raise: every frame gets an ack.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from django.db import OperationalError

from accounts.sockets import SocketLogin
from tommy.core import audit
from tommy.core.errors import DomainError, InvalidInput
from voting import payloads, services
from voting.inputs import AnswerPayload, JoinPayload, KickPayload, Payload, RoundPayload, VotePayload, parse
from voting.models import Room
from voting.rules import normalise_code
from voting.selectors import has_place
from voting.services.ballots import AnswerMove, VoteMove
from voting.services.rooms import Entry
from voting.throttling import code_guess

logger = structlog.get_logger(__name__)

UNTOLD = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and from where."""

    login: SocketLogin
    address: str

    @property
    def user_id(self) -> UUID:
        return self.login.user_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to answer; and for the door, the room that was entered or left."""

    ack: dict[str, Any]
    entered: Entry | None = None
    left: str | None = None


Handler = Callable[[Asker, Any, datetime], Outcome]


@dataclass(frozen=True, slots=True)
class Command:
    payload: type[Payload]
    run: Handler


@dataclass(frozen=True, slots=True)
class MoveCommand:
    """A command that many players give at the same moment: those of one round are carried out together."""

    payload: type[RoundPayload]
    move: Callable[[Asker, Any, datetime], Any]
    submit: Callable[..., list[Any]]
    ack: Callable[[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Request:
    """A command that was understood."""

    name: str
    payload: Payload
    asker: Asker
    now: datetime

    @property
    def round_id(self) -> UUID | None:
        """The round that this is a move in; None for what is no move."""
        return self.payload.round_id if self.name in MOVES and isinstance(self.payload, RoundPayload) else None


def understood(name: object, raw: object, asker: Asker, now: datetime) -> Request:
    """The request in a frame. Raises InvalidInput."""
    command = (COMMANDS.get(name) or MOVES.get(name)) if isinstance(name, str) else None
    if command is None or not isinstance(name, str):
        raise InvalidInput(f"There is no such command; known are {', '.join([*COMMANDS, *MOVES])}.")
    return Request(name, parse(command.payload, raw), asker, now)


def carry_out(request: Request) -> Outcome:
    """Call, answer; ``{"success": false, "error", "code", …}`` for whatever goes wrong. For a database thread."""
    act = _act_of(request)
    with audit.acting(act):
        return _answered(request.name, lambda: _call(request, act))


def carry_out_together(requests: Sequence[Request]) -> list[Outcome]:
    """Carry out moves of one kind in one round, in one transaction; an outcome for each, in their order."""
    first, acts = requests[0], [_act_of(request) for request in requests]
    try:
        with audit.acting(*acts):
            return _submit(MOVES[first.name], first.round_id, requests, acts)
    except Exception as error:
        if len(requests) > 1 and not isinstance(error, OperationalError):
            # One of them must not cost the others their turn.
            return [outcome for request in requests for outcome in carry_out_together([request])]
        return [broken(first.name, error) for _ in requests]


def refusal(error: DomainError) -> Outcome:
    return Outcome({**_failure(error.detail, error.code), **error.data})


def _call(request: Request, act: audit.Act) -> Outcome:
    try:
        return COMMANDS[request.name].run(request.asker, request.payload, request.now)
    except DomainError as error:
        _conclude(act, error)
        return refusal(error)


def _submit(
    command: MoveCommand, round_id: UUID | None, requests: Sequence[Request], acts: Sequence[audit.Act]
) -> list[Outcome]:
    moves = [command.move(request.asker, request.payload, request.now) for request in requests]
    results = command.submit(round_id=round_id, moves=moves)
    for act, result in zip(acts, results, strict=True):
        if isinstance(result, DomainError):
            _conclude(act, result)
    where = {"success": True, "round_id": str(round_id)}
    return [
        refusal(result) if isinstance(result, DomainError) else Outcome({**where, **command.ack(result)})
        for result in results
    ]


def _answered(name: str, call: Callable[[], Outcome]) -> Outcome:
    try:
        return call()
    except Exception as error:
        return broken(name, error)


def broken(name: str, error: Exception) -> Outcome:
    """The answer to a command that failed through no fault of its client; logged."""
    if isinstance(error, OperationalError):
        logger.warning("database_busy", command=name)
        return Outcome(_failure("The server is busy; please try again in a moment.", "database_busy"))
    logger.error("socket_command_failed", command=name, exc_info=error)
    return Outcome(_failure("Something went wrong on our side; it has been logged.", "internal_error"))


def _act_of(request: Request) -> audit.Act:
    return audit.Act(
        actor=lambda: request.asker.user_id,
        source="socket",
        action=lambda: request.name,
        target=f"/ws/voting/{normalise_code(request.payload.room_code)}"[:200],
        request_id="",
        given=lambda: audit.redacted(request.payload.model_dump(mode="json")),
    )


def _conclude(act: audit.Act, error: DomainError) -> None:
    """Refusals leave a row, as those of REST do; all but those that say more about the load than about who asked."""
    if error.status not in UNTOLD:
        audit.conclude_act(act, error.status, error.code)


def entrance(asker: Asker, code: str, now: datetime) -> str:
    """What a socket opened at a room's own address leads to: ``kept`` for who has a place there, ``open`` for others,
    or the code of the refusal."""
    try:
        with code_guess(asker.user_id, asker.address, now):
            return "kept" if has_place(code, asker.user_id) else "open"
    except DomainError as error:
        return error.code


def _failure(sentence: str, code: str) -> dict[str, Any]:
    return {"success": False, "error": sentence, "code": code}


def _done(room: Room, **members: Any) -> Outcome:
    return Outcome({"success": True, "room": payloads.room_line(room), **members})


def _join(asker: Asker, payload: JoinPayload, now: datetime) -> Outcome:
    with code_guess(asker.user_id, asker.address, now):
        entry = services.room_join(
            code=payload.room_code,
            user_id=asker.user_id,
            username=asker.login.username,
            spectate=payload.as_spectator,
            by_socket=True,
            now=now,
        )
    players = payloads.player_lines(entry.people)
    room = {**payloads.room_line(entry.room), "participants": players, "participant_count": len(players)}
    round_id = payloads.text_or_none(entry.room.round_id)
    return Outcome({"success": True, "room": room, "round_id": round_id}, entered=entry)


def _leave(asker: Asker, payload: Payload, now: datetime) -> Outcome:
    room = services.room_leave(code=payload.room_code, user_id=asker.user_id, now=now)
    return Outcome({"success": True, "room": payloads.room_line(room)}, left=room.code)


def _kick(asker: Asker, payload: KickPayload, now: datetime) -> Outcome:
    target = payload.user_id
    return _done(services.player_kick(code=payload.room_code, user_id=asker.user_id, target_id=target, now=now))


def _start(asker: Asker, payload: Payload, now: datetime) -> Outcome:
    room = services.game_start(code=payload.room_code, user_id=asker.user_id, now=now)
    return _done(room, round_id=str(room.round_id))


def _answer_move(asker: Asker, payload: AnswerPayload, now: datetime) -> AnswerMove:
    return AnswerMove(asker.user_id, now, payload.room_code, payload.answer)


def _start_voting(asker: Asker, payload: RoundPayload, now: datetime) -> Outcome:
    room = services.voting_start(round_id=payload.round_id, user_id=asker.user_id, code=payload.room_code, now=now)
    return _done(room, round_id=str(payload.round_id))


def _vote_move(asker: Asker, payload: VotePayload, now: datetime) -> VoteMove:
    return VoteMove(asker.user_id, now, payload.room_code, payload.answer_id)


def _end_round(asker: Asker, payload: RoundPayload, now: datetime) -> Outcome:
    room = services.round_end(round_id=payload.round_id, user_id=asker.user_id, code=payload.room_code, now=now)
    return _done(room, round_id=str(payload.round_id))


def _next_round(asker: Asker, payload: Payload, now: datetime) -> Outcome:
    room = services.round_next(code=payload.room_code, user_id=asker.user_id, now=now)
    return _done(room, round_id=payloads.text_or_none(room.round_id))


def _rematch(asker: Asker, payload: Payload, now: datetime) -> Outcome:
    return _done(services.game_rematch(code=payload.room_code, user_id=asker.user_id, now=now))


COMMANDS: dict[str, Command] = {
    "join_room": Command(JoinPayload, _join),
    "leave_room": Command(Payload, _leave),
    "start_game": Command(Payload, _start),
    "start_voting": Command(RoundPayload, _start_voting),
    "end_round": Command(RoundPayload, _end_round),
    "next_round": Command(Payload, _next_round),
    "kick_player": Command(KickPayload, _kick),
    "rematch": Command(Payload, _rematch),
}
MOVES: dict[str, MoveCommand] = {
    "submit_answer": MoveCommand(
        AnswerPayload, _answer_move, services.answers_submit, lambda answer: {"answer_id": str(answer.pk)}
    ),
    "submit_vote": MoveCommand(VotePayload, _vote_move, services.votes_submit, lambda vote: {"vote_id": str(vote.pk)}),
}

PAYLOADS: dict[str, type[Payload]] = {
    **{name: command.payload for name, command in COMMANDS.items()},
    **{name: command.payload for name, command in MOVES.items()},
}
