"""A real server in front of a real upstream: streams as they come, and a game that goes on while the AI hangs."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.sync.client import connect

from npcs.tests.openai_server import OpenAIServer, running_server
from tommy.core.content import default_path
from tommy.tests.processes import Server, fast_clock, register, write

pytestmark = [pytest.mark.slow, pytest.mark.embedded, pytest.mark.xdist_group("server")]

CHAT = {"messages": [{"role": "user", "content": "Hello, who are you?"}]}
STREAM = {**CHAT, "stream": True}
PLENTY = 1_000_000


@pytest.fixture(scope="module")
def upstream() -> Iterator[OpenAIServer]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="module")
def server(upstream: OpenAIServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that ticks twice a second, looks for texts to better every second, and whose circuit stays closed, so
    that every test meets the upstream.
    """
    directory = tmp_path_factory.mktemp("server")
    content = fast_clock(directory / "content")
    gateway = orjson.loads(default_path("npcs/gateway.json").read_bytes())
    gateway["circuit"]["failures"], gateway["retries"]["attempts"] = PLENTY, 1
    write(content / "npcs/gateway.json", gateway)
    schedules = orjson.loads((content / "tommy/schedules.json").read_bytes())
    schedules["tasks"]["npcs.improve"]["every_seconds"] = 1
    write(content / "tommy/schedules.json", schedules)
    environment = {"AI_ENABLED": "true", "AI_BASE_URL": upstream.url, "CONTENT_DIR": str(content)}
    running = Server(directory / "data", environment).start()
    yield running
    running.stop()
    assert "late_answer_lost" not in running.log, "what waits when a server stops is dropped without a word"


@pytest.fixture(scope="module")
def headers(server: Server) -> dict[str, str]:
    return register(server, "mika")


@pytest.fixture(autouse=True)
def _well(upstream: OpenAIServer) -> Iterator[None]:
    yield
    upstream.mode = "normal"
    upstream.release.clear()


def events(text: str) -> list[Any]:
    return [orjson.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]


def test_the_first_token_passes_on_while_the_upstream_holds_the_rest(
    server: Server, upstream: OpenAIServer, headers: dict[str, str]
) -> None:
    upstream.mode = "held"
    with httpx.stream("POST", f"{server.url}/api/ai/chat", json=STREAM, headers=headers, timeout=20) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-request-id"]
        lines = answer.iter_lines()
        first = next(lines)
        assert orjson.loads(first[6:])["choices"][0]["delta"]["content"] == "It"
        assert not upstream.release.is_set()
        upstream.release.set()
        rest = "\n".join(lines)
    words = [event["choices"][0]["delta"]["content"] for event in events(f"{first}\n{rest}")]
    assert "".join(words) == upstream.say({})
    assert rest.strip().endswith("data: [DONE]")


def test_a_stream_that_is_cut_says_so(server: Server, upstream: OpenAIServer, headers: dict[str, str]) -> None:
    upstream.mode = "cut"
    answer = httpx.post(f"{server.url}/api/ai/chat", json=STREAM, headers=headers, timeout=20)
    said = events(answer.text)
    assert (answer.status_code, said[0]["choices"][0]["delta"]["content"]) == (200, "It")
    assert said[-1]["error"]["type"] == "ai_unavailable"
    assert answer.text.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize("mode", ["429", "500", "malformed"])
def test_a_failing_upstream_streams_the_fallback_or_is_a_502(
    server: Server, upstream: OpenAIServer, headers: dict[str, str], mode: str
) -> None:
    upstream.mode = mode
    answer = httpx.post(f"{server.url}/api/ai/chat", json=STREAM, headers=headers, timeout=20)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert all(event["fallback"] for event in events(answer.text))
    strict = httpx.post(f"{server.url}/api/ai/chat?strict=1", json=STREAM, headers=headers, timeout=20)
    assert (strict.status_code, strict.json()["code"]) == (502, "ai_unavailable")
    assert strict.headers["content-type"] == "application/problem+json"


def test_whoever_hangs_up_takes_the_upstreams_call_along(
    server: Server, upstream: OpenAIServer, headers: dict[str, str]
) -> None:
    upstream.mode, before = "held", upstream.left
    with httpx.stream("POST", f"{server.url}/api/ai/chat", json=STREAM, headers=headers, timeout=20) as answer:
        next(answer.iter_lines())
    deadline = time.monotonic() + 10
    while upstream.left == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert upstream.left == before + 1


