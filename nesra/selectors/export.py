"""Everything of Nesra that an account owns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from nesra.models import Inventory, LedgerEntry, Session, TaskTemplate, Vacation
from nesra.selectors.pictures import inventory_picture, session_picture, timestamp
from nesra.selectors.players import profile_of

TASK_FIELDS = ("id", "name", "category", "default_duration_minutes", "room", "created_at", "archived_at")
ENTRY_FIELDS = ("kind", "at", "session_id", "item_id", "exp", "gold", "levels", "streak", "freezes", "unlocked")


def nesra_export(user_id: UUID, now: datetime) -> dict[str, Any]:
    """Hero, town, templates, sessions, items, vacations and every reward; seven SQL statements."""
    profile = profile_of(User.objects.get(pk=user_id), now) or {}
    return {
        "hero": profile.get("hero"),
        "world": profile.get("worldState"),
        "tasks": _rows(TaskTemplate.objects.filter(user_id=user_id).order_by("created_at").values(*TASK_FIELDS)),
        "sessions": [session_picture(row) for row in Session.objects.filter(user_id=user_id).order_by("started_at")],
        "inventory": [
            inventory_picture(row, frozenset())
            for row in Inventory.objects.select_related("item").filter(user_id=user_id).order_by("obtained_at")
        ],
        "vacations": _rows(
            Vacation.objects.filter(user_id=user_id).order_by("starts_at").values("starts_at", "ends_at")
        ),
        "rewards": _rows(LedgerEntry.objects.filter(user_id=user_id).order_by("pk").values(*ENTRY_FIELDS)),
    }


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    return str(value) if isinstance(value, UUID) else value
