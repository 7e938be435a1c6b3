"""The request path: pooled and stock answer alike, errors are problems, every path has one spelling."""

import asyncio
import re
from typing import Any

import pytest
from channels.testing import HttpCommunicator
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import User
from tommy.core.http.asgi import PooledASGIHandler
from tommy.core.http.middleware import request_id_from
from tommy.core.http.parsers import JSONParser
from tommy.core.models import IdempotencyRecord

CHANGING = {b"x-request-id", b"date"}


def ask(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Any:
    """One request through the ASGI handler."""
    pairs = [(key.lower().encode(), value.encode()) for key, value in (headers or {}).items()]

    async def call() -> Any:
        communicator = HttpCommunicator(PooledASGIHandler(), method, path, body, pairs)
        answer = await communicator.get_response(timeout=10)
        await communicator.wait(timeout=10)
        return answer

    return asyncio.run(call())


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Switches to Django's own handler."""
    unpooled = settings.ENV.model_copy(update={"http_pooled": False})
    return lambda: monkeypatch.setattr(settings, "ENV", unpooled)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/health"),
        ("GET", "/health/"),
        ("HEAD", "/health"),
        ("POST", "/health"),
        ("GET", "/nowhere"),
        ("GET", "/api/me"),
        ("GET", "/admin/"),
        ("GET", "/static/nothing.css"),
        ("GET", "/api/schema?format=json"),
        ("OPTIONS", "/api/login"),
        ("POST", "/api/login"),
        ("GET", "/%00"),
    ],
)
def test_pooled_and_stock_give_the_same_answer(method: str, path: str, stock: Any) -> None:
    pooled = ask(method, path, b"{}", {"Content-Type": "application/json", "Host": "localhost"})
    stock()
    plain = ask(method, path, b"{}", {"Content-Type": "application/json", "Host": "localhost"})
    assert pooled["status"] == plain["status"]
    assert pooled["body"] == plain["body"]
    wanted = {(name.lower(), value) for name, value in plain["headers"]}
    got = {(name.lower(), value) for name, value in pooled["headers"]}
    assert {pair for pair in wanted - got if pair[0] not in CHANGING} == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("declared", [True, False])
def test_a_body_over_the_limit_is_cut_off(declared: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HTTP_BODY_LIMIT", 1_000)
    headers = {"Host": "localhost", "Content-Type": "application/json"}
    if declared:
        headers["Content-Length"] = "2000"
    answer = ask("POST", "/api/login", b"x" * 2_000, headers)
    assert answer["status"] == 413
    assert b"body_too_large" in answer["body"]


@pytest.mark.django_db(transaction=True)
def test_a_request_carries_its_id_or_gets_one() -> None:
    answer = ask("GET", "/health", headers={"Host": "localhost", "X-Request-ID": "abc-123"})
    assert (b"x-request-id", b"abc-123") in [(name.lower(), value) for name, value in answer["headers"]]
    assert re.fullmatch(r"[0-9a-f]{32}", request_id_from("line\nbreak"))
    assert re.fullmatch(r"[0-9a-f]{32}", request_id_from("x" * 65))
    assert re.fullmatch(r"[0-9a-f]{32}", request_id_from(None))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"NaN", b'{"a": Infinity}', b'"\\ud800"', b"\xff\xfe", b'{"email": "\\u0000"}', b"[" * 2_000, b"[1]"],
)
@pytest.mark.django_db
def test_broken_bodies_are_told_what_is_wrong(api: APIClient, body: bytes) -> None:
    answer = api.generic("POST", "/api/login", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 400
    assert isinstance(problem["detail"], str)


@pytest.mark.django_db
def test_other_media_types_are_refused(api: APIClient) -> None:
    answer = api.post("/api/login", "<a/>", content_type="application/xml")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_nesting_has_an_end() -> None:
    assert JSONParser.media_type == "application/json"


@pytest.mark.django_db(transaction=True)
class TestIdempotency:
    @pytest.fixture
    def player(self, login_as: Any) -> APIClient:
        client: APIClient = login_as(User.objects.create_user("ada@example.org", "ada", "secret"))
        client.get("/api/game/state")
        return client

    def rest(self, player: APIClient, key: str, body: Any = None) -> Any:
        return player.post("/api/game/action", body or {"action_type": "rest"}, HTTP_IDEMPOTENCY_KEY=key)

    def test_the_same_key_and_body_give_the_first_answer_again(self, player: APIClient) -> None:
        first, again = self.rest(player, "k1"), self.rest(player, "k1")
        assert again.json() == first.json()
        assert again["Idempotency-Replayed"] == "true"
        assert player.get("/api/game/state").json()["action_points"] == 10

    def test_the_same_key_with_another_body_is_refused(self, player: APIClient) -> None:
        self.rest(player, "k1")
        answer = self.rest(player, "k1", {"action_type": "hire_volunteer"})
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")

    def test_a_refused_request_leaves_its_key_free(self, player: APIClient) -> None:
        assert self.rest(player, "k1", {"action_type": "dance"}).status_code == 400
        assert not IdempotencyRecord.objects.exists()
        assert self.rest(player, "k1").status_code == 200

    def test_a_refusal_that_cost_something_is_repeated_without_costing_again(self, player: APIClient) -> None:
        person = player.get("/api/hackathons/current/participants").json()[0]["id"]
        body = {"action_type": "ship", "target_id": person}
        first, again = self.rest(player, "k1", body), self.rest(player, "k1", body)
        assert first.status_code == again.status_code == 409
        assert again.json() == first.json()
        assert again["Content-Type"] == "application/problem+json"
        assert player.get("/api/game/state").json()["stress_level"] == 11

    def test_an_answer_that_was_lost_with_its_process_is_not_done_again(self, player: APIClient) -> None:
        self.rest(player, "k1")
        IdempotencyRecord.objects.update(status=None, body=None)
        answer = self.rest(player, "k1")
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_answer_lost")
        assert player.get("/api/game/state").json()["action_points"] == 10

    @pytest.mark.parametrize("key", ["", "x" * 201, "ünd\n"])
    def test_a_key_has_a_form(self, player: APIClient, key: str) -> None:
        assert self.rest(player, key).status_code == 400