def audit_rows(data_dir: Path, request_id: str | None = None) -> int:
    """How many AI calls stand in the audit log of the server that plays there; those of one request id, if given."""
    sql = "SELECT count(*) FROM core_auditentry WHERE action = 'POST api/ai/chat'"
    sql += " AND request_id = COALESCE(?, request_id)"
    with closing(sqlite3.connect(data_dir / "db.sqlite3")) as link:
        rows = link.execute(sql, [request_id]).fetchone()
    return int(rows[0])


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_a_call_whose_caller_hangs_up_is_in_the_audit_log(server: Server, upstream: OpenAIServer) -> None:
    upstream.mode, named = "held", {**register(server, "leaver"), "X-Request-ID": "hangs-up"}
    with httpx.stream("POST", f"{server.url}/api/ai/chat", json=STREAM, headers=named, timeout=20) as answer:
        lines = answer.iter_lines()  # the stream is closed with its iterator
        assert "fallback" not in next(lines), "the upstream was asked"
        assert audit_rows(server.data_dir, "hangs-up") == 0, "the answer is still on its way"
    assert until(lambda: audit_rows(server.data_dir, "hangs-up") == 1)


def test_a_server_that_is_stopped_in_the_middle_of_answers_has_them_in_the_audit_log(
    upstream: OpenAIServer, tmp_path: Path
) -> None:
    server = Server(tmp_path, {"AI_ENABLED": "true", "AI_BASE_URL": upstream.url}).start()
    headers, client = register(server, "stopped"), httpx.Client(timeout=20)
    upstream.mode = "held"
    try:
        with ExitStack() as streams:
            answers = [
                streams.enter_context(client.stream("POST", f"{server.url}/api/ai/chat", json=STREAM, headers=headers))
                for _ in range(3)
            ]
            arriving = [answer.iter_lines() for answer in answers]
            assert all("fallback" not in next(lines) for lines in arriving)
            assert audit_rows(tmp_path) == 0, "the answers are still on their way"
            assert server.stop() == 0
    finally:
        server.end()
        client.close()
    assert audit_rows(tmp_path) == 3
    assert "Unclosed" not in server.log


def test_while_reports_wait_for_their_summary_no_thread_does(
    server: Server, upstream: OpenAIServer, headers: dict[str, str]
) -> None:
    players = [register(server, f"reader{number}") for number in range(2)]  # as many as slow threads

    def report(reader: dict[str, str]) -> httpx.Response:
        return httpx.get(f"{server.url}/api/reports/pdf", headers=reader, timeout=60)

    for reader in players:
        httpx.get(f"{server.url}/api/game/state", headers=reader, timeout=20)
    upstream.mode, before = "hang", len(upstream.requests)
    with ThreadPoolExecutor(len(players)) as pool:
        reports = [pool.submit(report, reader) for reader in players]
        assert until(lambda: len(upstream.requests) == before + len(players)), "each asks while the others wait"
        register(server, "punctual")  # its password is hashed on one of those threads
        assert not any(future.done() for future in reports)
        assert {future.result().headers["Content-Type"] for future in reports} == {"application/pdf"}


def test_while_the_upstream_hangs_ticks_and_everything_else_go_on(
    server: Server, upstream: OpenAIServer, headers: dict[str, str]
) -> None:
    def ask(path: str) -> httpx.Response:
        return httpx.get(server.url + path, headers=headers, timeout=20)

    def talk(number: int) -> tuple[int, bool, float]:
        started = time.perf_counter()
        answer = httpx.post(
            f"{server.url}/api/npc/mayor/chat", json={"message": f"Hello {number}"}, headers=headers, timeout=30
        )
        return answer.status_code, answer.json()["fallback"], time.perf_counter() - started

    first = ask("/api/game/state").json()["tick"]
    upstream.mode = "hang"
    before = len(upstream.requests)
    with ThreadPoolExecutor(6) as pool:  # more than the server has request threads
        talks = [pool.submit(talk, number) for number in range(6)]
        while len(upstream.requests) < before + 6:
            time.sleep(0.02)
        times = []
        for path in ("/api/npcs", "/api/game/state", "/api/inbox", "/health") * 3:
            started = time.perf_counter()
            assert ask(path).status_code == 200
            times.append(time.perf_counter() - started)
        assert not any(future.done() for future in talks), "the talks did not wait"
        said = [future.result() for future in talks]
    assert max(times) < 2
    assert ask("/api/game/state").json()["tick"] >= first + 3
    assert {(status, fallback) for status, fallback, _ in said} == {(201, True)}
    assert max(seconds for _, _, seconds in said) < 5 + 1  # the limit, and a loaded machine


def test_while_jobs_wait_for_the_upstream_the_world_goes_on(server: Server, upstream: OpenAIServer) -> None:
    """More texts than there are worker threads: none of these may be held by a job that waits for a network."""
    headers, upstream.mode, before = register(server, "listener"), "hang", len(upstream.requests)

    def tick() -> int:
        told: int = httpx.get(f"{server.url}/api/game/state", headers=headers, timeout=20).json()["tick"]
        return told

    tick()
    with connect(f"{server.url.replace('http', 'ws')}/ws/notifications", additional_headers=headers):
        assert until(lambda: len(upstream.requests) >= before + 2), "two texts are asked for at a time"
        first = tick()
        assert until(lambda: tick() >= first + 6)
    assert "Traceback" not in server.log
