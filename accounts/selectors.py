"""Reads of accounts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from accounts.errors import NothingSaved
from accounts.extensions import export_sections, profile_sections
from accounts.models import Login, SaveData, User
from accounts.rules import looks_like_email, normalise_email, username_key
from tommy.core import clock
from tommy.core.models import Notification
from tommy.core.realtime import frame_of

PROFILE_COLUMNS = (
    "id",
    "email",
    "username",
    "full_name",
    "profile_picture",
    "timezone",
    "is_active",
    "is_superuser",
    "is_staff",
    "is_verified",
    "created_at",
    "updated_at",
)


def account_named(identifier: str) -> User | None:
    """The account with this email address or username, whatever its case; one SQL statement."""
    if looks_like_email(identifier):
        return User.objects.filter(email=normalise_email(identifier)).first()
    return User.objects.filter(username_key=username_key(identifier)).first()


def profile(user: User, now: datetime) -> dict[str, Any]:
    """What ``/api/me`` shows: the account's columns, and a member for each game that added one (``game``: or null)."""
    columns = {name: getattr(user, name) for name in PROFILE_COLUMNS}
    return {**columns, "user_id": user.pk, "game": None, **profile_sections(user.pk, now)}


def saved_data(user_id: UUID) -> SaveData:
    """What the user saved last; one SQL statement. Raises NothingSaved."""
    saved = SaveData.objects.filter(user_id=user_id).first()
    if saved is None:
        raise NothingSaved
    return saved


def everything_owned(user_id: UUID, now: datetime) -> dict[str, Any]:
    """All that the account owns, by section; every section reads with a fixed number of SQL statements."""
    return {"exported_at": clock.isoformat(now), **export_sections(user_id, now)}


def account_export(user_id: UUID, now: datetime) -> dict[str, Any]:
    row = User.objects.filter(pk=user_id).values(*PROFILE_COLUMNS, "last_login").get()
    return {name: _plain(value) for name, value in row.items()}


def logins_export(user_id: UUID, now: datetime) -> list[dict[str, Any]]:
    rows = Login.objects.filter(user_id=user_id).order_by("-created_at")
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in rows.values("id", "created_at", "expires_at", "ended_at")
    ]


def save_data_export(user_id: UUID, now: datetime) -> dict[str, Any] | None:
    """The saved value is embedded as the text it is, so that the export alters nothing either."""
    saved = SaveData.objects.filter(user_id=user_id).first()
    if saved is None:
        return None
    return {
        "version": saved.version,
        "updated_at": clock.isoformat(saved.updated_at),
        "value": orjson.Fragment(saved.value),
    }


def notifications_export(user_id: UUID, now: datetime) -> list[dict[str, Any]]:
    return [frame_of(row) for row in Notification.objects.filter(user_id=user_id).order_by("number")]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.isoformat(value)
    return str(value) if isinstance(value, UUID) else value
