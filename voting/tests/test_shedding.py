"""A server with too much to do lets no new sockets in, and takes fewer commands of those it has."""

from typing import Any
from uuid import uuid4

import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.urls import re_path

from accounts.sockets import SocketLogin
from tommy.core import clock, overload
from tommy.core.overload import Stage
from voting.connections import Connection
from voting.consumers import VotingConsumer
from voting.consumers import door as channels_door
from voting.relay import Relay
from voting.sockets import mount_socket_io


async def inner(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})


async def ask(path: str, query: bytes = b"EIO=4&transport=polling", kind: str = "http") -> list[dict[str, Any]]:
    """What the server in front of ``inner`` sends to a request."""
    sent: list[dict[str, Any]] = []
    scope = {"type": kind, "path": path, "query_string": query, "headers": [], "method": "GET", "http_version": "1.1"}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await mount_socket_io(inner)(scope, receive, send)
    return sent


@pytest.fixture(params=[Stage.SHEDDING, Stage.SELF_DESTRUCT])
def stage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(overload, "stage", lambda: request.param)
    return Stage(request.param)


async def test_newcomers_are_told_to_come_back(stage: Stage) -> None:
    start = (await ask("/socket.io/"))[0]
    assert (start["status"], dict(start["headers"])[b"retry-after"]) == (503, b"10")
    assert (await ask("/socket.io/", kind="websocket"))[0]["type"] == "websocket.close"
    assert (await ask("/socket.io/", query=b"transport=polling&sid=gone"))[0]["status"] == 400
    assert (await ask("/health"))[0]["status"] == 204


async def test_channels_closes_newcomers(stage: Stage) -> None:
    route = URLRouter([re_path(r"^ws/voting/(?P<code>[^/]+)$", VotingConsumer.as_asgi())])
    socket = WebsocketCommunicator(route, "/ws/voting/BCDFGH")
    socket.scope["login"] = SocketLogin(uuid4(), uuid4(), "ann", clock.now())
    assert (await socket.connect())[0] is True
    assert await socket.receive_output() == {"type": "websocket.close", "code": 1013}


async def test_the_greedy_wait_first_and_in_the_end_everybody(stage: Stage) -> None:
    relay = Relay()
    connection = Connection(channels_door, "key", SocketLogin(uuid4(), uuid4(), "ann", clock.now()), "127.0.0.1")
    codes = [(await relay.answer(connection, "no such command", {}))["code"] for _ in range(7)]
    allowed = 5 if stage is Stage.SHEDDING else 0
    assert codes == ["invalid"] * allowed + ["overloaded"] * (7 - allowed)
