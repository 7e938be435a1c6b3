"""Task templates over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from nesra import serializers as shapes
from nesra.models import TaskTemplate
from nesra.services import player_ensure
from nesra.tests.factories import (
    UserFactory,
)
from nesra.tests.views.answers import fits, refused

pytestmark = pytest.mark.django_db


def test_templates_from_first_to_last(client: APIClient, clock: Any, now: datetime) -> None:
    defaults = client.get("/api/tasks").json()
    clock.move_to(now + timedelta(seconds=1))
    assert len(defaults) == 5
    assert all(fits(task, shapes.TaskTemplateSerializer()) for task in defaults)
    made = client.post("/api/tasks", {"name": " Violin ", "default_duration_minutes": 30, "room": "training"})
    assert made.status_code == 201
    task = made.json()
    assert (task["name"], task["category"]) == ("Violin", "")
    path = f"/api/tasks/{task['id']}"
    assert client.patch(path, {"category": "Music"}).json()["category"] == "Music"
    replaced = client.put(path, {"name": "Cello", "default_duration_minutes": 45, "room": "study"}).json()
    assert (replaced["name"], replaced["category"], replaced["room"]) == ("Cello", "", "study")
    assert client.get("/api/tasks").json()[0] == replaced
    assert client.delete(path).status_code == 204
    for method in (client.delete, client.put, client.patch):
        body = {} if method is client.patch else {"name": "x", "default_duration_minutes": 1, "room": "study"}
        refused(method(path, body), 404, "task_not_found")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"default_duration_minutes": 0}, "default_duration_minutes"),
        ({"default_duration_minutes": 181}, "default_duration_minutes"),
        ({"room": "kitchen"}, "room"),
        ({"category": None}, "category"),
        ({"category": 5}, "category"),
    ],
)
def test_templates_that_cannot_be(client: APIClient, change: dict[str, Any], field: str) -> None:
    body = {"name": "Violin", "default_duration_minutes": 30, "room": "training", **change}
    assert field in refused(client.post("/api/tasks", body), 400, "invalid")["errors"]


def test_templates_of_others_are_not_there(client: APIClient, now: datetime) -> None:
    stranger = UserFactory()
    player_ensure(user_id=stranger.pk, now=now)
    theirs = TaskTemplate.objects.filter(user=stranger).first()
    assert theirs is not None
    refused(client.delete(f"/api/tasks/{theirs.pk}"), 404, "task_not_found")
    refused(client.get("/api/tasks/not-a-uuid"), 404, "not_found")
    refused(client.options(f"/api/tasks/{theirs.pk}"), 405, "method_not_allowed")


def test_there_is_an_end_to_templates(client: APIClient, user: User, now: datetime) -> None:
    client.get("/api/tasks")
    row = {"category": "", "default_duration_minutes": 1, "room": "study", "created_at": now}
    TaskTemplate.objects.bulk_create(TaskTemplate(user=user, name=f"{i}", **row) for i in range(95))
    body = {"name": "x", "default_duration_minutes": 1, "room": "study"}
    refused(client.post("/api/tasks", body), 409, "too_many_tasks")
