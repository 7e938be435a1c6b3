"""What must hold whatever happens: nothing out of range, no money from nowhere, nobody in two beds."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hackathon.rules.compiled import default_rules
from hackathon.rules.enums import IncidentStatus, LeaseStatus, PersonStatus, Quantity
from hackathon.simulation.beginning import new_games
from hackathon.simulation.effects import Effects
from hackathon.simulation.market import market_step
from hackathon.simulation.policies import POLICIES
from hackathon.simulation.state import Worlds
from hackathon.simulation.tick import run_tick

RULES = default_rules()
SEEDS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=4, unique=True)


def check_ranges(state):
    games, people = state.games, state.participants
    for column in (games.stress, games.reputation, games.legal, people.morale):
        assert column.min() >= 0
        assert column.max() <= 100
    assert games.ap.min() >= 0
    assert games.ap.max() <= RULES.economy.limits.ap
    mood = RULES.economy.limits.sponsor_mood
    assert mood.low <= games.sponsor_mood.min()
    assert games.sponsor_mood.max() <= mood.high
    open_now = state.incidents.game[state.incidents.status == IncidentStatus.OPEN]
    assert np.bincount(open_now, minlength=1).max() <= RULES.economy.limits.open_incidents
    active = people.game[people.status == PersonStatus.ACTIVE]
    assert np.bincount(active).max() <= RULES.economy.limits.participants


def check_beds(state):
    people, leases, listings = state.participants, state.leases, state.listings
    housed = np.flatnonzero(people.bed > 0)
    assert (people.status[housed] == PersonStatus.ACTIVE).all()
    homes = leases.rows(people.game[housed], people.bed[housed])
    assert (homes >= 0).all()
    assert (leases.status[homes] == LeaseStatus.ACTIVE).all()
    assert (np.bincount(homes, minlength=len(leases)) <= leases.beds).all()
    assert (listings.occupied <= listings.capacity).all()


def check_account(before, state, effects):
    """Every change of a quantity is the sum of what was noted for it."""
    for quantity in Quantity:
        name = quantity.name.lower()
        moved = getattr(state.games, name) - getattr(before, name)
        noted = effects.total(quantity, len(state.games))
        if quantity is Quantity.BUDGET_CENTS:
            assert (moved == noted).all()
        else:
            assert np.allclose(moved, noted, atol=1e-9)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seeds=SEEDS, policy=st.sampled_from(sorted(POLICIES)), ticks=st.integers(1, 130))
def test_ranges_beds_and_accounts(seeds, policy, ticks):
    state, worlds = new_games(np.array(seeds, np.uint64), RULES, worlds=np.arange(len(seeds))), Worlds()
    worlds.append(len(seeds), seed=np.array(seeds, np.uint64))
    for tick in range(ticks):
        market_step(state.listings, worlds, tick // RULES.ticks_per_day, 1, RULES)
        before, effects = state.games.copy(), Effects(RULES)
        POLICIES[policy].act(state, RULES, effects)
        check_account(before, state, effects)
        before = state.games.copy()
        effects = run_tick(state, RULES)
        check_account(before, state, effects)
        check_beds(state)
        check_ranges(state)
        for table in (state.participants, state.incidents, state.requests, state.leases):
            keys = table.game.astype(np.int64) * 2**32 + table.number
            assert len(np.unique(keys)) == len(keys)
