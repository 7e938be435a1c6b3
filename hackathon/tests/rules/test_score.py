"""The score, worked out by hand."""

import numpy as np
import pytest

from hackathon.rules.compiled import default_rules
from hackathon.rules.enums import GameStatus
from hackathon.rules.score import scores
from hackathon.simulation.state import Games


def scored(**columns):
    games = Games()
    games.append(1, **columns)
    return scores(games, default_rules())[0]


def test_everything_counts():
    full = {"first_ships": 2, "second_ships": 1, "reputation": 50, "budget_cents": 400_000, "unhoused_nights": 3}
    full |= {"timeouts": 2, "people_lost": 1, "frauds_paid": 2, "legal": 10, "tick": 360, "status": GameStatus.FINISHED}
    assert scored(**full) == pytest.approx(200 + 150 + 400 + 20 - 24 - 30 - 40 - 50 - 20)


def test_half_a_season_lost_is_worth_a_quarter():
    assert scored(first_ships=4, tick=180, status=GameStatus.LOST) == pytest.approx(400 * 0.5 * 0.5)


def test_never_below_nothing():
    assert scored(people_lost=10, tick=360) == 0
    assert np.isfinite(scored(budget_cents=-(10**12), tick=360))
