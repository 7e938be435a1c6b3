"""The documents are true: paths exist, commands run, every setting and dependency is explained."""

import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from django.core.management import get_commands

from tommy.settings.env import Environment
from tommy.tests.processes import ROOT, Server

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")])
APPS = ("tommy", "accounts", "npcs", "hackathon", "nesra", "voting", "docs", "benchmarks", ".ci")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if not link.startswith(("http", "mailto"))]
    missing = [link for link in links if not (page.parent / link).exists()]
    spoken = re.findall(rf"`((?:{'|'.join(map(re.escape, APPS))})/[\w./-]+)`", text)
    missing += [path for path in spoken if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    named = set(re.findall(r"manage\.py (\w+)", text))
    assert named <= set(get_commands()) | {"help"}
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([\w-]+)`", text)) <= targets
    modules = re.findall(r"python -m (benchmarks(?:\.\w+)*)", text)
    assert all((ROOT / (module.replace(".", "/") + ".py")).exists() or module == "benchmarks" for module in modules)


def test_every_setting_is_explained_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(shown) == {name.upper() for name in Environment.model_fields}
    defaults = Environment.model_construct()
    for name, value in shown.items():
        default = getattr(defaults, name.lower())
        spelled = ",".join(default) if isinstance(default, list) else default
        spelled = str(spelled).lower() if isinstance(spelled, bool) else spelled
        if isinstance(spelled, Path):
            spelled = spelled.relative_to(ROOT)
        assert value == ("" if spelled is None else str(spelled)), name


def test_every_dependency_earns_its_line() -> None:
    explained = (ROOT / "docs/dependencies.md").read_text().lower()
    for file in ("requirements.txt", "requirements-dev.txt"):
        names = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / file).read_text(), re.MULTILINE)
        missing = [name for name in names if name.lower() not in explained]
        assert missing == []


@pytest.mark.slow
@pytest.mark.embedded
@pytest.mark.xdist_group("server")
def test_the_readmes_walk_works_word_for_word(tmp_path: Path) -> None:
    """The README's last shell block, as it stands, against a server that ticks as it ships."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    server = Server(tmp_path / "data").start(from_nothing=True)
    try:
        walk = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", blocks[-1]],
            cwd=ROOT,
            env={**os.environ, "PORT": str(server.port), "DATA_DIR": str(server.data_dir)},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        token = re.search(r"eyJ[\w.-]+", httpx.post(f"{server.url}/api/login", json=ADA).text)
        assert token is not None
        state = httpx.get(f"{server.url}/api/game/state", headers={"Authorization": f"Bearer {token[0]}"}).json()
    finally:
        server.stop()
    assert walk.returncode == 0, walk.stderr
    assert walk.stdout.count('"type":"state"') >= 3
    assert '"success":true' in walk.stdout
    assert '"code":"action_taken"' in walk.stdout
    assert state["action_points"] < 24


ADA = {"username": "ada", "password": "secret1"}
