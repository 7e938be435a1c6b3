from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesra.rules.numbers import MINUTES_MAX, MINUTES_MIN
from nesra.rules.rewards import Draw, Reward, gain_exp, holds, pick, roll, session_reward, uniform
from nesra.rules.seasons import Boost
from nesra.tests.rules.numbers import REWARDS

PLAIN = Boost()
minutes = st.integers(MINUTES_MIN, MINUTES_MAX)


@given(minutes)
def test_a_minute_is_two_exp_and_one_gold(length: int) -> None:
    assert session_reward(length, PLAIN, REWARDS) == Reward(exp=length * 2, gold=length)


def test_a_season_multiplies_and_fractions_are_dropped() -> None:
    assert session_reward(25, Boost(exp_percent=125, gold_percent=150), REWARDS) == Reward(exp=62, gold=37)


@pytest.mark.parametrize(
    ("level", "exp", "gained", "expected"),
    [
        (1, 0, 99, (1, 99, 0)),
        (1, 0, 100, (2, 0, 1)),
        (1, 99, 2, (2, 1, 1)),
        (1, 0, 300, (3, 0, 2)),
        (1, 50, 360, (3, 110, 2)),
        (3, 299, 0, (3, 299, 0)),
    ],
)
def test_levels_cost_a_hundred_times_the_level_and_the_rest_carries_over(
    level: int, exp: int, gained: int, expected: tuple[int, int, int]
) -> None:
    growth = gain_exp(level, exp, gained, REWARDS)
    assert (growth.level, growth.exp, growth.levels) == expected


@given(st.lists(st.integers(0, 400), max_size=20))
def test_gains_add_up_the_same_in_one_step_or_in_many(gains: list[int]) -> None:
    level, exp, used = 1, 0, 0
    for gained in gains:
        growth = gain_exp(level, exp, gained, REWARDS)
        level, exp, used = growth.level, growth.exp, used + growth.used
    at_once = gain_exp(1, 0, sum(gains), REWARDS)
    assert (level, exp, used) == (at_once.level, at_once.exp, at_once.used)
    assert 0 <= exp < level * 100


def test_one_in_ten_drops() -> None:
    hits = sum(roll(f"seed-{i}", PLAIN, REWARDS).hit for i in range(20_000))
    assert 1_850 < hits < 2_150


def test_a_season_can_make_every_session_drop() -> None:
    assert all(roll(f"seed-{i}", Boost(drop_percent=1_000), REWARDS).hit for i in range(100))


def test_items_drop_by_their_weights() -> None:
    weights = {"dull": 60, "shiny": 30, "splendid": 10}
    drawn = Counter(pick(Draw(f"seed-{i}", 1.0, 0.0), weights).item for i in range(10_000))
    assert {name: round(count / 1_000) for name, count in drawn.items()} == {"dull": 6, "shiny": 3, "splendid": 1}


def test_nothing_is_drawn_where_everything_is_owned() -> None:
    assert pick(Draw("seed", 1.0, 0.0), {}).item is None


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=8), st.integers(1, 60), max_size=8))
def test_a_recorded_draw_can_be_made_again(seed: str, weights: dict[str, int]) -> None:
    draw = pick(roll(seed, PLAIN, REWARDS), weights)
    assert holds(draw.record())
    assert (draw.item in weights) if weights else (draw.item is None)


@pytest.mark.parametrize("forged", [{"item": "shiny"}, {"seed": "other"}, {"hit": True}, {"roll": 0.01}])
def test_a_forged_draw_does_not_check_out(forged: dict[str, object]) -> None:
    record = pick(roll("seed-1", PLAIN, REWARDS), {"dull": 1_000_000, "shiny": 1}).record()
    assert record["item"] == "dull"
    assert not record["hit"]
    assert not holds({**record, **forged})


@given(st.text(), st.text())
def test_uniform_numbers_lie_in_the_unit_interval(seed: str, purpose: str) -> None:
    assert 0 <= uniform(seed, purpose) < 1
