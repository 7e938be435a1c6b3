"""A game client: REST with retries, and the socket of notifications, which it follows without losing a frame."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

TRIES = 8
COME_BACK_LATER = (429, 503)
SERVER_ERROR = 500


class GaveUp(Exception):
    """The server could not be reached, or did not do what its contract says."""


@dataclass
class Tally:
    """What a client has seen; ``seconds`` are the times that answers took, one a request."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    frames: int = 0
    gaps: int = 0
    repeats: int = 0
    reconnects: int = 0


class Client:
    """One player's connection to a server; use it as an async context manager."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.tally = Tally()
        self._http = httpx.AsyncClient(base_url=self.url, timeout=30)
        self._token = ""
        self._last_id = 0

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def begin(self, name: str) -> None:
        """A new account, and its token."""
        who = {"email": f"{name}@bots.example.org", "username": name, "password": uuid.uuid4().hex}
        await self.must("POST", "/api/register", json=who)
        self._token = (await self.must("POST", "/api/login", json=who))["token"]
        self._http.headers["Authorization"] = f"Bearer {self._token}"

    async def must(self, method: str, path: str, **more: Any) -> Any:
        """The body of an answer that has to be a success."""
        answer = await self.ask(method, path, **more)
        if answer.is_error:
            raise GaveUp(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json()

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One answer; what is sent twice because the line broke is done once, by its Idempotency-Key."""
        headers = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        for number in range(TRIES):
            started = time.perf_counter()
            try:
                answer = await self._http.request(method, path, headers=headers, **more)
            except httpx.TransportError:
                await asyncio.sleep(0.2 * 2**number)
                continue
            self._count(answer.status_code, time.perf_counter() - started)
            if answer.status_code not in COME_BACK_LATER:
                return answer
            await asyncio.sleep(min(10.0, float(answer.headers.get("Retry-After", 1))))
        raise GaveUp(f"{method} {path}: no answer after {TRIES} tries")

    def _count(self, status: int, seconds: float) -> None:
        self.tally.seconds.append(seconds)
        self.tally.statuses[status] = self.tally.statuses.get(status, 0) + 1
        if status >= SERVER_ERROR and status not in COME_BACK_LATER:
            raise GaveUp(f"the server failed with {status}")

    async def frames(self, hang_up_every: int = 0) -> AsyncGenerator[dict[str, Any], None]:
        """All frames from the first one on, each once, over as many connections as it takes.

        With ``hang_up_every`` the line is cut after so many frames, to come back by ``last_id``.
        """
        while True:
            try:
                async with aclosing(self._listen(hang_up_every)) as heard:
                    async for frame in heard:
                        yield frame
            except (ConnectionClosed, InvalidHandshake, OSError):
                await asyncio.sleep(0.2)
            self.tally.reconnects += 1

    async def _listen(self, most: int) -> AsyncGenerator[dict[str, Any], None]:
        address = f"{self.url.replace('http', 'ws', 1)}/ws/notifications?last_id={self._last_id}"
        headers = {"Authorization": f"Bearer {self._token}"}
        async with connect(address, additional_headers=headers, max_queue=None) as socket:
            heard = 0
            async for text in socket:
                frame = json.loads(text)
                if self._is_new(frame["id"]):
                    yield frame
                heard += 1
                if heard == most:
                    return

    def _is_new(self, number: int) -> bool:
        """Count a frame by its id: ids rise without gaps, and none comes twice."""
        self.tally.frames += 1
        self.tally.repeats += number <= self._last_id
        self.tally.gaps += number > self._last_id + 1
        is_new = number > self._last_id
        self._last_id = max(self._last_id, number)
        return is_new
