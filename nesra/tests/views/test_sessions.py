"""Focus sessions over HTTP."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from nesra import serializers as shapes
from nesra.models import Session
from nesra.tests.factories import (
    UserFactory,
    session_done,
    session_started,
)
from nesra.tests.views.answers import fits, refused

pytestmark = pytest.mark.django_db


def test_a_session_from_start_to_reward(client: APIClient, clock: Any, now: datetime) -> None:
    started = client.post("/api/session/start", {"duration_minutes": 60, "room": "build"})
    assert started.status_code == 201
    session = started.json()
    assert fits(session, shapes.FocusSessionSerializer())
    assert (session["status"], session["room"], session["duration_minutes"]) == ("pending", "build", 60)
    assert (session["started_at"], session["expected_end_at"]) == ("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z")
    complete = {"session_id": session["session_id"]}
    early = refused(client.post("/api/session/complete", complete), 409, "session_too_early")
    assert early["remaining_seconds"] == 3_600
    clock.move_to(now + timedelta(hours=1))
    first = client.post("/api/session/complete", complete)
    assert first.status_code == 200
    assert fits(first.json(), shapes.CompletedSessionSerializer())
    assert (first.json()["exp_reward"], first.json()["gold_reward"]) == (120, 60)
    clock.move_to(now + timedelta(days=3))
    again = client.post("/api/session/complete", complete)
    assert again.content == first.content
    profile = client.get("/api/profile").json()
    assert (profile["hero"], profile["worldState"]["day_streak"]) == (first.json()["hero"], 0)


def test_a_second_session_is_told_of_the_first(client: APIClient) -> None:
    first = client.post("/api/session/start", {}).json()
    assert first["duration_minutes"] == 25
    refusal = refused(client.post("/api/session/start", {}), 409, "session_pending")
    assert refusal["session_id"] == first["session_id"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": 181}, "duration_minutes"),
        ({"duration_minutes": "soon"}, "duration_minutes"),
        ({"room": "plaza"}, "room"),
        ({"room": ["study"]}, "room"),
        ({"task_template_id": "mine"}, "task_template_id"),
        ([], "body"),
    ],
)
def test_sessions_that_cannot_start(client: APIClient, body: Any, field: str) -> None:
    assert field in refused(client.post("/api/session/start", body), 400, "invalid")["errors"]


def test_an_unknown_template_starts_nothing(client: APIClient) -> None:
    refused(client.post("/api/session/start", {"task_template_id": str(uuid4())}), 404, "task_not_found")
    assert not Session.objects.exists()


def test_too_late_is_a_timeout(client: APIClient, clock: Any, now: datetime) -> None:
    session = client.post("/api/session/start", {}).json()
    clock.move_to(now + timedelta(hours=25))
    body = {"session_id": session["session_id"]}
    refused(client.post("/api/session/complete", body), 409, "session_timed_out")
    refused(client.post("/api/session/cancel", body), 409, "session_timed_out")
    assert client.get("/api/sessions").json()[0]["status"] == "timeout"


def test_cancelling(client: APIClient, clock: Any, user: User, now: datetime) -> None:
    session = client.post("/api/session/start", {}).json()
    body = {"session_id": session["session_id"]}
    cancelled = client.post("/api/session/cancel", body)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancel")
    assert client.post("/api/session/cancel", body).json() == cancelled.json()
    refused(client.post("/api/session/complete", body), 409, "session_cancelled")
    done = session_done(user, now)["session_id"]
    refused(client.post("/api/session/cancel", {"session_id": done}), 409, "session_completed")


@pytest.mark.parametrize("action", ["complete", "cancel"])
def test_sessions_that_are_not_there(client: APIClient, now: datetime, action: str) -> None:
    theirs = session_started(UserFactory(), now)
    for identifier in (str(theirs.pk), str(uuid4())):
        refused(client.post(f"/api/session/{action}", {"session_id": identifier}), 404, "session_not_found")
    refused(client.post(f"/api/session/{action}", {"session_id": "x"}), 400, "invalid")
    refused(client.post(f"/api/session/{action}", {}), 400, "invalid")


def test_the_history_comes_newest_first_in_pages(client: APIClient, user: User, now: datetime) -> None:
    for hour in range(1, 6):
        session_done(user, now + timedelta(hours=hour))
    session_done(UserFactory(), now)
    first = client.get("/api/sessions?limit=3")
    assert len(first.json()) == 3
    assert all(fits(session, shapes.FocusSessionSerializer()) for session in first.json())
    rest = client.get(first["Link"].partition(">")[0].lstrip("<"))
    started = [session["started_at"] for session in first.json() + rest.json()]
    assert started == sorted(started, reverse=True)
    assert len(started) == 5
    assert "Link" not in rest


@pytest.mark.parametrize("path", ["/api/sessions", "/api/tasks", "/api/inventory"])
@pytest.mark.parametrize("cursor", ["nonsense", "cD1ub3doZXJl", "cD0yMDI2LTEzLTQ1"])
def test_cursors_that_are_not_ours(client: APIClient, path: str, cursor: str) -> None:
    refused(client.get(f"{path}?cursor={cursor}"), 400, "invalid")


def test_the_same_key_starts_one_session(client: APIClient) -> None:
    answers = [client.post("/api/session/start", {}, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    other = client.post("/api/session/start", {"room": "build"}, headers={"Idempotency-Key": "k1"})
    refused(other, 409, "idempotency_key_reused")
