"""A real server in a process of its own, and players who reach it over its port."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import socketio
from django.conf import settings

START_SECONDS = 60
STOP_SECONDS = 30
EVENT_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class LiveServer:
    """``manage.py up`` on a free port; with ``web_only``, another web process beside one that does everything."""

    environment: dict[str, str]
    web_only: bool = False
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        command = [sys.executable, "manage.py", "up", "--host", "127.0.0.1", "--port", str(self.port), "--demo", "0"]
        log = Path(self.environment["DATA_DIR"]) / f"server-{self.port}.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, *(["--web-only"] if self.web_only else [])],
                cwd=settings.BASE_DIR,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._wait(log)
        return self

    def kill(self) -> None:
        """As a crash or a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _wait(self, log: Path) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")


@dataclass
class Account:
    user_id: str
    username: str
    token: str


class Rest:
    """One player's REST client."""

    def __init__(self, url: str, account: Account | None = None) -> None:
        headers = {"Authorization": f"Bearer {account.token}"} if account else {}
        self._session = aiohttp.ClientSession(url, headers=headers)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self._session.request(method, path, json=body) as response:
            return response.status, await response.json(content_type=None)


async def register(url: str, count: int) -> list[Account]:
    """New accounts over REST."""
    prefix = os.urandom(4).hex()
    async with Rest(url) as rest:
        return [await _register(rest, f"p{index}-{prefix}") for index in range(count)]


async def _register(rest: Rest, name: str) -> Account:
    body = {"email": f"{name}@example.org", "username": name, "password": "secret password"}
    status, answer = await rest.call("POST", "/api/auth/register", body)
    assert status == 201, answer
    return Account(answer["user"]["id"], name, answer["access_token"])


class Listener:
    """Remembers every event, and lets a test wait for one."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.events: dict[str, list[Any]] = defaultdict(list)
        self._arrived = asyncio.Event()

    async def heard(self, event: str, count: int = 1) -> Any:
        """The ``count``-th event of this name, waited for."""

        async def wait() -> Any:
            while len(self.events[event]) < count:
                self._arrived.clear()
                await self._arrived.wait()
            return self.events[event][count - 1]

        try:
            return await asyncio.wait_for(wait(), EVENT_SECONDS)
        except TimeoutError:
            names = {name: len(found) for name, found in self.events.items()}
            raise AssertionError(f"{self.account.username} never heard {event} no. {count}; heard {names}") from None

    def remember(self, event: str, data: Any) -> None:
        self.events[event].append(data)
        self._arrived.set()


class SocketPlayer(Listener):
    """A player on python-socketio: calls with acks."""

    def __init__(self, account: Account, transports: list[str] | None = None, *, comes_back: bool = False) -> None:
        super().__init__(account)
        self.client = socketio.AsyncClient(reconnection=comes_back)
        self._transports = transports
        self.client.on("*", self.remember)

    async def connect(self, url: str) -> Self:
        await self.client.connect(
            url, auth={"token": self.account.token}, transports=self._transports, wait_timeout=EVENT_SECONDS
        )
        return self

    async def close(self) -> None:
        """On long-polling the client would wait for the poll that hangs, up to a ping interval."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self.client.disconnect()

    async def ask(self, command: str, **data: Any) -> dict[str, Any]:
        """The ack, whatever it says."""
        return await self.client.call(command, data, timeout=EVENT_SECONDS)

    async def do(self, command: str, **data: Any) -> dict[str, Any]:
        """The ack of something that has to succeed."""
        ack = await self.ask(command, **data)
        assert ack["success"] is True, (command, ack)
        return ack


class ChannelsPlayer(Listener):
    """A player on ``/ws/voting/{code}``."""

    def __init__(self, account: Account, url: str, code: str) -> None:
        super().__init__(account)
        self._address = f"{url.replace('http', 'ws', 1)}/ws/voting/{code}?token={account.token}"
        self._acks: dict[int, asyncio.Future[Any]] = {}

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(self._address)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()
        await self._reader
        await self._session.close()

    async def do(self, command: str, **data: Any) -> dict[str, Any]:
        """The ack of something that has to succeed."""
        ref = len(self._acks)
        self._acks[ref] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"type": command, "ref": ref, "data": data})
        ack: dict[str, Any] = await asyncio.wait_for(self._acks[ref], EVENT_SECONDS)
        assert ack["success"] is True, (command, ack)
        return ack

    async def close_code(self) -> int | None:
        """With which code the server closed, waited for."""
        await asyncio.wait_for(self._reader, EVENT_SECONDS)
        return self._socket.close_code

    async def _read(self) -> None:
        async for message in self._socket:
            frame = json.loads(message.data)
            if frame["type"] == "ack":
                self._acks[frame["ref"]].set_result(frame["data"])
            else:
                self.remember(frame["type"], frame["data"])
