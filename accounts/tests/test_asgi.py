"""A few calls through the real ASGI application: what a client over the network sees."""

from http.cookies import SimpleCookie
from typing import Any, NamedTuple

import orjson
import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async

from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from tommy.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = {"origin": "http://localhost:5173"}


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def cookies(self) -> dict[str, Any]:
        jar = SimpleCookie()
        for name, value in self.headers:
            if name == "set-cookie":
                jar.load(value)
        return dict(jar)


async def call(method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """One request; ``headers`` spell ``-`` as ``_``."""
    sent = {"host": "testserver", "content-type": "application/json", "content-length": str(len(body)), **headers}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"",
        "client": ("198.51.100.7", 50_000),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()],
    }
    communicator = ApplicationCommunicator(application, scope)
    await communicator.send_input({"type": "http.request", "body": body})
    start = await communicator.receive_output(10)
    content = b""
    while (part := await communicator.receive_output(10)) and part.get("more_body"):
        content += part["body"]
    pairs = [(name.decode().lower(), value.decode()) for name, value in start["headers"]]
    return Answer(start["status"], pairs, content + part["body"])


async def log_in() -> tuple[User, Answer]:
    user = await database_sync_to_async(UserFactory)()
    body = orjson.dumps({"email": user.email, "password": PASSWORD})
    return user, await call("POST", "/api/auth/login", body)


async def test_cookies_come_go_and_act() -> None:
    user, answer = await log_in()
    assert answer.status == 200
    access = answer.cookies["access_token"]
    assert (access["httponly"], access["samesite"], access["max-age"]) == (True, "Lax", "604800")
    assert answer.cookies["refresh_token"]["path"] == "/api/auth"
    cookie = f"access_token={access.value}"
    assert (await call("GET", "/api/me", cookie=cookie)).json["user_id"] == str(user.pk)
    assert (await call("POST", "/api/logout", cookie=cookie)).status == 403
    gone = await call("POST", "/api/logout", cookie=cookie, **ORIGIN)
    assert (gone.status, gone.cookies["access_token"]["max-age"]) == (200, "0")
    dead = await call("GET", "/api/me", cookie=cookie)
    assert (dead.status, dead.json["code"]) == (401, "token_not_valid")


async def test_deleting_takes_a_body() -> None:
    user, answer = await log_in()
    authorization = f"Bearer {answer.json['access_token']}"
    gone = await call("DELETE", "/api/me", orjson.dumps({"password": PASSWORD}), authorization=authorization)
    assert (gone.status, gone.body) == (204, b"")
    assert not await database_sync_to_async(User.objects.filter(pk=user.pk).exists)()


async def test_too_much_to_save() -> None:
    user, answer = await log_in()
    body = b'"' + b"x" * (1024 * 1024) + b'"'
    authorization = f"Bearer {answer.json['access_token']}"
    refused = await call("POST", f"/savedata/{user.pk}", body, authorization=authorization)
    assert (refused.status, refused.json["code"]) == (413, "body_too_large")
    assert ("content-type", "application/problem+json") in refused.headers


async def test_saved_data_over_the_network() -> None:
    user, answer = await log_in()
    authorization = f"Bearer {answer.json['access_token']}"
    body = '{"score": 12345678901234567890123, "name": "🦆"}'.encode()
    saved = await call("POST", f"/savedata/{user.pk}", body, authorization=authorization)
    assert saved.json == {"message": "Saved.", "version": 1}
    read = await call("GET", f"/data/{user.pk}", authorization=authorization)
    assert read.body == body
    assert ("etag", '"1"') in read.headers
