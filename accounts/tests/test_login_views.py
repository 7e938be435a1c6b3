"""Registering, logging in and out over REST: both families of paths, each endpoint and each refusal."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from rest_framework.test import APIClient

from accounts import services
from accounts.models import Login, User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.problems import assert_problem
from tommy.core import clock

pytestmark = pytest.mark.django_db

ORIGIN = "http://localhost:5173"
REGISTRATION = {"email": "Ann@Example.org", "username": "Ann", "password": PASSWORD}


@pytest.fixture
def browser() -> APIClient:
    """A client that keeps cookies and names its origin, as a front end's browser does."""
    return APIClient(headers={"Origin": ORIGIN})


def test_register(api: APIClient) -> None:
    response = api.post("/api/register", {**REGISTRATION, "full_name": "Ann B.", "timezone": "Europe/Berlin"})
    assert response.status_code == 201
    body, user = response.json(), User.objects.get()
    assert body == {
        "user_id": str(user.pk),
        "username": "Ann",
        "email": "ann@example.org",
        "created_at": clock.isoformat(user.created_at),
    }
    assert (user.full_name, user.timezone, user.is_verified, user.is_staff) == ("Ann B.", "Europe/Berlin", False, False)
    assert not response.cookies


@pytest.mark.parametrize("path", ["/api/register", "/api/auth/register", "/api/register/"])
def test_a_client_cannot_make_itself_more_than_a_player(api: APIClient, path: str) -> None:
    claims = {"is_staff": True, "is_superuser": True, "is_verified": True, "is_active": False, "id": 1}
    assert api.post(path, {**REGISTRATION, **claims}).status_code == 201
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_verified, user.is_active) == (False, False, False, True)


@pytest.mark.parametrize("path", ["/api/register", "/api/auth/register"])
def test_what_is_taken_is_refused(api: APIClient, path: str) -> None:
    UserFactory(email="ann@example.org", username="Ann")
    assert_problem(api.post(path, {**REGISTRATION, "username": "Bob"}), 409, "email_taken")
    assert_problem(api.post(path, {**REGISTRATION, "email": "b@example.org"}), 409, "username_taken")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", None),
        ("email", "no address"),
        ("email", 7),
        ("email", "a" * 250 + "@example.org"),
        ("username", "ab"),
        ("username", ""),
        ("username", "x" * 101),
        ("username", "ann@home"),
        ("username", 12345),
        ("password", "short"),
        ("password", None),
        ("password", 123456),
        ("password", ["secret"]),
        ("timezone", "Mars/Phobos"),
        ("timezone", None),
        ("full_name", "x" * 201),
        ("full_name", {}),
    ],
)
def test_a_bad_field_is_named(api: APIClient, field: str, value: Any) -> None:
    body = assert_problem(api.post("/api/register", {**REGISTRATION, field: value}), 400, "invalid")
    assert list(body["errors"]) == [field]
    assert not User.objects.exists()


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_missing_field_is_named(api: APIClient, field: str) -> None:
    body = {name: value for name, value in REGISTRATION.items() if name != field}
    assert list(assert_problem(api.post("/api/register", body), 400, "invalid")["errors"]) == [field]


@pytest.mark.parametrize("username", [{}, {"username": None}])
def test_a_player_without_a_name_gets_one(api: APIClient, username: dict[str, None]) -> None:
    response = api.post("/api/register", {"email": "jane@example.org", "password": PASSWORD, **username})
    assert response.json()["username"] == "jane"


@pytest.mark.parametrize("identifier", [{"email": "ANN@example.org"}, {"username": "ann"}, {"email": "Ann"}])
def test_login(api: APIClient, identifier: dict[str, str]) -> None:
    user = UserFactory(email="ann@example.org", username="Ann")
    response = api.post("/api/login", {**identifier, "password": PASSWORD})
    assert response.status_code == 200
    body = response.json()
    assert (body["user_id"], body["username"]) == (str(user.pk), "Ann")
    assert sorted(body) == ["expires_at", "refresh_token", "token", "user_id", "username"]
    assert body["expires_at"].endswith("Z")
    assert not response.cookies
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {body['token']}")
    assert api.get("/api/me").status_code == 200


