"""Streaks, vacations and statistics over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from nesra import serializers as shapes
from nesra.models import TaskTemplate
from nesra.services import player_ensure
from nesra.tests.factories import (
    UserFactory,
    session_done,
)
from nesra.tests.views.answers import fits, refused

pytestmark = pytest.mark.django_db


def test_the_streak_and_a_vacation(client: APIClient, clock: Any, user: User, now: datetime) -> None:
    session_done(user, now)
    streak = client.get("/api/streak").json()
    assert fits(streak, shapes.StreakSerializer())
    assert (streak["day_streak"], streak["counted_today"], streak["ends_at"]) == (1, True, "2026-03-04T00:00:00Z")
    away = client.post("/api/streak/vacation", {"days": 3})
    assert away.status_code == 201
    assert fits(away.json(), shapes.StreakSerializer())
    assert away.json()["vacation"]["ends_at"] == "2026-03-05T00:00:00Z"
    refused(client.post("/api/streak/vacation", {"days": 3}), 409, "on_vacation")
    clock.move_to(now + timedelta(days=2))
    assert client.delete("/api/streak/vacation").json()["vacation"] is None
    refused(client.delete("/api/streak/vacation"), 409, "not_on_vacation")
    too_long = refused(client.post("/api/streak/vacation", {"days": 28}), 400, "vacation_too_long")
    assert too_long["days_left"] == 27
    refused(client.post("/api/streak/vacation", {"days": 0}), 400, "invalid")


def test_statistics_by_local_day(clock: Any, now: datetime, login_as: Callable[[User], APIClient]) -> None:
    user = UserFactory(timezone="Pacific/Auckland")
    player_ensure(user_id=user.pk, now=now)
    template = TaskTemplate.objects.get(user=user, name="Workout")
    session_done(user, datetime(2026, 3, 1, 10, tzinfo=UTC), minutes=30, task_template_id=template.pk)
    session_done(user, datetime(2026, 3, 1, 12, tzinfo=UTC), minutes=50)
    client = login_as(user)
    body = client.get("/api/stats").json()
    assert fits(body, shapes.TownStatsSerializer())
    assert (body["range"], body["last_day"], len(body["days"])) == ("week", "2026-03-02", 7)
    assert [day["minutes"] for day in body["days"]][-2:] == [30, 50]
    assert body["rooms"] == [
        {"room": "study", "minutes": 50, "sessions": 1},
        {"room": "training", "minutes": 30, "sessions": 1},
    ]
    assert [share["category"] for share in body["categories"]] == ["", "Fitness"]
    assert (body["total_minutes"], body["total_sessions"], body["best_streak"]) == (80, 2, 2)
    assert len(client.get("/api/stats?range=month").json()["days"]) == 30
    assert len(client.get("/api/stats?range=year").json()["days"]) == 365
    for span in ("decade", ""):
        refused(client.get(f"/api/stats?range={span}"), 400, "invalid")
