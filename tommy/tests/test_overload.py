"""Too much: the server says so, ends in order, begins anew, and nobody has lost anything."""

import itertools
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tommy.tests.processes import ROOT, Child, Server, fast_clock, register, scratch_services, write

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("server")]
RESTART_SECONDS = 90
SETTLE_SECONDS = 30
NEVER = {"strained": 1e6, "shedding": 2e6, "self_destruct": 3e6}
PLAYERS = 3
HOURS_AGO = """
from datetime import timedelta
from django.db.models import F
from hackathon.models import World
World.objects.update(advanced_at=F("advanced_at") - timedelta(hours=2))
"""


def load_rules(directory: Path, **memory: float) -> Path:
    """A countdown of one second, and a memory that is too much from these values on; other measures stay silent."""
    shipped = json.loads((ROOT / "tommy/content/overload.json").read_text())
    quick = {"countdown_seconds": 1.0, "sample_seconds": 0.2, "samples_up": 2, "samples_down": 3, "lapse_seconds": 5}
    measures = {**dict.fromkeys(shipped["measures"], NEVER), "memory_mebibytes": {**NEVER, **memory}}
    write(directory / "tommy/overload.json", {**shipped, **quick, "measures": measures})
    return directory


def drill(server: Child) -> None:
    command = [sys.executable, "manage.py", "self_destruct", "--drill"]
    subprocess.run(command, cwd=ROOT, env=server.environment, check=True, capture_output=True)


def listen(server: Server, headers: dict[str, str], last_id: int) -> ClientConnection:
    url = server.url.replace("http", "ws") + f"/ws/notifications?last_id={last_id}"
    return connect(url, additional_headers=headers, close_timeout=2)


