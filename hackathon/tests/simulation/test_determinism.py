"""The same seed replays the same season: alone, in one shard, in several, early or late."""

import numpy as np
import pytest

from hackathon.simulation.policies import POLICIES
from hackathon.simulation.tick import run_arrivals, run_streaks, run_tick
from hackathon.tests.simulation.comparing import fingerprint

SEEDS = (3, 1, 2**64 - 1, 77, 5)
TICKS = 96


def played(state, rules, policy="sensible"):
    messages = 0
    for _ in range(TICKS):
        POLICIES[policy].act(state, rules)
        messages += len(run_tick(state, rules).messages)
    return state, messages


@pytest.mark.parametrize("policy", ["sensible", "random", "orders"])
def test_one_shard_or_several_or_alone(begin, rules, policy):
    together, count = played(begin(*SEEDS), rules, policy)
    halves = [played(begin(*SEEDS[:2]), rules, policy), played(begin(*SEEDS[2:]), rules, policy)]
    singles = [played(begin(seed), rules, policy) for seed in SEEDS]
    assert count == sum(number for _, number in halves) == sum(number for _, number in singles)
    for place, seed in enumerate(SEEDS):
        expected = fingerprint(together, seed)
        assert fingerprint(halves[place >= 2][0], seed) == expected
        assert fingerprint(singles[place][0], seed) == expected


def test_a_selected_shard_goes_on_as_the_whole_does(begin, rules):
    state = begin(*SEEDS)
    for _ in range(40):
        run_tick(state, rules)
    part = state.select(np.array([4, 1]))
    for _ in range(40):
        run_tick(state, rules)
        run_tick(part, rules)
    for seed in (SEEDS[4], SEEDS[1]):
        assert fingerprint(part, seed) == fingerprint(state, seed)


def test_arrivals_and_streaks_by_their_own_schedule_end_alike(begin, rules):
    plain, scheduled = begin(*SEEDS), begin(*SEEDS)
    for _ in range(TICKS):
        run_tick(plain, rules)
        run_arrivals(scheduled, rules)
        run_streaks(scheduled, rules)
        run_arrivals(scheduled, rules)
        run_tick(scheduled, rules)
    # How many letters a tick has room for depends on the news beside them, and with it how many were written before.
    words = {"requests.letters": None}
    for seed in SEEDS:
        assert fingerprint(scheduled, seed) | words == fingerprint(plain, seed) | words


def test_arrivals_come_once_a_day(begin, rules):
    state = begin(*SEEDS)
    for _ in range(rules.ticks_per_day):
        assert not run_arrivals(state, rules).events
        run_tick(state, rules)
    assert len(run_arrivals(state, rules).events) == len(SEEDS)
    assert not run_arrivals(state, rules).events
    assert (state.games.arrivals_day == 1).all()


def test_another_seed_plays_another_season(begin, rules):
    state, _ = played(begin(1, 2), rules)
    assert fingerprint(state, 1) != fingerprint(state, 2)
