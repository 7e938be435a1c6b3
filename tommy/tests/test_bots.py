"""The bot is a client like any other: it knows nothing of the server, and plays a season through its doors."""

import ast
import asyncio
import json
import sys
from pathlib import Path

import pytest

from benchmarks.bots.client import Client, Tally
from benchmarks.bots.player import Player, Result
from benchmarks.bots.tommy import play_one, report
from tommy.tests.processes import ROOT, Server, fast_clock, write

BOTS = sorted((ROOT / "benchmarks/bots").glob("*.py"))
FOREIGN = {"httpx", "websockets"}
DAYS = 12


def imported(source: str) -> set[str]:
    """All modules that a source names, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", BOTS, ids=lambda path: path.name)
def test_a_bot_imports_nothing_of_the_server(path: Path) -> None:
    allowed = {*sys.stdlib_module_names, *FOREIGN}
    foreign = {name for name in imported(path.read_text()) if name.split(".")[0] not in allowed}
    assert all(name.startswith("benchmarks.bots") for name in foreign), foreign
    assert "importlib" not in path.read_text()


def test_what_bots_import_is_pinned() -> None:
    pinned = (ROOT / "requirements.txt").read_text() + (ROOT / "requirements-dev.txt").read_text()
    assert all(f"{name}==" in pinned for name in FOREIGN)


@pytest.mark.parametrize(("every", "survived", "place"), [(1, 17, "inside"), (1, 14, "outside"), (6, 8, "inside")])
def test_survivors_are_held_against_the_band(every: int, survived: int, place: str) -> None:
    tally = Tally(seconds=[0.01])
    ends = ["finished"] * survived + ["lost"] * (20 - survived)
    told = report([(Result(end, end, 60, 5000.0, 350), tally) for end in ends], every)
    assert f"{place} the band of" in told


@pytest.mark.parametrize(("every", "tick", "due"), [(1, 0, 1), (1, 7, 8), (6, 0, 1), (6, 1, 7), (6, 5, 7), (6, 7, 13)])
def test_a_daily_player_looks_in_on_the_second_tick_of_each_day(every: int, tick: int, due: int) -> None:
    assert Player(Client("http://localhost"), every).next_look(tick) == due


@pytest.mark.slow
@pytest.mark.embedded
@pytest.mark.xdist_group("server")
def test_a_bot_plays_a_short_season_and_loses_no_frame(tmp_path: Path) -> None:
    """Twelve days instead of sixty, two of a second; the line is cut every hundred frames."""
    content = fast_clock(tmp_path / "content", tick_seconds=0.4)
    economy = json.loads((ROOT / "hackathon/content/economy.json").read_text())
    economy["clock"] |= {"season_days": DAYS, "post_sf_from_day": DAYS // 2}
    write(content / "hackathon/economy.json", economy)
    settings = {"CONTENT_DIR": str(content), "LOG_LEVEL": "ERROR"}
    server = Server(tmp_path / "data", settings).start()
    try:
        result, tally = asyncio.run(play_one(server.url, every_ticks=1, hang_up_every=100))
    finally:
        server.stop()
    assert (result.status, result.end_reason, result.day) == ("finished", "finished", DAYS)
    assert (tally.gaps, tally.repeats) == (0, 0)
    assert tally.frames > DAYS * 6
    assert tally.reconnects >= 2
    assert result.looks > DAYS
    assert not [status for status in tally.statuses if status >= 500]
    assert "survived 1 of 1 (100%)" in report([(result, tally)])
