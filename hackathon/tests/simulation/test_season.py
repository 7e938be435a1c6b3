"""Seasons in memory, their table, their picture, and the command that shows them."""

import io

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from hackathon.simulation.policies import POLICIES
from hackathon.simulation.season import game_seeds, play_seasons, survival_table
from hackathon.simulation.tick import run_tick
from hackathon.tests.simulation.comparing import fingerprint


def test_batches_do_not_matter(rules):
    seeds, heard = game_seeds(3, 5), []
    together = play_seasons(POLICIES["idle"], seeds, rules)
    apart = play_seasons(POLICIES["idle"], seeds, rules, progress=heard.append, at_once=2)
    assert heard == [2, 2, 1]
    for name in together.games.column_names():
        if name != "world":
            assert (getattr(together.games, name) == getattr(apart.games, name)).all()
    assert (together.scores == apart.scores).all()


def test_pruned_seasons_are_the_same_seasons(begin, rules):
    """The runner drops closed rows and ended games; a plain loop that keeps everything ends alike."""
    seeds = game_seeds(8, 3)
    seasons = play_seasons(POLICIES["idle"], seeds, rules)
    state = begin(*seeds.tolist())
    for _ in range(rules.season_ticks):
        run_tick(state, rules)
    for place, seed in enumerate(seeds.tolist()):
        mine = fingerprint(state, seed)
        for name in seasons.games.column_names():
            if name != "world":
                assert getattr(seasons.games, name)[place].tobytes() == mine[name]


def test_curves_begin_at_the_start_and_hold_the_end(rules):
    seasons = play_seasons(POLICIES["idle"], game_seeds(1, 4), rules)
    assert (seasons.curves["budget_cents"][0] == 30_000_00).all()
    assert seasons.alive[0].all()
    assert not seasons.alive[-1].any()
    assert (seasons.curves["stress"][-1] == seasons.games.stress).all()
    assert seasons.survived == 0


def test_the_table_names_the_causes(rules):
    results = {"idle": play_seasons(POLICIES["idle"], game_seeds(1, 6), rules)}
    table = survival_table(results, rules).splitlines()
    assert table[0].startswith("| policy | games | survived")
    assert table[2].startswith("| idle | 6 | 0 | 0% |")
    assert "shut_down" in table[2]


def test_the_command_prints_and_draws(tmp_path):
    out, png = io.StringIO(), tmp_path / "curves.png"
    call_command("simulate", "--policy", "idle", "--policy", "random", "--games", "3", "--png", str(png), stdout=out)
    assert "| idle | 3 | 0 |" in out.getvalue()
    assert "| random | 3 |" in out.getvalue()
    assert png.read_bytes().startswith(b"\x89PNG")


def test_the_command_refuses_nonsense():
    with pytest.raises(CommandError):
        call_command("simulate", "--games", "0")
    with pytest.raises(CommandError):
        call_command("simulate", "--policy", "cheating")


def test_seeds_of_a_row_differ():
    assert len(np.unique(game_seeds(1, 1000))) == 1000
