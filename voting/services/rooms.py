"""Rooms and the people in them: open, join, leave, remove, play again."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from tommy.core.db import command
from voting import events
from voting.catalogue import game
from voting.errors import (
    CannotKickYourself,
    GameNotOver,
    GameStarted,
    Kicked,
    NotInRoom,
    PlayerNotFound,
    RoomFull,
)
from voting.models import Participant, Room
from voting.profanity import masked
from voting.rules import (
    Person,
    Presence,
    ProfanityLevel,
    RoomStatus,
    free_seat,
    make_code,
    normalise_code,
    seated,
    spectators_to_seat,
)
from voting.selectors import find_person
from voting.services.locking import lock_room_with_code, require_host
from voting.services.people import announce_joined, announce_left, publish, remove_person, update_lead
from voting.services.phases import settle_phase
from voting.store import people_of, save_room

CODE_TRIES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A room somebody is in now; ``joined`` is what the others were told, None where there was nothing to tell."""

    room: Room
    people: list[Person]
    joined: events.PlayerJoined | None


def room_create(*, user_id: UUID, username: str, settings: Mapping[str, Any], now: datetime) -> Room:
    """Open a room with its host in the first seat. ``settings`` are columns of ``Room``; the rest is content's."""
    options = {**_default_settings(), **settings}
    for attempt in range(CODE_TRIES):
        try:
            with command():
                room = Room.objects.create(**options, **_fresh_codes(), host_id=user_id, created_at=now, active_at=now)
                _insert_participant(room, user_id, username, seat=0, now=now)
                return room
        except IntegrityError:
            if attempt == CODE_TRIES - 1:
                raise
    raise AssertionError("unreachable")


def room_join(
    *, code: str, user_id: UUID, username: str, now: datetime, spectate: bool = False, by_socket: bool = False
) -> Entry:
    """Take a seat, or take up the one that was kept; a second call changes nothing.

    ``spectate`` asks for a place to watch from, as the watch code does. A late spectator is seated in the next game.
    Raises RoomNotFound, Kicked, RoomFull, GameStarted.
    """
    with command():
        room = lock_room_with_code(code, or_watch_code=True)
        mine = Participant.objects.filter(room=room, user_id=user_id).first()
        if mine is not None and mine.kicked:
            raise Kicked
        only_watches = room.code != normalise_code(code)
        seats = mine is not None and mine.seat is not None
        if not seats and (spectate or only_watches):
            mine, news = _watch(room, mine, user_id, username, not only_watches, now), False
        else:
            mine, news = _sit(room, mine, user_id, username, now)
        news |= _mark_present(mine, by_socket, now)
        people = people_of(room)
        joined = announce_joined(room, user_id, people, now) if news and mine.seat is not None else None
        update_lead(room, people, now)
        save_room(room)
    return Entry(room, people, joined)


def room_leave(*, code: str, user_id: UUID, now: datetime) -> Room:
    """Give up the seat, or stop watching; again, nothing more. Raises RoomNotFound, NotInRoom."""
    with command():
        room = lock_room_with_code(code)
        everyone = people_of(room)
        person = find_person(everyone, user_id)
        if person is None:
            if all(one.user_id != user_id for one in everyone):
                raise NotInRoom
            return room
        _take_out(room, person, "left", now)
    return room


def player_kick(*, code: str, user_id: UUID, target_id: UUID, now: datetime) -> Room:
    """The host removes somebody for good. Raises RoomNotFound, HostOnly, PlayerNotFound, CannotKickYourself."""
    with command():
        room = lock_room_with_code(code)
        require_host(room, user_id)
        if target_id == user_id:
            raise CannotKickYourself
        person = find_person(people_of(room), target_id)
        if person is None:
            raise PlayerNotFound
        _take_out(room, person, "kicked", now)
    return room


