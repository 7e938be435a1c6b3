"""Real servers for tests: ``manage.py up`` as a child process, on its own port and data directory."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import psycopg
import redis
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
SCRATCH_REDIS = 13
DATABASE_FILE = "db.sqlite3"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fast_clock(directory: Path, tick_seconds: float = 0.5) -> Path:
    """A CONTENT_DIR whose world ticks faster; everything else as it ships."""
    clock = json.loads((ROOT / "hackathon/content/clock.json").read_text())
    write(
        directory / "hackathon/clock.json", {**clock, "tick_seconds": tick_seconds, "early_seconds": tick_seconds / 5}
    )
    schedules = json.loads((ROOT / "tommy/content/schedules.json").read_text())
    schedules["tasks"]["hackathon.tick"]["every_seconds"] = tick_seconds
    write(directory / "tommy/schedules.json", schedules)
    return directory


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def scratch_services(name: str, redis_number: int = SCRATCH_REDIS) -> dict[str, str]:
    """Where this run has Postgres and Redis: an empty database and a Redis number of a server's own; else nothing.

    Servers of tests that may run beside each other (of several groups) need numbers of their own.
    """
    if not settings.SERVICES:
        return {}
    database, redis_url = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    create_database(name, migrated_database())
    parts = urlsplit(redis_url)
    own = parts._replace(path=f"/{redis_number}").geturl()
    redis.Redis.from_url(own).flushdb()
    return {"DATABASE_URL": urlsplit(database)._replace(path=f"/{name}").geturl(), "REDIS_URL": own}


def create_database(name: str, template: str = "template1") -> None:
    """An empty database, or one as the migrations leave it, in the place of whatever had its name."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as link:
        link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@cache
def migrated_database() -> str:
    """The name of a Postgres database that is migrated, for servers whose tests are about something else."""
    name = f"migrated_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    create_database(name)
    _migrate({"DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()})
    return name


@cache
def _migrated_file() -> Path:
    """The same for SQLite."""
    directory = Path(tempfile.mkdtemp(prefix="migrated-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    alone = {name: "" for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
    _migrate({"DATA_DIR": str(directory), **alone})
    return directory / DATABASE_FILE


def _migrate(environment: Mapping[str, str]) -> None:
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)


def spare_migrations(data_dir: Path, environment: Mapping[str, str]) -> None:
    """Give an embedded server that would begin with nothing a database that is migrated: that takes most of a start."""
    if not environment.get("DATABASE_URL") and not (data_dir / DATABASE_FILE).exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        shutil.copy(_migrated_file(), data_dir)


class Child:
    """A process of the server; ``log`` is what it wrote."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str], *command: str) -> None:
        self.data_dir, self.command = data_dir, command
        # A test's server must not share the databases of the tests that run beside it.
        inherited = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
        self.environment = {**inherited, "DATA_DIR": str(data_dir), "LOG_FORMAT": "json", **environment}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return (self.data_dir / "server.log").read_text()

    def launch(self) -> Self:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.data_dir / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                # pytest's workers may run with SIGINT ignored, and children inherit that.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )
        return self

    def wait(self, seconds: float) -> int:
        """The exit code of a process that ends by itself."""
        assert self.process is not None
        return self.process.wait(seconds)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and answer the exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(30)

    def end(self) -> None:
        """Stop it, if it is running still."""
        if self.process is not None and self.process.poll() is None:
            self.stop()


class Server(Child):
    """One serving process; ``url`` is where."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str] | None = None, *arguments: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        own = {"PORT": str(self.port), "DEMO_PLAYERS": "0", **(environment or {})}
        super().__init__(data_dir, own, "manage.py", "up", *arguments)

    def start(self, *, from_nothing: bool = False) -> Self:
        if not from_nothing:
            spare_migrations(self.data_dir, self.environment)
        self.launch()
        self._wait_until_healthy()
        return self

    def _wait_until_healthy(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/health", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{self.log[-4000:]}")


def register(server: Server, name: str) -> dict[str, str]:
    """A new player; answers the headers that speak for them."""
    credentials = {"email": f"{name}@example.org", "username": name, "password": "secret1"}
    assert httpx.post(f"{server.url}/api/register", json=credentials).status_code == 201
    token = httpx.post(f"{server.url}/api/login", json=credentials).json()["token"]
    return {"Authorization": f"Bearer {token}"}
