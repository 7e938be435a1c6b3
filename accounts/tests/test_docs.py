"""``docs/accounts.md`` is true: its commands, run word for word against a real server, answer what it says."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

DOCUMENT = settings.BASE_DIR / "docs" / "accounts.md"
START_SECONDS = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A fresh embedded server, in processes of its own."""
    own = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    env = {**own, "DATA_DIR": str(tmp_path), "ENVIRONMENT": "test"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=settings.BASE_DIR, env=env, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "daphne", "-p", str(port), "tommy.asgi:application"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_open(port)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def wait_until_open(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not start")


def documented(text: str) -> tuple[str, list[str]]:
    """The document's commands as one script that marks each answer, and what it says of each of those answers."""
    blocks = "".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL))
    claims = re.findall(r"^# → (.*)$", blocks, re.MULTILINE)
    script = re.sub(r"^# → .*$", "printf '\\\\n=====\\\\n'", blocks, flags=re.MULTILINE)
    return script, claims


def fragments(claim: str) -> list[str]:
    """What must stand in the answer literally: the members a claim names, with their values where it gives them."""
    members = re.findall(r'"\w+": ?(?:"[^"…]+"|\d+)?', claim)
    return members or re.findall(r"\d{3}", claim)


@pytest.mark.slow
@pytest.mark.embedded
def test_the_commands_of_the_document_answer_what_it_says(server: str) -> None:
    script, claims = documented(DOCUMENT.read_text())
    script = script.replace("BASE=http://localhost:8000", f"BASE={server}")
    run = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    answers = run.stdout.split("\n=====\n")[:-1]
    assert len(answers) == len(claims) > 10
    for claim, answer in zip(claims, answers, strict=True):
        expected = fragments(claim)
        assert all(part in answer for part in expected), (claim, answer)