@pytest.mark.parametrize("path", ["/api/login", "/api/auth/login"])
def test_an_unknown_account_and_a_wrong_password_look_the_same(api: APIClient, user: User, path: str) -> None:
    unknown = api.post(path, {"email": "nobody@example.org", "password": PASSWORD})
    wrong = api.post(path, {"email": user.email, "password": "wrong"})
    assert assert_problem(unknown, 401, "invalid_credentials") == assert_problem(wrong, 401, "invalid_credentials")
    assert wrong.headers["WWW-Authenticate"] == "Bearer"


def test_a_login_without_a_name_is_malformed(api: APIClient) -> None:
    assert_problem(api.post("/api/login", {"password": PASSWORD}), 400, "invalid")
    assert_problem(api.post("/api/login", [PASSWORD]), 400, "invalid")
    assert_problem(api.post("/api/login"), 400, "invalid")


def test_an_inactive_account_is_told_so(api: APIClient) -> None:
    user = UserFactory(is_active=False)
    assert_problem(api.post("/api/login", {"email": user.email, "password": PASSWORD}), 403, "account_inactive")


def test_a_dead_token_does_not_stand_in_the_way_of_a_login(api: APIClient, user: User) -> None:
    api.credentials(HTTP_AUTHORIZATION="Bearer dead")
    assert api.post("/api/login", {"email": user.email, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize("token", ["", "dead", "é" * 10, "a.b.c"])
def test_a_bad_token_is_refused(api: APIClient, token: str) -> None:
    response = api.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert_problem(response, 401, "token_not_valid")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_no_token_is_refused(api: APIClient) -> None:
    assert assert_problem(api.get("/api/me"), 401, "not_authenticated")
    assert_problem(api.get("/api/me", headers={"Authorization": "Basic QTpC"}), 401, "not_authenticated")


def test_a_token_ends_after_seven_days(api: APIClient, user: User) -> None:
    with time_machine.travel(clock.now() - timedelta(days=7, seconds=1)):
        token = api.post("/api/login", {"email": user.email, "password": PASSWORD}).json()["token"]
    assert_problem(api.get("/api/me", headers={"Authorization": f"Bearer {token}"}), 401, "token_not_valid")


@pytest.mark.parametrize("method", ["get", "post"])
def test_logout(api: APIClient, user: User, method: str) -> None:
    token = api.post("/api/login", {"email": user.email, "password": PASSWORD}).json()["token"]
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    response = getattr(api, method)("/api/logout")
    assert (response.status_code, list(response.json())) == (200, ["message"])
    assert_problem(api.get("/api/me"), 401, "token_not_valid")
    assert getattr(api, method)("/api/logout").status_code == 200


def test_logout_without_a_live_token_clears_the_cookies(api: APIClient) -> None:
    for path in ("/api/logout", "/api/auth/logout"):
        response = api.post(path)
        assert response.status_code == 200
        assert {name: (c.value, c["max-age"], c["path"]) for name, c in response.cookies.items()} == {
            "access_token": ("", 0, "/"),
            "refresh_token": ("", 0, "/api/auth"),
        }


def test_the_cookie_family(browser: APIClient) -> None:
    response = browser.post("/api/auth/register", REGISTRATION)
    assert response.status_code == 201
    body, user = response.json(), User.objects.get()
    assert sorted(body) == ["access_token", "message", "user"]
    short = {"id": str(user.pk), "email": "ann@example.org", "username": "Ann"}
    assert body["user"] == {**short, "created_at": clock.isoformat(user.created_at)}
    assert browser.get("/api/auth/me").json() == body["user"]
    assert browser.post("/api/auth/logout").status_code == 200
    assert browser.get("/api/auth/me").status_code == 401
    response = browser.post("/api/auth/login", {"email": "ann@example.org", "password": PASSWORD})
    assert (response.status_code, sorted(response.json())) == (200, ["access_token", "message", "user"])
    assert browser.get("/api/me").json()["username"] == "Ann"


@pytest.mark.parametrize(("samesite", "secure"), [("Lax", False), ("None", True)])
def test_cookies_are_out_of_reach_for_scripts(
    browser: APIClient, user: User, settings: Any, samesite: str, secure: bool
) -> None:
    changes = {"cookie_samesite": samesite, "cookie_secure": secure}
    settings.ENV = django_settings.ENV.model_copy(update=changes)
    cookies = browser.post("/api/auth/login", {"email": user.email, "password": PASSWORD}).cookies
    for name, path, days in (("access_token", "/", 7), ("refresh_token", "/api/auth", 30)):
        cookie = cookies[name]
        assert (cookie["httponly"], cookie["path"], cookie["max-age"]) == (True, path, days * 86_400)
        assert (cookie["samesite"], bool(cookie["secure"])) == (samesite, secure)


def test_a_cookie_acts_for_known_origins_only(browser: APIClient, user: User) -> None:
    browser.post("/api/auth/login", {"email": user.email, "password": PASSWORD})
    change = {"full_name": "Ann"}
    assert browser.patch("/api/me", change).status_code == 200
    assert browser.patch("/api/me", change, headers={"Origin": "http://testserver"}).status_code == 200
    for origin in ("https://evil.example.org", "null", "http://[::1", "", "http://testserver.evil.org"):
        response = browser.patch("/api/me", change, headers={"Origin": origin})
        assert_problem(response, 403, "origin_not_allowed")
        assert browser.get("/api/me", headers={"Origin": origin}).status_code == 200
    for path in ("/api/logout", "/api/auth/logout", "/api/auth/refresh"):
        response = browser.post(path, headers={"Origin": "https://evil.example.org"})
        assert_problem(response, 403, "origin_not_allowed")
    assert browser.get("/api/me").status_code == 200


def test_a_bearer_token_needs_no_origin_and_goes_before_the_cookie(browser: APIClient, user: User) -> None:
    browser.post("/api/auth/login", {"email": user.email, "password": PASSWORD})
    other = UserFactory()
    _, tokens = services.login_start(user=other, now=clock.now())
    headers = {"Authorization": f"Bearer {tokens.access}", "Origin": "https://evil.example.org"}
    answer = browser.patch("/api/me", {"full_name": "Bob"}, headers=headers)
    assert answer.json()["username"] == other.username


def test_refresh_rotates_in_body_and_cookie(browser: APIClient, user: User) -> None:
    first = browser.post("/api/login", {"email": user.email, "password": PASSWORD}).json()["refresh_token"]
    response = browser.post("/api/auth/refresh", {"refresh_token": first})
    assert (response.status_code, sorted(response.json())) == (200, ["access_token", "expires_at", "refresh_token"])
    assert response.cookies["refresh_token"].value == response.json()["refresh_token"]
    again = browser.post("/api/auth/refresh")
    assert again.status_code == 200
    assert browser.get("/api/me").status_code == 200
    assert_problem(browser.post("/api/auth/refresh", {"refresh_token": first}), 401, "refresh_reused")
    assert_problem(browser.get("/api/me"), 401, "token_not_valid")
    assert_problem(browser.post("/api/auth/refresh"), 401, "token_not_valid")


@pytest.mark.parametrize("body", [{}, {"refresh_token": "x"}, None])
def test_refreshing_with_nothing_good(api: APIClient, body: Any) -> None:
    assert_problem(api.post("/api/auth/refresh", body), 401, "token_not_valid")


def test_logging_out_by_the_refresh_cookie_when_the_access_token_has_expired(browser: APIClient, user: User) -> None:
    with time_machine.travel(clock.now() - timedelta(days=8)):
        browser.post("/api/auth/login", {"email": user.email, "password": PASSWORD})
    assert browser.post("/api/auth/logout").status_code == 200
    assert Login.objects.get().ended_at is not None


def test_every_path_answers_with_and_without_its_slash(api: APIClient) -> None:
    for path in ("login", "register", "logout", "auth/login", "auth/register", "auth/refresh", "auth/logout"):
        assert api.post(f"/api/{path}").status_code == api.post(f"/api/{path}/").status_code
        assert api.post(f"/api/{path}/").status_code in {200, 400, 401}


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/api/login"), ("put", "/api/register"), ("get", "/api/auth/logout"), ("delete", "/api/logout")],
)
def test_other_methods_are_refused(api: APIClient, method: str, path: str) -> None:
    assert_problem(getattr(api, method)(path), 405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/api/login", "/api/register", "/api/auth/login", "/api/auth/register"])
def test_forms_are_refused(api: APIClient, path: str) -> None:
    response = api.post(path, "email=a", content_type="application/x-www-form-urlencoded")
    assert_problem(response, 415, "unsupported_media_type")
