"""``/api/me`` and what hangs from it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import extensions, services
from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.problems import assert_problem
from tommy.core import clock
from tommy.core.db import command
from tommy.core.realtime import Draft, notify_on_commit

pytestmark = pytest.mark.django_db

LogIn = Callable[[User], APIClient]


@pytest.fixture
def sections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registries of this test's own."""
    monkeypatch.setattr(extensions, "_profile", dict(extensions._profile))
    monkeypatch.setattr(extensions, "_export", dict(extensions._export))


def test_me(user: User, login_as: LogIn, no_sections: None) -> None:
    body = login_as(user).get("/api/me").json()
    assert body == {
        "id": str(user.pk),
        "user_id": str(user.pk),
        "email": user.email,
        "username": user.username,
        "full_name": None,
        "profile_picture": None,
        "timezone": "UTC",
        "is_active": True,
        "is_superuser": False,
        "is_staff": False,
        "is_verified": False,
        "created_at": clock.isoformat(user.created_at),
        "updated_at": None,
        "game": None,
    }


def test_a_game_shows_itself_in_the_profile(user: User, login_as: LogIn, sections: None) -> None:
    extensions.register_profile_section("game", lambda user_id, now: {"tick": 7, "player": str(user_id)})
    assert login_as(user).get("/api/me").json()["game"] == {"tick": 7, "player": str(user.pk)}


def test_the_token_check_is_one_statement(user: User, login_as: LogIn, no_sections: None) -> None:
    client = login_as(user)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/api/me")
    assert len(queries) == 1


def test_change_the_profile(user: User, login_as: LogIn) -> None:
    client = login_as(user)
    changes = {
        "username": "New Name",
        "full_name": "Ann B.",
        "profile_picture": "https://example.org/ann.png",
        "timezone": "Asia/Tokyo",
    }
    response = client.patch("/api/me", {**changes, "is_staff": True, "email": "x@example.org"})
    assert response.status_code == 200
    body = response.json()
    assert {name: body[name] for name in changes} == changes
    assert (body["is_staff"], body["email"]) == (False, user.email)
    assert body["updated_at"].endswith("Z")
    cleared = client.patch("/api/me", {"full_name": None, "profile_picture": None}).json()
    assert (cleared["full_name"], cleared["profile_picture"], cleared["username"]) == (None, None, "New Name")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", None),
        ("username", "a"),
        ("timezone", "nowhere"),
        ("profile_picture", "javascript:alert(1)"),
        ("profile_picture", ""),
        ("full_name", 7),
    ],
)
def test_bad_changes_are_named(user: User, login_as: LogIn, field: str, value: Any) -> None:
    body = assert_problem(login_as(user).patch("/api/me", {field: value}), 400, "invalid")
    assert list(body["errors"]) == [field]


def test_a_taken_username_is_refused(user: User, login_as: LogIn) -> None:
    UserFactory(username="Taken")
    assert_problem(login_as(user).patch("/api/me", {"username": "taken"}), 409, "username_taken")


def test_delete_the_account(user: User, login_as: LogIn) -> None:
    client = login_as(user)
    response = client.delete("/api/me", {"password": PASSWORD})
    assert (response.status_code, response.content) == (204, b"")
    assert set(response.cookies) == {"access_token", "refresh_token"}
    assert not User.objects.exists()
    assert_problem(client.delete("/api/me", {"password": PASSWORD}), 401, "token_not_valid")


def test_deletion_needs_the_password(user: User, login_as: LogIn) -> None:
    client = login_as(user)
    assert_problem(client.delete("/api/me", {"password": "wrong"}), 403, "wrong_password")
    assert_problem(client.delete("/api/me", {}), 400, "invalid")
    assert_problem(client.delete("/api/me"), 400, "invalid")
    assert client.get("/api/me").status_code == 200


def test_change_the_password(user: User, login_as: LogIn, api: APIClient) -> None:
    client, elsewhere = login_as(user), login_as(user)
    response = client.post("/api/me/password", {"password": PASSWORD, "new_password": "battery staple"})
    assert response.status_code == 200
    for dead in (client, elsewhere):
        assert_problem(dead.get("/api/me"), 401, "token_not_valid")
    assert api.post("/api/login", {"email": user.email, "password": PASSWORD}).status_code == 401
    assert api.post("/api/login", {"email": user.email, "password": "battery staple"}).status_code == 200


def test_a_new_password_needs_the_old_one(user: User, login_as: LogIn) -> None:
    client = login_as(user)
    wrong = client.post("/api/me/password", {"password": "wrong", "new_password": "battery staple"})
    assert_problem(wrong, 403, "wrong_password")
    short = client.post("/api/me/password", {"password": PASSWORD, "new_password": "short"})
    assert_problem(short, 400, "invalid")


def test_export(user: User, login_as: LogIn, sections: None) -> None:
    extensions.register_export_section("diary", lambda user_id, now: ["Dear diary"])
    client = login_as(user)
    now = clock.now()
    services.save_data_store(user_id=user.pk, value='{"big": 123456789012345678901234567890}', if_match=None, now=now)
    with command():
        notify_on_commit([Draft(user.pk, "server", 3, {"text": "hello"})], now=now)
    response = client.get("/api/me/export")
    assert response.headers["Content-Disposition"] == 'attachment; filename="export.json"'
    body = response.json()
    assert body["account"]["email"] == user.email
    assert "password" not in body["account"]
    assert [login["ended_at"] for login in body["logins"]] == [None]
    assert body["save_data"]["value"] == {"big": 123456789012345678901234567890}
    assert [frame["data"] for frame in body["notifications"]] == [{"text": "hello"}]
    assert body["diary"] == ["Dear diary"]


def test_an_export_holds_only_what_is_ones_own(user: User, login_as: LogIn) -> None:
    other = UserFactory(email="secret@example.org")
    services.save_data_store(user_id=other.pk, value='"theirs"', if_match=None, now=clock.now())
    response = login_as(user).get("/api/me/export")
    assert response.json()["save_data"] is None
    assert b"secret@example.org" not in response.content


@pytest.mark.parametrize("path", ["/api/me", "/api/me/export", "/api/auth/me"])
def test_none_of_it_is_for_strangers(api: APIClient, path: str) -> None:
    assert_problem(api.get(path), 401, "not_authenticated")
