"""What the clock and the accounts ask of all rooms."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from tommy.core.db import command
from voting.catalogue import game
from voting.errors import RoomNotFound
from voting.models import Answer, AskedQuestion, Participant, Room, Round, Score, Vote
from voting.selectors import rooms_to_settle
from voting.services.locking import lock_room
from voting.services.people import announce_left, update_lead
from voting.services.phases import settle_phase
from voting.services.presence import room_settle
from voting.store import people_of, save_room

logger = structlog.get_logger(__name__)

FORMER_PLAYER = "Former player"
REMOVED = "(removed)"
PRUNE_BATCH = 200


def rooms_settle(*, now: datetime) -> int:
    """Settle every room in which something is due, each in a transaction of its own; returns how many.

    A room that cannot be settled is logged and left for the next time; the others go on.
    """
    times, closing = game().presence, game().closing
    due = rooms_to_settle(now, timedelta(seconds=times.grace), timedelta(seconds=closing.abandoned_after_seconds))
    for room_id in due:
        try:
            room_settle(room_id=room_id, now=now)
        except RoomNotFound:
            continue  # removed since it was found
        except Exception:
            logger.exception("room_not_settled", room_id=str(room_id))
    return len(due)


def rooms_prune(*, now: datetime) -> int:
    """Remove rooms in which nothing has begun or ended for a day; returns how many. A running game is none of them."""
    cutoff = now - timedelta(seconds=game().closing.removed_after_seconds)
    removed = 0
    while batch := _prune_batch(cutoff):
        removed += batch
    return removed


def player_forget_in_transaction(*, user_id: UUID, now: datetime) -> None:
    """Take an account that is being deleted out of its rooms: seat, name and words go, other players' scores stay."""
    room_ids = Participant.objects.filter(user=user_id).values_list("room_id", flat=True).order_by("room_id")
    for room_id in list(room_ids):
        room = lock_room(room_id)
        person = next(one for one in people_of(room) if one.user_id == user_id)
        Answer.objects.filter(room=room, author=person.id).update(content=REMOVED)
        Participant.objects.filter(pk=person.id).update(
            user=None, name=FORMER_PLAYER, seat=None, wants_seat=False, left_at=now
        )
        people = people_of(room)
        update_lead(room, people, now)
        if person.plays:
            announce_left(room, person, people, "left", now)
        settle_phase(room, people, now)
        save_room(room)
    AskedQuestion.objects.filter(user=user_id).delete()


def _prune_batch(cutoff: datetime) -> int:
    with command():
        old = Room.objects.select_for_update(skip_locked=True).filter(active_at__lt=cutoff).exclude(status="playing")
        ids = list(old.values_list("pk", flat=True)[:PRUNE_BATCH])
        for model in (Vote, Score, Answer, Round, Participant):
            model._default_manager.filter(room__in=ids)._raw_delete("default")
        Room.objects.filter(pk__in=ids)._raw_delete("default")
    return len(ids)