def until(holds: Callable[[], object], seconds: float, why: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, why()
        time.sleep(0.1)


class Listener(threading.Thread):
    """A client that reads everything until the server closes the socket; ``code`` is why."""

    def __init__(self, server: Server, headers: dict[str, str], last_id: int = 0) -> None:
        super().__init__(daemon=True)
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None
        self._socket = listen(server, headers, last_id)

    def run(self) -> None:
        with self._socket as ws:
            try:
                while True:
                    self.frames.append(json.loads(ws.recv(timeout=RESTART_SECONDS)))
            except ConnectionClosed as closed:
                self.code = closed.rcvd.code if closed.rcvd else None

    @property
    def alarms(self) -> list[tuple[str, float | None]]:
        data = [frame["data"] for frame in self.frames if frame["data"].get("alarm") == "server"]
        return [(alarm["stage"], alarm["seconds"]) for alarm in data]


class Writer(threading.Thread):
    """A player who writes devlogs as fast as they can; ``kept`` are those acknowledged."""

    def __init__(self, server: Server, headers: dict[str, str], participant_id: int) -> None:
        super().__init__(daemon=True)
        self.url = f"{server.url}/api/participants/{participant_id}/devlogs"
        self.headers, self.kept, self.refused, self.going = headers, set[int](), set[int](), True

    def run(self) -> None:
        for number in itertools.count(1):
            if not self.going:
                return
            try:
                answer = httpx.post(self.url, json={"text": f"day {number}"}, headers=self.headers, timeout=10)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                self.kept.add(answer.json()["devlog_id"])
            else:
                self.refused.add(answer.status_code)


class Player:
    """Somebody who plays, with a writer of their own."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.headers = server, register(server, name)
        self.game = self.get("/api/game/state")["id"]
        person = self.get(f"/api/hackathons/{self.game}/participants")[0]["id"]
        self.writer = Writer(server, self.headers, person)
        self.devlogs = f"/api/participants/{person}/devlogs"

    @cached_property
    def listener(self) -> Listener:
        """Opened by whoever asks for it first: a player without a socket is one who does not watch."""
        return Listener(self.server, self.headers)

    def get(self, path: str) -> Any:
        return httpx.get(f"{self.server.url}{path}", headers=self.headers, timeout=20).json()

    def all_of(self, path: str) -> list[Any]:
        url: str | None = f"{self.server.url}{path}"
        rows: list[Any] = []
        while url:
            answer = httpx.get(url, headers=self.headers, timeout=20)
            rows += answer.json()
            url = answer.links["next"]["url"] if "next" in answer.links else None
        return rows


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return load_rules(fast_clock(tmp_path / "content"))


@pytest.fixture
def server(tmp_path: Path, content: Path) -> Iterator[Server]:
    environment = {"CONTENT_DIR": str(content), **scratch_services("tommy_end")}
    running = Server(tmp_path / "data", environment).start()
    yield running
    running.end()


def restarted(server: Server) -> None:
    until(lambda: server.log.count("Serving on") >= 2, RESTART_SECONDS, lambda: server.log[-4000:])
    server._wait_until_healthy()


def test_after_a_self_destruct_every_write_is_there_and_every_frame_came_once(server: Server, content: Path) -> None:
    """The process's own memory is what is too much, by a threshold that is lowered under load, without a restart."""
    players = [Player(server, f"witness{number}") for number in range(PLAYERS)]
    for player in players:
        player.listener.start()
        player.writer.start()
    until(lambda: all(len(player.writer.kept) > 3 for player in players), SETTLE_SECONDS, lambda: server.log[-4000:])
    load_rules(content, strained=1, shedding=2, self_destruct=3)
    for player in players:
        player.listener.join(RESTART_SECONDS)
    load_rules(content)
    restarted(server)
    for player in players:
        player.writer.going = False
        player.writer.join()
        assert_nothing_is_lost(player)
    assert "Traceback" not in server.log


def assert_nothing_is_lost(player: Player) -> None:
    before = player.listener
    assert before.code == 1012
    assert before.alarms == [("self_destruct", 1.0)]
    assert player.writer.refused <= {503}
    after = Listener(player.server, player.headers, before.frames[-1]["id"])
    after.start()
    until(lambda: len(ticks_of(after.frames)) >= 3, SETTLE_SECONDS, lambda: player.server.log[-4000:])
    seen = before.frames + list(after.frames)
    assert [frame["id"] for frame in seen] == list(range(1, len(seen) + 1))
    assert ticks_of(seen) == list(range(ticks_of(seen)[-1] + 1))
    # The game stands at its last finished tick: as many accounts as ticks, each once.
    logged = [line["tick"] for line in reversed(player.all_of("/api/game/logs?type=tick&limit=200"))]
    assert logged == list(range(1, len(logged) + 1))
    assert player.get("/api/game/state")["tick"] >= len(logged)
    assert player.writer.kept <= {row["id"] for row in player.all_of(f"{player.devlogs}?limit=200")}


def ticks_of(frames: list[dict[str, Any]]) -> list[int]:
    """The ticks of the state frames; a tick may have several, one for each action in it."""
    return sorted({frame["tick"] for frame in frames if frame["type"] == "state"})


def test_a_drill_ends_a_supervised_server_with_70(tmp_path: Path, content: Path) -> None:
    environment = {"CONTENT_DIR": str(content), **scratch_services("tommy_end")}
    server = Server(tmp_path / "data", environment, "--once").start()
    with listen(server, register(server, "witness"), 0) as ws:
        drill(server)
        frame = json.loads(ws.recv(timeout=20))
        assert (frame["type"], frame["data"]["stage"]) == ("panic_alert", "self_destruct")
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(timeout=20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert server.wait(RESTART_SECONDS) == 70


@pytest.mark.embedded
def test_a_server_that_was_down_for_long_is_not_overloaded_when_it_starts(tmp_path: Path) -> None:
    """The world's last tick is then older than any threshold, and the first new one is seconds away."""
    lag = {"strained": 20, "shedding": 30, "self_destruct": 40}
    content = load_rules(fast_clock(tmp_path / "content", tick_seconds=3))
    rules = json.loads((content / "tommy/overload.json").read_text())
    write(content / "tommy/overload.json", {**rules, "measures": {**rules["measures"], "tick_lag_seconds": lag}})
    server = Server(tmp_path / "data", {"CONTENT_DIR": str(content)}).start()
    player = register(server, "sleeper")
    httpx.get(f"{server.url}/api/game/state", headers=player)
    server.stop()
    Child(tmp_path / "shell", server.environment, "manage.py", "shell", "-c", HOURS_AGO).launch().wait(60)
    try:
        server.start()
        with listen(server, player, 0) as ws:
            ticks = 0
            while ticks < 2:
                ticks += json.loads(ws.recv(timeout=20))["type"] == "state"
        assert "world_stood_still" in server.log
        assert "overload_stage" not in server.log
    finally:
        server.end()


@pytest.mark.services
@pytest.mark.skipif(not settings.SERVICES, reason="several processes share Postgres and Redis")
class TestProcesses:
    """What compose runs: web processes, a worker, beat; one of the web processes has too much to do."""

    @pytest.fixture
    def services(self, tmp_path: Path) -> dict[str, str]:
        environment = {"SECRET_KEY": "x" * 50, "CONTENT_DIR": str(load_rules(fast_clock(tmp_path / "content")))}
        environment |= scratch_services("tommy_many")
        for command in (["migrate", "-v0"], ["seed", "-v0"]):
            child = Child(tmp_path / "prepared", environment, "manage.py", *command).launch()
            assert child.wait(60) == 0, child.log
        return environment

    @pytest.fixture
    def busy_content(self, tmp_path: Path) -> Path:
        return load_rules(fast_clock(tmp_path / "busy"))

    @pytest.fixture
    def running(self, tmp_path: Path, services: dict[str, str], busy_content: Path) -> Iterator[list[Any]]:
        celery = ("-m", "celery", "--app", "tommy")
        busy = Server(
            tmp_path / "busy-web", {**services, "CONTENT_DIR": str(busy_content)}, "--web-only", "--once"
        ).start()
        idle = Server(tmp_path / "idle-web", services, "--web-only", "--once").start()
        worker = Child(tmp_path / "worker", services, *celery, "worker", "--concurrency", "2").launch()
        beat = Child(
            tmp_path / "beat", services, *celery, "beat", "--schedule", str(tmp_path / "beat-schedule")
        ).launch()
        yield [busy, idle, worker]
        for child in (beat, worker, idle, busy):
            child.end()

    def test_a_stage_is_shared_and_the_end_is_everybodys(self, running: list[Any], busy_content: Path) -> None:
        busy, idle, worker = running
        watching, away = Player(idle, "watching"), Player(idle, "away")
        watching.listener.start()
        until(lambda: ticked(watching), SETTLE_SECONDS, lambda: worker.log[-4000:])

        load_rules(busy_content, strained=1)
        until(lambda: stage_of(busy) == stage_of(idle) == 1, SETTLE_SECONDS, lambda: idle.log[-4000:])
        assert httpx.get(f"{idle.url}/api/reports/pdf", headers=watching.headers).status_code == 503
        assert_thinned(away)
        load_rules(busy_content, strained=1, shedding=2)
        until(lambda: stage_of(busy) == stage_of(idle) == 2, SETTLE_SECONDS, lambda: idle.log[-4000:])
        assert 503 in {post(idle, watching) for _ in range(10)}
        load_rules(busy_content)
        until(lambda: stage_of(busy) == stage_of(idle) == 0, SETTLE_SECONDS, lambda: idle.log[-4000:])

        drill(idle)
        assert [child.wait(RESTART_SECONDS) for child in running] == [70, 70, 70]
        watching.listener.join(RESTART_SECONDS)
        assert watching.listener.code == 1012
        stages = [stage for stage, _ in watching.listener.alarms]
        # On the way down strained may be over before anybody looks.
        assert stages in (
            ["strained", "shedding", "strained", "calm", "self_destruct"],
            ["strained", "shedding", "calm", "self_destruct"],
        )
        ids = [frame["id"] for frame in watching.listener.frames]
        assert ids == list(range(1, len(ids) + 1))
        assert "Traceback" not in busy.log + idle.log + worker.log


def assert_thinned(player: Player) -> None:
    """Nobody watches this game: its ticks are written down several at a time. (Asking for its log is a look.)"""
    known = len(player.all_of("/api/game/logs?type=tick&limit=200"))
    time.sleep(5)
    lines = player.all_of("/api/game/logs?type=tick&limit=200")
    assert [line["tick"] for line in reversed(lines)] == list(range(1, len(lines) + 1))
    together = Counter(line["at"] for line in lines[: len(lines) - known])
    assert together.most_common(1)[0][1] >= 3, together


def ticked(player: Player) -> bool:
    return any(frame["type"] == "state" and frame["tick"] > 2 for frame in player.listener.frames)


def stage_of(server: Server) -> int:
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    return int(float(next(line for line in lines if line.startswith("tommy_overload_stage ")).split()[1]))


def post(server: Server, player: Player) -> int:
    return httpx.post(f"{server.url}{player.devlogs}", json={"text": "x"}, headers=player.headers).status_code
