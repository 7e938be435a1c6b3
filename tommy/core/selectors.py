"""Reads of the rows that every game shares."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tommy.core import clock
from tommy.core.models import AuditEntry, Notification, NotificationCursor
from tommy.core.realtime import frame_of

REPLAY_BATCH = 500


def notifications_after(user_id: UUID, number: int, limit: int = REPLAY_BATCH) -> list[dict[str, Any]]:
    """The user's frames with a greater ``id``, in order; one SQL statement.

    Where history was pruned in between, one ``server`` frame stands for all that is gone, under the last id of it: ids
    still rise, and the client knows that it must read anew what it kept by hearsay.
    """
    rows = list(Notification.objects.filter(user_id=user_id, number__gt=number).order_by("number")[:limit])
    frames = [frame_of(row) for row in rows]
    if rows and rows[0].number > number + 1:
        return [_pruned_frame(number + 1, rows[0]), *frames][:limit]
    return frames


def _pruned_frame(first: int, kept: Notification) -> dict[str, Any]:
    gone = {"kind": "history_pruned", "from_id": first, "to_id": kept.number - 1}
    return {"id": kept.number - 1, "type": "server", "tick": None, "at": clock.isoformat(kept.at), "data": gone}


def last_notification_number(user_id: UUID) -> int:
    """The number of the user's newest frame, 0 before the first."""
    return NotificationCursor.objects.filter(user_id=user_id).values_list("last_number", flat=True).first() or 0


AUDIT_FILTERS = {
    "actor": "actor_id",
    "source": "source",
    "action": "action__icontains",
    "target": "target__icontains",
    "code": "code",
    "since": "at__gte",
    "until": "at__lt",
}


def audit_entries(wanted: Mapping[str, Any]) -> QuerySet[AuditEntry]:
    """The audit log, newest first, narrowed down by what ``wanted`` names of ``AUDIT_FILTERS`` and ``denied``."""
    entries = AuditEntry.objects.order_by("-id")
    conditions = {AUDIT_FILTERS[name]: value for name, value in wanted.items() if name in AUDIT_FILTERS}
    if (denied := wanted.get("denied")) is not None:
        conditions["status__gte" if denied else "status__isnull"] = 400 if denied else True
    return entries.filter(**conditions)
