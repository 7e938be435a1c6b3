"""What any call may be refused for, asked of every operation that the schema lists."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import OperationalError
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts.models import User
from npcs import catalogue
from tommy.core import clock
from tommy.core.http.asgi import PooledASGIHandler
from tommy.core.models import IdempotencyRecord
from tommy.core.overload import Stage, stages

PATHS: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)["paths"]
OPERATIONS = {f"{method.upper()} {path}": spec for path, methods in PATHS.items() for method, spec in methods.items()}
SAMPLES = {
    "user_id": "00000000-0000-4000-8000-000000000000",
    "code": "ABCDEF",
    "npc_id": next(iter(catalogue.cast().by_key)),
}
UUIDS = ("round_id", "task_id", "upload_id")


def behind_login(spec: dict[str, Any]) -> bool:
    return {} not in spec.get("security", [{}])


def named(wanted: Callable[[str, dict[str, Any]], bool]) -> Any:
    return pytest.mark.parametrize("name", [name for name, spec in OPERATIONS.items() if wanted(name, spec)])


def is_unsafe(name: str) -> bool:
    return not name.startswith("GET")


def ask(client: APIClient, name: str, data: Any = None, **options: Any) -> Any:
    method, path = name.split(" ")
    filled = re.sub(r"{(\w+)}", lambda match: sample(match[1]), path)
    options.setdefault("content_type", "application/json")
    body = b'{"message": "Hello"}' if data is None else data
    return client.generic(method, filled, body if is_unsafe(name) else b"", **options)


def sample(parameter: str) -> str:
    return SAMPLES.get(parameter, SAMPLES["user_id"] if parameter in UUIDS else "1")


def problem(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    body = answer.json()
    assert body["status"] == answer.status_code
    assert isinstance(body["detail"], str)
    return answer.status_code, body["code"]


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("ada@example.org", "ada", "secret", id=SAMPLES["user_id"], is_staff=True)


@pytest.fixture
def client(user: User, login_as: Callable[..., APIClient]) -> APIClient:
    return login_as(user)


@named(lambda name, spec: behind_login(spec))
def test_without_a_login(name: str, db: None) -> None:
    answer = ask(APIClient(), name)
    assert problem(answer)[0] == 401
    assert answer["WWW-Authenticate"] == "Bearer"


@named(lambda name, spec: behind_login(spec))
def test_with_a_token_that_is_none(name: str, db: None) -> None:
    assert problem(ask(APIClient(HTTP_AUTHORIZATION="Bearer x.y.z"), name))[0] == 401


@named(lambda name, spec: name.split(" ")[1].startswith("/api/admin/"))
def test_what_is_for_staff(name: str, client: APIClient) -> None:
    User.objects.update(is_staff=False)
    assert problem(ask(client, name)) == (403, "permission_denied")


@named(lambda name, spec: is_unsafe(name) and behind_login(spec))
def test_a_cookie_from_a_strange_place(name: str, client: APIClient) -> None:
    stolen = APIClient(HTTP_ORIGIN="https://evil.example")
    stolen.cookies["access_token"] = client._credentials["HTTP_AUTHORIZATION"].split()[1]
    assert problem(ask(stolen, name)) == (403, "origin_not_allowed")


@named(lambda name, spec: "requestBody" in spec)
def test_a_body_of_another_kind(name: str, client: APIClient) -> None:
    assert problem(ask(client, name, b"hello", content_type="text/csv")) == (415, "unsupported_media_type")


@named(lambda name, spec: "application/json" in spec.get("requestBody", {}).get("content", {}))
@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": NaN}'])
def test_a_body_that_is_no_json(name: str, body: bytes, client: APIClient) -> None:
    assert problem(ask(client, name, body)) == (400, "malformed_body")


@named(lambda name, spec: any(each["name"] == "Idempotency-Key" for each in spec.get("parameters", [])))
def test_a_key_that_was_used_for_something_else(name: str, client: APIClient, user: User) -> None:
    IdempotencyRecord.objects.create(user=user, key="k", fingerprint="of another", created_at=clock.now())
    options = {"content_type": "multipart/form-data; boundary=x"} if "files" in name else {}
    body = b"--x--\r\n" if options else None
    assert problem(ask(client, name, body, HTTP_IDEMPOTENCY_KEY="k", **options)) == (409, "idempotency_key_reused")


@named(lambda name, spec: is_unsafe(name))
def test_a_body_that_is_too_long(name: str) -> None:
    async def send() -> list[dict[str, Any]]:
        method, path = name.split(" ")
        headers = [(b"content-length", str(settings.HTTP_BODY_LIMIT + 1).encode()), (b"host", b"testserver")]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
        server = ApplicationCommunicator(PooledASGIHandler(), scope)
        return [await server.receive_output(5), await server.receive_output(5)]

    start, body = asyncio.run(send())
    assert (start["status"], b"body_too_large" in body["body"]) == (413, True)


@named(lambda name, spec: is_unsafe(name))
def test_a_server_that_is_about_to_end(name: str, client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "_stage", Stage.SELF_DESTRUCT)
    answer = ask(client, name)
    assert problem(answer) == (503, "overloaded")
    assert int(answer["Retry-After"]) > 0


@pytest.fixture
def busy_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(view: APIView, request: Any, *args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(APIView, "initial", wait)


@named(lambda name, spec: True)
def test_a_database_that_is_busy(name: str, client: APIClient, busy_database: None) -> None:
    answer = ask(client, name)
    assert problem(answer) == (503, "database_busy")
    assert answer["Retry-After"] == "1"


@named(lambda name, spec: True)
def test_a_method_that_is_not_there(name: str, client: APIClient) -> None:
    path = name.split(" ")[1]
    missing = next(method for method in ("PUT", "DELETE", "PATCH", "POST") if method.lower() not in PATHS[path])
    assert problem(ask(client, f"{missing} {path}")) == (405, "method_not_allowed")
