"""What clients keep here for themselves."""

from datetime import datetime
from uuid import UUID

from accounts.models import SaveData
from accounts.rules import NOTHING_SAVED, version_matches
from accounts.services.locking import account_lock_in_transaction
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.errors import PreconditionFailed


def save_data_store(*, user_id: UUID, value: str, if_match: str | None, now: datetime) -> int:
    """Keep ``value`` (the text of one JSON value) in place of what was there; returns its version, one higher.

    The account's row is locked, so that simultaneous writers queue and none is lost, the first ones included. Raises
    PreconditionFailed (with ``version``, the stored one) where ``if_match`` names another; see ``version_matches``.
    """
    with command():
        account_lock_in_transaction(user_id)
        current = SaveData.objects.filter(user_id=user_id).values_list("version", flat=True).first() or NOTHING_SAVED
        if not version_matches(if_match, current):
            raise PreconditionFailed(version=current)
        row = SaveData(user_id=user_id, value=value, version=current + 1, updated_at=now)
        row.save(force_insert=current == NOTHING_SAVED, force_update=current != NOTHING_SAVED)
        note(f"save_data:{user_id}", {"version": current}, {"version": row.version})
    return current + 1
