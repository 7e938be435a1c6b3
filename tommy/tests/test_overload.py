"""Too much: the server says so, ends in order, begins anew, and nobody has lost anything."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tommy.tests.processes import ROOT, Server, fast_clock, register, write

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]
RESTART_SECONDS = 90


def quick_end(directory: Path) -> Path:
    """A world that ticks fast, and a server that counts down for one second only."""
    fast_clock(directory)
    overload = json.loads((ROOT / "tommy/content/overload.json").read_text())
    write(directory / "tommy/overload.json", {**overload, "countdown_seconds": 1.0, "sample_seconds": 0.2})
    return directory


def drill(server: Server) -> None:
    command = [sys.executable, "manage.py", "self_destruct", "--drill"]
    subprocess.run(command, cwd=ROOT, env=server.environment, check=True, capture_output=True)


def listen(server: Server, headers: dict[str, str], last_id: int) -> ClientConnection:
    url = server.url.replace("http", "ws") + f"/ws/notifications?last_id={last_id}"
    return connect(url, additional_headers=headers, close_timeout=2)


def until_closed(ws: ClientConnection) -> tuple[list[dict[str, Any]], int]:
    """Every frame until the server closes the socket, and the code it gave."""
    frames: list[dict[str, Any]] = []

    def read_on() -> None:
        while True:
            frames.append(json.loads(ws.recv(timeout=RESTART_SECONDS)))

    with pytest.raises(ConnectionClosed) as closed:
        read_on()
    assert closed.value.rcvd is not None
    return frames, closed.value.rcvd.code


class Writer(threading.Thread):
    """A player who begins hackathons' worth of devlogs as fast as they can; ``kept`` are those acknowledged."""

    def __init__(self, server: Server, headers: dict[str, str], participant_id: int) -> None:
        super().__init__(daemon=True)
        self.url = f"{server.url}/api/participants/{participant_id}/devlogs"
        self.headers, self.kept, self.refused, self.going = headers, set[int](), set[int](), True

    def run(self) -> None:
        number = 0
        while self.going:
            number += 1
            try:
                answer = httpx.post(self.url, json={"text": f"day {number}"}, headers=self.headers, timeout=10)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                self.kept.add(answer.json()["devlog_id"])
            else:
                self.refused.add(answer.status_code)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "data", {"CONTENT_DIR": str(quick_end(tmp_path / "content"))}).start()
    yield running
    if running.process is not None and running.process.poll() is None:
        assert running.stop() == 0


def restarted(server: Server) -> None:
    deadline = time.monotonic() + RESTART_SECONDS
    while server.log.count("Serving on") < 2:
        assert time.monotonic() < deadline, server.log[-4000:]
        time.sleep(0.1)
    server._wait_until_healthy()


def test_after_a_self_destruct_every_write_is_there_and_every_frame_came_once(server: Server) -> None:
    player = register(server, "witness")
    state = httpx.get(f"{server.url}/api/game/state", headers=player).json()
    people = httpx.get(f"{server.url}/api/hackathons/{state['id']}/participants", headers=player).json()
    writer = Writer(server, player, people[0]["id"])
    writer.start()
    with listen(server, player, 0) as ws:
        drilling = threading.Timer(1, drill, [server])
        drilling.start()  # beside the reading: a client that reads late loses what its library still holds
        frames, code = until_closed(ws)
    drilling.join()
    restarted(server)
    writer.going = False
    writer.join()
    assert code == 1012
    alarms = [frame["data"] for frame in frames if frame["data"].get("alarm") == "server"]
    assert [(alarm["stage"], alarm["seconds"]) for alarm in alarms] == [("self_destruct", 1.0)]
    assert writer.refused <= {503}
    with listen(server, player, frames[-1]["id"]) as ws:
        then = [json.loads(ws.recv(timeout=20)) for _ in range(5)]
    assert [frame["id"] for frame in frames + then] == list(range(1, len(frames) + 6))
    ticks = [frame["tick"] for frame in frames + then if frame["type"] == "state"]
    assert sorted(set(ticks)) == list(range(ticks[-1] + 1))
    assert writer.kept
    assert writer.kept <= all_ids(server, player, people[0]["id"])
    assert "Traceback" not in server.log


def all_ids(server: Server, headers: dict[str, str], participant_id: int) -> set[int]:
    url: str | None = f"{server.url}/api/participants/{participant_id}/devlogs?limit=200"
    found: set[int] = set()
    while url:
        answer = httpx.get(url, headers=headers)
        found |= {row["id"] for row in answer.json()}
        url = answer.links["next"]["url"] if "next" in answer.links else None
    return found


def test_a_supervised_server_exits_with_70(tmp_path: Path) -> None:
    content = quick_end(tmp_path / "content")
    server = Server(tmp_path / "data", {"CONTENT_DIR": str(content)}, "--once").start()
    assert server.process is not None
    drill(server)
    assert server.process.wait(RESTART_SECONDS) == 70
