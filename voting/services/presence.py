"""Who is there. A socket holds a lease that its process renews; leases that lapse are found by the sweep."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Greatest

from tommy.core.db import command
from voting.catalogue import game
from voting.models import Participant, Room
from voting.rules import Person, Phase, Presence, RoomStatus, is_over, lease_has_lapsed
from voting.services.locking import lock_room
from voting.services.people import announce_left, remove_person, update_lead
from voting.services.phases import finish, settle_phase
from voting.store import people_of, save_room

BATCH = 500


def presence_renew(*, pairs: Collection[tuple[str, UUID]], now: datetime, by_socket: bool) -> None:
    """A sign of life of (room code, user) pairs: one statement for every 500 of them."""
    times = game().presence
    until = now + timedelta(seconds=times.socket_lease if by_socket else times.rest_lease)
    ordered = sorted(pairs)
    for start in range(0, len(ordered), BATCH):
        with command():
            _renew(ordered[start : start + BATCH], until, by_socket)


def presence_end(*, code: str, user_id: UUID, now: datetime) -> None:
    """The last socket of this user here is closed: the grace begins, unless another process renews the lease."""
    with command():
        Participant.objects.filter(room__code=code, user_id=user_id, present_until__gt=now).update(present_until=now)


def room_settle(*, room_id: UUID, now: datetime) -> None:
    """Do in one room what the clock says: tell of who stayed away, end what is over, close what is abandoned.

    Safe to repeat and to come late. Raises RoomNotFound.
    """
    with command():
        room = lock_room(room_id)
        people = _tell_absences(room, people_of(room), now)
        update_lead(room, people, now)
        if _is_abandoned(room, now):
            finish(room, people, now, reason="abandoned")
        else:
            settle_phase(room, people, now)
        save_room(room)


def _renew(pairs: list[tuple[str, UUID]], until: datetime, by_socket: bool) -> None:
    codes, users = {code for code, _ in pairs}, {user_id for _, user_id in pairs}
    wanted = set(pairs)
    rows = Participant.objects.filter(room__code__in=codes, user__in=users, left_at=None)
    keys = [pk for pk, code, user_id in rows.values_list("pk", "room__code", "user_id") if (code, user_id) in wanted]
    # Whoever acts by REST after having been told as away is there again, without more ado.
    seen = Presence.ONLINE if by_socket else Presence.EXPECTED
    back = Case(When(presence=Presence.AWAY, then=Value(seen)), default=F("presence"))
    lease = Value(until, DateTimeField())
    longest = lease if by_socket else Greatest("present_until", lease)
    Participant.objects.filter(pk__in=keys).update(present_until=longest, presence=back)


def _tell_absences(room: Room, people: list[Person], now: datetime) -> list[Person]:
    """Free the seats of a lobby, keep those of a game, and drop spectators, once their grace is over."""
    grace = timedelta(seconds=game().presence.grace)
    for person in people:
        if person.left or person.presence == Presence.AWAY or not lease_has_lapsed(person.present_until, now, grace):
            continue
        people = _tell_absence(room, person, now)
    return people


def _tell_absence(room: Room, person: Person, now: datetime) -> list[Person]:
    if not person.plays:
        return remove_person(room, person, now)
    if room.status == RoomStatus.WAITING:
        people, reason = remove_person(room, person, now), "timeout"
    else:
        Participant.objects.filter(pk=person.id).update(presence=Presence.AWAY)
        people, reason = people_of(room), "away"
    announce_left(room, person, people, reason, now)
    return people


def _is_abandoned(room: Room, now: datetime) -> bool:
    if room.empty_since is None or room.phase == Phase.NONE:
        return False
    return is_over(room.empty_since + timedelta(seconds=game().closing.abandoned_after_seconds), now)
