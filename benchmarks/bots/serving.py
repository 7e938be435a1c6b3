"""A server for the bots: ``manage.py up`` as a child process, with a faster clock; the rest is as it ships."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60


@contextmanager
def served(tick_seconds: float) -> Iterator[str]:
    """The address of a server of its own, on an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        fast_clock(Path(folder) / "content", tick_seconds)
        settings = {"DATA_DIR": f"{folder}/data", "CONTENT_DIR": f"{folder}/content", "PORT": str(port)}
        environment = {**os.environ, **settings, "DEMO_PLAYERS": "0", "LOG_LEVEL": "ERROR"}
        process = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=ROOT, env=environment)
        try:
            yield wait_for(f"http://127.0.0.1:{port}", process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def fast_clock(folder: Path, tick_seconds: float) -> None:
    """Content that replaces the clock's and beat's."""
    clock = json.loads((ROOT / "hackathon/content/clock.json").read_text())
    write(folder / "hackathon/clock.json", {**clock, "tick_seconds": tick_seconds, "early_seconds": tick_seconds / 5})
    schedules = json.loads((ROOT / "tommy/content/schedules.json").read_text())
    schedules["tasks"]["hackathon.tick"]["every_seconds"] = tick_seconds
    write(folder / "tommy/schedules.json", schedules)


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=2).is_success:
                return url
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")
