"""Letters read and answered."""

from datetime import datetime
from uuid import UUID

from hackathon import catalogue
from hackathon.errors import CannotReply
from hackathon.models import InboxMessage
from hackathon.selectors.records import message_get
from hackathon.services.locking import load_locked, lock_hackathon
from hackathon.services.saving import shard_save
from hackathon.simulation.actions import apply_action
from hackathon.simulation.store import Shard
from tommy.core.audit import note
from tommy.core.db import command

REPLY_KIND = "reply.organiser"
ORGANISER = "organiser"


def message_read(*, user_id: UUID, message_id: int, now: datetime) -> InboxMessage:
    """Mark a letter as read; the first time counts."""
    with command():
        message = message_get(user_id=user_id, message_id=message_id)
        if InboxMessage.objects.filter(pk=message.pk, read_at=None).update(read_at=now):
            message.read_at = now
            note(f"inbox_message:{message.pk}", {"read_at": None}, {"read_at": now})
        return message


def message_reply(*, user_id: UUID, message_id: int, text: str, now: datetime) -> InboxMessage:
    """Answer a letter; the action ``reply``, aimed at the participant who wrote it if one did.

    Raises MessageNotFound, CannotReply (one's own letter), and what the action may refuse.
    """
    rules = catalogue.rules()
    with command():
        message = message_get(user_id=user_id, message_id=message_id)
        if message.outgoing:
            raise CannotReply
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=message.hackathon_id)
        shard = load_locked(hackathon, rules)
        target = _still_there(shard, message)
        outcome = apply_action(shard.state, 0, "reply", target, {"text": text}, rules)
        shard_save(shard=shard, effects=outcome.effects, rules=rules, now=now)
        InboxMessage.objects.filter(pk=message.pk).update(replied_at=now, read_at=message.read_at or now)
        return _answer(message, shard, text, now)


def _still_there(shard: Shard, message: InboxMessage) -> int | None:
    """The number of the participant who wrote, None where it was somebody else or they have left."""
    if message.sender_role != "participant" or not message.participant:
        return None
    return message.participant if shard.state.participants.row(0, message.participant) >= 0 else None


def _answer(message: InboxMessage, shard: Shard, text: str, now: datetime) -> InboxMessage:
    return InboxMessage.objects.create(
        hackathon_id=message.hackathon_id,
        tick=int(shard.state.games.tick[0]),
        at=now,
        kind=REPLY_KIND,
        sender_role=ORGANISER,
        sender_name=message.hackathon.user.username,
        thread=message.thread,
        participant=message.participant,
        incident=message.incident,
        request=message.request,
        subject=f"Re: {message.subject}"[:160],
        body=text,
        outgoing=True,
        read_at=now,
    )
