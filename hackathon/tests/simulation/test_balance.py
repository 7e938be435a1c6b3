"""The balance of the game: who survives, and what skill is worth. The bands are those of the game's rules.

Seeds are fixed, so these never flicker; how the figures came about, and with more seeds, stands in docs/balance.md.
"""

import functools
import json
import re
from pathlib import Path

import pytest

from hackathon.rules.compiled import default_rules
from hackathon.rules.orders import Order
from hackathon.simulation.policies import ABLATIONS, ONE_RULE, POLICIES, Ordered
from hackathon.simulation.season import Seasons, game_seeds, play_seasons

# One worker plays them all: several tests look at the same seasons.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("balance")]


def documented_orders() -> tuple[Order, ...]:
    """The example of docs/orders.md, word for word."""
    page = Path(__file__).resolve().parents[3] / "docs/orders.md"
    block = re.findall(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[0]
    return tuple(Order.model_validate(order) for order in json.loads(block)["orders"])


PLAYERS = {**POLICIES, **ABLATIONS, **ONE_RULE, "orders": Ordered(documented_orders())}
GAMES = {"idle": 100, "random": 40, "daily": 80, "sensible": 100, "orders": 40}
OTHERS = 24


@functools.cache
def played(name: str) -> Seasons:
    return play_seasons(PLAYERS[name], game_seeds(11, GAMES.get(name, OTHERS)), default_rules())


def share(name: str) -> float:
    seasons = played(name)
    return seasons.survived / len(seasons.games)


@pytest.mark.parametrize(
    ("policy", "low", "high"),
    [("idle", 0, 0), ("random", 0, 0.05), ("daily", 0.30, 0.65), ("sensible", 0.75, 0.95), ("orders", 0.35, 0.70)],
)
def test_survivors_stay_within_their_band(policy, low, high):
    assert low <= share(policy) <= high


def test_the_documented_orders_are_those_of_the_content():
    assert documented_orders() == default_rules().orders.example


def test_the_documented_orders_carry_a_season_as_well_as_a_look_in_once_a_day():
    assert share("daily") - 0.05 <= share("orders") < share("sensible")


def test_talks_matter():
    assert share("no talks") < share("sensible") - 0.2


def test_never_resting_costs_survivors_and_ends_in_burnout():
    assert share("never resting") < share("sensible") - 0.3
    assert played("never resting").causes()["burnout"] > OTHERS / 4


def test_a_good_player_can_fall_in_more_than_one_way():
    falls = {cause: times for cause, times in played("sensible").causes().items() if cause != "finished"}
    assert len(falls) >= 2
    assert max(falls.values()) < 0.85 * sum(falls.values())


@pytest.mark.parametrize("habit", ["no housing", "ignoring incidents", "ignoring requests", "never shipping"])
def test_no_duty_can_be_left_out(habit):
    assert share(habit) < 0.45


@pytest.mark.parametrize("rule", ["always the cheap choice", "always the free choice", "denying everything"])
def test_no_single_rule_wins(rule):
    assert share(rule) < 0.05
