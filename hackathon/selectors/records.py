"""The inbox, the log and the leaderboard."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from hackathon.errors import MessageNotFound
from hackathon.models import Hackathon, InboxMessage, LogEntry

CENTS = "_cents"


def inbox_of(user_id: UUID) -> QuerySet[InboxMessage]:
    """All letters of the player's hackathons, newest first."""
    return InboxMessage.objects.filter(hackathon__user_id=user_id).order_by("-id")


def message_get(*, user_id: UUID, message_id: int) -> InboxMessage:
    """One statement; another player's letter is as good as none, because its existence is private."""
    message = inbox_of(user_id).select_related("hackathon").filter(pk=message_id).first()
    if message is None:
        raise MessageNotFound
    return message


def log_of(
    hackathon: Hackathon, *, types: list[str], since: datetime | None, until: datetime | None
) -> QuerySet[LogEntry]:
    """The hackathon's log, newest first, narrowed down where asked for."""
    entries = LogEntry.objects.filter(hackathon=hackathon).order_by("-id")
    if types:
        entries = entries.filter(type__in=types)
    if since is not None:
        entries = entries.filter(at__gte=since)
    if until is not None:
        entries = entries.filter(at__lt=until)
    return entries


def log_view(entry: LogEntry) -> dict[str, Any]:
    """A log line for clients, with money in euros."""
    return {
        "id": entry.pk,
        "tick": entry.tick,
        "at": entry.at,
        "type": entry.type,
        "code": entry.code,
        "cause": entry.cause,
        "participant": entry.participant or None,
        "event": entry.incident or None,
        "request": entry.request or None,
        "data": in_euros(entry.data),
    }


def in_euros(value: Any) -> Any:
    """The same JSON with every ``…_cents`` as euros under the plain name, however deep."""
    if not isinstance(value, dict):
        return value
    return {
        key.removesuffix(CENTS): _euros(inner) if key.endswith(CENTS) else in_euros(inner)
        for key, inner in value.items()
    }


def _euros(value: Any) -> Any:
    return {key: _euros(inner) for key, inner in value.items()} if isinstance(value, dict) else value / 100


def leaderboard(*, user_id: UUID, since: datetime | None, limit: int) -> list[dict[str, Any]]:
    """Players by their best game's score, begun since then; the asking player stands at the end if further down.

    Two or three statements. Equal scores share a rank.
    """
    games = Hackathon.objects.all() if since is None else Hackathon.objects.filter(created_at__gte=since)
    best = games.values("user_id", "user__username").annotate(best=Max("score"))
    top = list(best.order_by("-best", "user__username")[:limit])
    rows = [_ranked(row, top, user_id) for row in top]
    if not any(row["me"] for row in rows) and (mine := best.filter(user_id=user_id).order_by("user_id").first()):
        ahead = best.filter(best__gt=mine["best"]).count()
        rows.append({"rank": ahead + 1, **_place(mine, user_id)})
    return rows


def _ranked(row: Mapping[str, Any], top: Sequence[Mapping[str, Any]], user_id: UUID) -> dict[str, Any]:
    rank = 1 + sum(other["best"] > row["best"] for other in top)
    return {"rank": rank, **_place(row, user_id)}


def _place(row: Mapping[str, Any], user_id: UUID) -> dict[str, Any]:
    return {
        "user_id": str(row["user_id"]),
        "username": row["user__username"],
        "score": round(row["best"], 1),
        "me": row["user_id"] == user_id,
    }
