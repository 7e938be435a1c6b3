"""``manage.py up`` as a player and an operator meet it: one process, real sockets, a ticking world."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tommy.tests.processes import ROOT, Server, fast_clock, register, scratch_services

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]
PROMPT_SECONDS = 1.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    content = fast_clock(tmp_path_factory.mktemp("content"))
    environment = {"CONTENT_DIR": str(content), **scratch_services("tommy_live")}
    running = Server(tmp_path_factory.mktemp("data"), environment).start()
    yield running
    assert running.stop() == 0


def listen(server: Server, headers: dict[str, str], last_id: int | None = None) -> ClientConnection:
    query = "" if last_id is None else f"?last_id={last_id}"
    url = server.url.replace("http", "ws") + f"/ws/notifications{query}"
    return connect(url, additional_headers=headers)


def receive(ws: ClientConnection, count: int, timeout: float = 15) -> list[dict[str, Any]]:
    return [json.loads(ws.recv(timeout=timeout)) for _ in range(count)]


def test_the_world_ticks_and_tells_a_listening_player(server: Server) -> None:
    player = register(server, "listener")
    httpx.get(f"{server.url}/api/game/state", headers=player)
    with listen(server, player, last_id=0) as ws:
        frames = receive(ws, 12)
    assert [frame["id"] for frame in frames] == list(range(1, 13))
    ticks = [frame["data"]["tick"] for frame in frames if frame["type"] == "state"]
    assert ticks == list(range(len(ticks)))
    assert len(ticks) >= 3


def test_every_frame_of_a_burst_arrives_promptly_and_in_order(server: Server) -> None:
    """Forty actions, each committed on a request thread and told through the channel layer to the loop's socket."""
    player = register(server, "burst")
    httpx.get(f"{server.url}/api/game/state", headers=player)
    with listen(server, player) as ws, httpx.Client(headers=player) as client:
        late, seen = [], []
        for _ in range(40):
            client.post(f"{server.url}/api/game/events/random", json={})
            asked = time.monotonic()
            while not seen or seen[-1]["type"] != "state":
                seen += receive(ws, 1)
            late.append(time.monotonic() - asked)
            seen.append({"type": "counted", "id": seen[-1]["id"]})
    ids = [frame["id"] for frame in seen if frame["type"] != "counted"]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    assert sorted(late)[len(late) // 2] < PROMPT_SECONDS


def test_a_client_that_reconnects_has_missed_nothing_and_sees_nothing_twice(server: Server) -> None:
    player = register(server, "returner")
    httpx.get(f"{server.url}/api/game/state", headers=player)
    with listen(server, player, last_id=0) as ws:
        first = receive(ws, 4)
    time.sleep(1.5)
    with listen(server, player, last_id=first[-1]["id"]) as ws:
        then = receive(ws, 6)
    ids = [frame["id"] for frame in first + then]
    assert ids == list(range(1, 11))
    by_rest = httpx.get(f"{server.url}/api/notifications?after=0&limit=10", headers=player).json()
    assert by_rest == first + then


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}])
def test_without_a_live_token_a_socket_is_closed_with_4401(server: Server, headers: dict[str, str]) -> None:
    with listen(server, headers) as ws, pytest.raises(ConnectionClosed) as closed:
        ws.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_logout_closes_the_sockets_of_that_login(server: Server) -> None:
    player = register(server, "leaver")
    with listen(server, player) as ws:
        assert httpx.post(f"{server.url}/api/logout", headers=player).status_code == 200
        with pytest.raises(ConnectionClosed) as closed:
            receive(ws, 1_000)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401
    assert httpx.get(f"{server.url}/api/me", headers=player).status_code == 401


def test_bodies_beyond_the_limit_are_refused_before_they_are_kept(server: Server) -> None:
    player = register(server, "shouter")
    answer = httpx.post(f"{server.url}/api/game/action", headers=player, content=b"[" + b"1," * 8_000_000 + b"1]")
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


def test_a_form_is_read_by_the_view_and_by_nobody_before(server: Server) -> None:
    """What Twisted makes of a form by itself, it makes on the loop, and it hangs up on one that is malformed."""
    player = {**register(server, "former"), "Content-Type": "multipart/form-data; boundary=here"}
    answer = httpx.post(f"{server.url}/api/receipts", headers=player, content=b"no part of a form")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_readiness_names_every_part(server: Server) -> None:
    answer = httpx.get(f"{server.url}/ready")
    assert answer.status_code == 200
    assert set(answer.json()["checks"]) >= {"database", "broker", "channel_layer", "tick"}


@pytest.mark.embedded
def test_ctrl_c_stops_cleanly_and_a_second_start_goes_on(tmp_path: Path) -> None:
    content = fast_clock(tmp_path / "content")
    server = Server(tmp_path / "data", {"CONTENT_DIR": str(content)}).start()
    player = register(server, "stayer")
    httpx.get(f"{server.url}/api/game/state", headers=player)
    time.sleep(1.5)
    before = httpx.get(f"{server.url}/api/game/state", headers=player).json()["tick"]
    assert server.stop(signal.SIGINT) == 0
    assert "Traceback" not in server.log
    server.start()
    try:
        after = httpx.get(f"{server.url}/api/game/state", headers=player).json()
        assert after["tick"] >= before > 0
    finally:
        assert server.stop() == 0


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104  # what the server binds
        taken.listen()
        port = str(taken.getsockname()[1])
        result = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", port],
            cwd=ROOT,
            env={"DATA_DIR": str(tmp_path), "PATH": "/usr/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 1
    assert f"Port {port} is not free" in result.stderr
    assert "Traceback" not in result.stderr
