"""The one lock of the game: the room's row."""

from uuid import UUID

from voting import store
from voting.errors import HostOnly, NotSeated, RoomNotFound, RoundNotFound
from voting.models import Room
from voting.rules import Person, normalise_code
from voting.selectors import find_person


def lock_room(room_id: UUID) -> Room:
    """Raises RoomNotFound."""
    return _found(store.lock_room(room_id))


def lock_room_with_code(code: str, *, or_watch_code: bool = False) -> Room:
    """Raises RoomNotFound."""
    return _found(store.lock_room_with_code(normalise_code(code), or_watch_code=or_watch_code))


def lock_room_of_round(round_id: UUID, code: str | None = None) -> Room:
    """The room of a round that has begun; ``code``, where a client names it too, has to be that room's.

    Raises RoundNotFound.
    """
    room = store.lock_room_of_round(round_id)
    if room is None:
        raise RoundNotFound
    require_code(room, code)
    return room


def require_code(room: Room, code: str | None) -> None:
    """That a round named together with ``code`` is one of that room. Raises RoundNotFound."""
    if code is not None and normalise_code(code) != room.code:
        raise RoundNotFound


def require_seat(people: list[Person], user_id: UUID) -> Person:
    """Raises NotSeated."""
    person = find_person(people, user_id)
    if person is None or not person.plays:
        raise NotSeated
    return person


def require_host(room: Room, user_id: UUID) -> None:
    """Raises HostOnly."""
    if room.host_id != user_id:
        raise HostOnly


def _found(room: Room | None) -> Room:
    if room is None:
        raise RoomNotFound
    return room
