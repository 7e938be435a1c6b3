"""Who is in a locked room, who leads it, and telling the others."""

from datetime import datetime
from uuid import UUID

from tommy.core.realtime import publish_on_commit
from voting import events, payloads
from voting.models import Participant, Room
from voting.rules import Person, RoomStatus, next_host, seated
from voting.store import people_of


def publish(event: events.RoomEvent, now: datetime) -> None:
    publish_on_commit(event, event.audience, now=now)


def announce_joined(room: Room, user_id: UUID, people: list[Person], now: datetime) -> events.PlayerJoined:
    """Tell the room that somebody is there; also returned, for the newcomer's own socket."""
    name = next(person.name for person in people if person.user_id == user_id)
    lines = payloads.player_lines(people)
    event = events.PlayerJoined(
        room_code=room.code,
        user_id=str(user_id),
        username=name,
        participant_count=len(lines),
        participants=lines,
        host_id=payloads.text_or_none(room.host_id),
    )
    publish(event, now)
    return event


def announce_left(room: Room, person: Person, people: list[Person], reason: str, now: datetime) -> None:
    lines = payloads.player_lines(people)
    event = events.PlayerLeft(
        room_code=room.code,
        user_id=payloads.text_or_none(person.user_id),
        username=person.name,
        participant_count=len(lines),
        participants=lines,
        host_id=payloads.text_or_none(room.host_id),
        reason=reason,
    )
    publish(event, now)


def remove_person(room: Room, person: Person, now: datetime, *, kicked: bool = False) -> list[Person]:
    """Take somebody out of the room; returns who is in it now. What they answered and scored stays."""
    Participant.objects.filter(pk=person.id).update(seat=None, left_at=now, kicked=kicked, wants_seat=False)
    return people_of(room)


def update_lead(room: Room, people: list[Person], now: datetime) -> None:
    """Hand the room over where its host is gone or away and somebody else is there, and note when it empties.

    Changes ``room`` without saving it.
    """
    _note_emptiness(room, people, now)
    host = next((person for person in seated(people) if person.user_id == room.host_id), None)
    if host is not None and host.is_awaited:
        return
    successor = next_host(people)
    successor_id = successor.user_id if successor else None
    if successor_id == room.host_id:
        return
    room.host_id = successor_id
    name = successor.name if successor else None
    host_id = payloads.text_or_none(successor_id)
    publish(events.HostChanged(room_code=room.code, host_id=host_id, username=name), now)


def _note_emptiness(room: Room, people: list[Person], now: datetime) -> None:
    if room.status != RoomStatus.PLAYING or any(person.is_awaited for person in people):
        room.empty_since = None
    elif room.empty_since is None:
        room.empty_since = now
