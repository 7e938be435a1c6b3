"""Whatever is sent, the answer is a problem document or a success, never a 500, and never a surprise."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

OPEN = ["/api/register", "/api/login", "/api/auth/register", "/api/auth/login", "/api/auth/refresh", "/api/logout"]
FIELDS = ["email", "username", "password", "full_name", "timezone", "refresh_token", "profile_picture", "new_password"]
NASTY = [
    "",
    " ",
    "\x00",
    "a\x00b@example.org",
    "\ud800",
    "🦆" * 5,
    "👨‍👩‍👧‍👦 family",
    "x" * 10_000,
    "ﷺ" * 100,
    "İ" * 100,
    "a@" + "İ" * 120 + ".org",
    "'; DROP TABLE accounts_user; --",
    "%s%n{0}",
    "\u202egnp",
    10**400,
    -1,
    1e308,
    0.1,
    True,
    None,
    [],
    {},
    {"a": ["b"]},
    [None] * 50,
]
value = st.sampled_from(NASTY) | st.text() | st.integers() | st.none() | st.lists(st.text(), max_size=2) | st.emails()
body = st.dictionaries(st.sampled_from(FIELDS), value)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_answered(response: Any) -> None:
    assert response.status_code < 500, response.content
    if response.status_code >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == response.status_code
        assert isinstance(problem["detail"], str)
        assert problem["detail"].endswith((".", "!", "?"))


def send(client: APIClient, method: str, path: str, content: str | bytes, **headers: str) -> Any:
    return client.generic(method, path, content, content_type="application/json", headers=headers)


@pytest.mark.parametrize("path", OPEN)
@quick
@given(content=body)
def test_any_fields(path: str, content: Any) -> None:
    assert_answered(send(APIClient(), "POST", path, json.dumps(content)))


@pytest.mark.parametrize("nasty", NASTY, ids=lambda nasty: ascii(nasty)[:20])
def test_registering_and_logging_in_with_each_nasty_value(nasty: Any) -> None:
    for field in ("email", "username", "password", "full_name", "timezone"):
        fields = {"email": "ann@example.org", "username": "Ann", "password": PASSWORD, field: nasty}
        response = send(APIClient(), "POST", "/api/auth/register", json.dumps(fields))
        assert_answered(response)
        assert_answered(send(APIClient(), "POST", "/api/login", json.dumps(fields)))
        assert User.objects.count() == (response.status_code == 201)
        User.objects.all().delete()


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/api/me"), ("DELETE", "/api/me"), ("POST", "/api/me/password")]
)
@quick
@given(content=body)
def test_any_change_of_ones_account(
    user: User, login_as: Any, no_sections: None, method: str, path: str, content: Any
) -> None:
    client = login_as(user)
    assert_answered(send(client, method, path, json.dumps(content)))
    assert client.get("/api/me").status_code == 200


@pytest.mark.parametrize("path", OPEN)
@quick
@given(content=st.binary(max_size=60) | st.sampled_from([b"null", b"7", b'"x"', b"[[]]", b"NaN", b"{", b"\xff\xfe"]))
def test_any_bytes(path: str, content: bytes) -> None:
    assert_answered(send(APIClient(), "POST", path, content))


@pytest.mark.parametrize("path", ["/api/me", "/api/me/export", "/api/auth/me", "/api/logout"])
@quick
@given(token=st.text(st.characters(min_codepoint=32, max_codepoint=255)))
def test_any_token(path: str, token: str) -> None:
    assert_answered(APIClient().get(path, headers={"Authorization": f"Bearer {token}"}))
    assert_answered(APIClient().get(path, headers={"Authorization": token}))
    assert_answered(APIClient().get(path, headers={"Cookie": f"access_token={token}; refresh_token={token}"}))


@quick
@given(
    if_match=st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    content=st.sampled_from([json.dumps(nasty) for nasty in NASTY]),
)
def test_any_version_and_value(user: User, login_as: Any, if_match: str, content: str) -> None:
    client = login_as(user)
    assert_answered(send(client, "POST", f"/savedata/{user.pk}", content, **{"If-Match": if_match}))
    assert_answered(client.get(f"/data/{user.pk}"))


@pytest.mark.parametrize("path", ["/api/register", "/api/login", "/api/auth/refresh"])
def test_a_body_of_ten_megabytes(api: APIClient, path: str) -> None:
    content = json.dumps({"email": "ann@example.org", "password": "x" * 10_000_000})
    response = send(api, "POST", path, content)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_a_very_long_password_is_a_password(api: APIClient) -> None:
    fields = {"email": "ann@example.org", "password": "🦆" * 10_000}
    assert api.post("/api/register", fields).status_code == 201
    assert api.post("/api/login", fields).status_code == 200
    assert api.post("/api/login", {**fields, "password": "🦆" * 9_999}).status_code == 401
