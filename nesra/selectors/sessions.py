"""A player's templates, history and statistics."""

from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from accounts.models import User
from nesra.models import Session, TaskTemplate
from nesra.rules import stats
from nesra.rules.calendar import local_day, zone_named
from nesra.rules.enums import SessionStatus, StatsRange
from nesra.selectors.players import streak_of


def tasks_of(user: User) -> QuerySet[TaskTemplate]:
    """The templates that are not archived."""
    return TaskTemplate.objects.filter(user_id=user.pk, archived_at=None)


def sessions_of(user: User) -> QuerySet[Session]:
    """Every session, whatever became of it."""
    return Session.objects.filter(user_id=user.pk)


def stats_of(user: User, span: StatsRange, now: datetime) -> dict[str, Any]:
    """Minutes and sessions by local day, room and category, and the best streak; two SQL statements."""
    today = local_day(now, zone_named(user.timezone))
    first = stats.first_day(span, today)
    shares = [
        stats.Share(*row)
        for row in sessions_of(user)
        .filter(status=SessionStatus.SUCCESS, day__gte=first, day__lte=today)
        .values_list("day", "room", "category")
        .annotate(Sum("duration_minutes"), Count("pk"))
    ]
    streak = streak_of(user, now) or {}
    return {
        "range": str(span),
        "first_day": first.isoformat(),
        "last_day": today.isoformat(),
        "total_minutes": sum(share.minutes for share in shares),
        "total_sessions": sum(share.sessions for share in shares),
        "days": stats.by_day(shares, first, today),
        "rooms": stats.by_name(shares, "room"),
        "categories": stats.by_name(shares, "category"),
        "day_streak": streak.get("day_streak", 0),
        "best_streak": streak.get("longest_streak", 0),
    }