def game_rematch(*, code: str, user_id: UUID, now: datetime) -> Room:
    """Back to the lobby with the same people; late comers get the free seats. The last game's results stay.

    Raises RoomNotFound, HostOnly, GameNotOver.
    """
    with command():
        room = lock_room_with_code(code)
        require_host(room, user_id)
        if room.status != RoomStatus.FINISHED:
            raise GameNotOver
        people = people_of(room)
        room.status, room.round_id, room.current_round = RoomStatus.WAITING, None, 0
        room.game, room.active_at = room.game + 1, now
        taken = [person.seat for person in people if person.seat is not None]
        waiting = [person for person in people if person.watches and person.wants_seat]
        for person, seat in spectators_to_seat(waiting, taken, room.max_players):
            Participant.objects.filter(pk=person.id).update(seat=seat, wants_seat=False)
        save_room(room)
        publish(events.RoomChanged(room_code=room.code), now)
    return room


def _take_out(room: Room, person: Person, reason: str, now: datetime) -> None:
    people = remove_person(room, person, now, kicked=reason == "kicked")
    update_lead(room, people, now)
    if person.plays or reason == "kicked":
        announce_left(room, person, people, reason, now)
    settle_phase(room, people, now)
    save_room(room)


def _sit(room: Room, mine: Participant | None, user_id: UUID, username: str, now: datetime) -> tuple[Participant, bool]:
    """The player's row, seated, and whether that is new. Raises RoomFull, GameStarted."""
    if mine is not None and mine.seat is not None:
        return mine, False
    returns = mine is not None and mine.played_game == room.game
    if room.status != RoomStatus.WAITING and not (returns and room.status == RoomStatus.PLAYING):
        if mine is not None and mine.left_at is None:
            return mine, False
        raise GameStarted
    seat = free_seat(seated(people_of(room)), room.max_players)
    if seat is None:
        raise RoomFull
    if mine is None:
        return _insert_participant(room, user_id, username, seat=seat, now=now), True
    mine.seat, mine.left_at, mine.wants_seat = seat, None, False
    mine.joined_at, mine.presence = now, Presence.EXPECTED
    return mine, True


def _watch(
    room: Room, mine: Participant | None, user_id: UUID, username: str, wants_seat: bool, now: datetime
) -> Participant:
    if mine is None:
        return _insert_participant(room, user_id, username, seat=None, now=now, wants_seat=wants_seat)
    if mine.left_at is not None:
        mine.left_at, mine.joined_at, mine.wants_seat = None, now, wants_seat
    return mine


def _insert_participant(
    room: Room, user_id: UUID, username: str, *, seat: int | None, now: datetime, wants_seat: bool = False
) -> Participant:
    return Participant.objects.create(
        room=room,
        user_id=user_id,
        name=masked(username, ProfanityLevel(room.profanity)),
        seat=seat,
        room_max_players=room.max_players,
        wants_seat=wants_seat,
        joined_at=now,
        present_until=now + timedelta(seconds=game().presence.rest_lease),
    )


def _mark_present(mine: Participant, by_socket: bool, now: datetime) -> bool:
    """Note a sign of life; says whether the others should hear that this one is (back) here."""
    before, times = mine.presence, game().presence
    mine.presence = Presence.ONLINE if by_socket or before == Presence.ONLINE else Presence.EXPECTED
    if by_socket:
        mine.present_until = now + timedelta(seconds=times.socket_lease)
    else:
        mine.present_until = max(mine.present_until, now + timedelta(seconds=times.rest_lease))
    mine.save()
    return before == Presence.AWAY or (by_socket and before != Presence.ONLINE)


def _default_settings() -> dict[str, Any]:
    numbers = game()
    spans = ("max_players", "total_rounds", "answer_seconds", "vote_seconds", "results_seconds")
    return {**{name: getattr(numbers, name).default for name in spans}, "pack": numbers.default_pack}


def _fresh_codes() -> dict[str, Any]:
    codes = game().codes
    return {
        "code": make_code(codes.alphabet, codes.length, secrets.choice),
        "watch_code": make_code(codes.alphabet, codes.watch_length, secrets.choice),
        "seed": secrets.randbits(63),
    }
