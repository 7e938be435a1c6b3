"""What clients may ask over a socket: the same commands, payloads and acks through Socket.IO and Channels.

``carry_out`` runs on a database thread and never raises: every frame, however broken, gets an ack.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import structlog
from django.db import OperationalError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from accounts.sockets import SocketLogin
from tommy.core.errors import DomainError, InvalidInput
from voting import payloads, services
from voting.models import ANSWER_MAX, Room
from voting.selectors import has_place
from voting.services.rooms import Entry
from voting.throttling import code_guess

logger = structlog.get_logger(__name__)


def _without_null(text: str) -> str:
    if "\x00" in text:
        raise ValueError("Text cannot contain null characters.")
    return text


Code = Annotated[str, StringConstraints(min_length=1, max_length=32), AfterValidator(_without_null)]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=ANSWER_MAX),
    AfterValidator(_without_null),
]


class Payload(BaseModel):
    """Clients may send more than is asked for; it is ignored."""

    model_config = ConfigDict(frozen=True)

    room_code: Code


class JoinPayload(Payload):
    as_spectator: StrictBool = False


class KickPayload(Payload):
    user_id: UUID


class RoundPayload(Payload):
    round_id: UUID


class AnswerPayload(RoundPayload):
    answer: Text = Field(description="1 to 500 characters.")


class VotePayload(RoundPayload):
    answer_id: UUID


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


def carry_out(name: object, asker: Asker, raw: object, now: datetime) -> Outcome:
    """Parse, call, answer; ``{"success": false, "error", "code", …}`` for whatever goes wrong."""
    try:
        command = COMMANDS.get(name) if isinstance(name, str) else None
        if command is None:
            raise InvalidInput(f"There is no such command; known are {', '.join(COMMANDS)}.")
        return command.run(asker, _parse(command.payload, raw), now)
    except DomainError as error:
        return refusal(error)
    except OperationalError:
        logger.warning("database_busy", command=name)
        return Outcome(_failure("The server is busy; please try again in a moment.", "database_busy"))
    except Exception:
        logger.exception("socket_command_failed", command=name)
        return Outcome(_failure("Something went wrong on our side; it has been logged.", "internal_error"))


def entrance(asker: Asker, code: str, now: datetime) -> str:
    """What a socket opened at a room's own address leads to: ``kept`` for who has a place there, ``open`` for others,
    or the code of the refusal."""
    try:
        with code_guess(asker.user_id, asker.address, now):
            return "kept" if has_place(code, asker.user_id) else "open"
    except DomainError as error:
        return error.code


def refusal(error: DomainError) -> Outcome:
    return Outcome({**_failure(error.detail, error.code), **error.data})


def _failure(sentence: str, code: str) -> dict[str, Any]:
    return {"success": False, "error": sentence, "code": code}


def _parse(kind: type[Payload], raw: object) -> Payload:
    if not isinstance(raw, dict):
        raise InvalidInput("The payload has to be one JSON object.")
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        faults = {".".join(map(str, one["loc"])): [f"{one['msg']}."] for one in error.errors(include_input=False)}
        field, sentences = next(iter(faults.items()))
        raise InvalidInput(f"{field}: {sentences[0]}", errors=faults) from None


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


def _answer(asker: Asker, payload: AnswerPayload, now: datetime) -> Outcome:
    answer = services.answer_submit(
        round_id=payload.round_id,
        user_id=asker.user_id,
        content=payload.answer,
        code=payload.room_code,
        now=now,
    )
    return Outcome({"success": True, "round_id": str(payload.round_id), "answer_id": str(answer.pk)})


def _start_voting(asker: Asker, payload: RoundPayload, now: datetime) -> Outcome:
    room = services.voting_start(round_id=payload.round_id, user_id=asker.user_id, code=payload.room_code, now=now)
    return _done(room, round_id=str(payload.round_id))


def _vote(asker: Asker, payload: VotePayload, now: datetime) -> Outcome:
    vote = services.vote_submit(
        round_id=payload.round_id,
        user_id=asker.user_id,
        answer_id=payload.answer_id,
        code=payload.room_code,
        now=now,
    )
    return Outcome({"success": True, "round_id": str(payload.round_id), "vote_id": str(vote.pk)})


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
    "submit_answer": Command(AnswerPayload, _answer),
    "start_voting": Command(RoundPayload, _start_voting),
    "submit_vote": Command(VotePayload, _vote),
    "end_round": Command(RoundPayload, _end_round),
    "next_round": Command(Payload, _next_round),
    "kick_player": Command(KickPayload, _kick),
    "rematch": Command(Payload, _rematch),
}
