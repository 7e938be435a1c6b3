"""Parcels: from abroad through customs, few lost and sent again, the second only after the first."""

import numpy as np
import pytest

from hackathon import errors
from hackathon.rules.compiled import Rules, default_rules
from hackathon.rules.enums import EventCode, ShipmentState, ShipState
from hackathon.rules.shipping import TRANSITIONS
from hackathon.simulation.actions import apply_action, possible_actions
from hackathon.simulation.beginning import new_games
from hackathon.simulation.shipping import advance_shipments
from hackathon.simulation.state import State
from hackathon.simulation.steps.travel import shipments_step
from hackathon.simulation.turn import Turn

GAMES = 300


@pytest.fixture(scope="module")
def rules() -> Rules:
    return default_rules()


def shipped(rules: Rules, games: int = GAMES) -> State:
    """Many games, each with a parcel of its first person on the way, half of them from abroad."""
    state = new_games(np.arange(1, games + 1), rules)
    people = state.participants
    people.international[:] = people.game % 2 == 1
    people.ship_state[:] = ShipState.READY_FIRST
    for game in range(games):
        apply_action(state, game, "ship", 1, None, rules)
    return state


def pass_time(state: State, rules: Rules, ticks: int) -> list[int]:
    """Codes of what happened to parcels."""
    codes: list[int] = []
    for _ in range(ticks):
        turn = Turn.begin(state, rules)
        shipments_step(state, turn)
        codes += turn.effects.events.table.code.tolist()
        state.games.tick += 1
    return codes


def test_every_parcel_comes_to_an_end_and_only_those_from_abroad_see_customs(rules):
    state = shipped(rules)
    codes = pass_time(state, rules, 40)
    ends = np.bincount(state.shipments.state, minlength=len(ShipmentState))
    assert ends[ShipmentState.DELIVERED] + ends[ShipmentState.LOST] == GAMES
    assert 0 < ends[ShipmentState.LOST] < GAMES / 10
    assert codes.count(EventCode.SHIPMENT_IN_CUSTOMS) == GAMES / 2
    assert ((state.shipments.customs_tick >= 0) == state.shipments.abroad).all()


def test_the_second_phase_waits_for_the_first_parcel(rules):
    state = shipped(rules, 1)
    state.participants.ship_state[0] = ShipState.READY_SECOND
    with pytest.raises(errors.FirstNotDelivered):
        apply_action(state, 0, "ship", 1, None, rules)
    ship = next(action for action in possible_actions(state, 0, rules) if action.action_type == "ship")
    assert 1 not in ship.targets
    advance_shipments(state, np.array([0]), ShipmentState.DELIVERED)
    apply_action(state, 0, "ship", 1, None, rules)
    assert state.shipments.phase.tolist() == [1, 2]


def test_a_lost_parcel_is_sent_again_and_counts_once(rules):
    state = shipped(rules, 1)
    advance_shipments(state, np.array([0]), ShipmentState.LOST)
    apply_action(state, 0, "ship", 1, None, rules)
    assert (state.shipments.state[0], state.shipments.attempts[0]) == (ShipmentState.PACKED, 2)
    assert (state.games.first_ships[0], len(state.shipments)) == (1, 1)


@pytest.mark.parametrize("before", ShipmentState)
def test_what_the_table_forbids_cannot_happen(rules, before):
    for after in ShipmentState:
        state = shipped(rules, 1)
        state.shipments.state[:] = before
        if after in TRANSITIONS[before]:
            advance_shipments(state, np.array([0]), after)
            assert state.shipments.state[0] == after
        else:
            with pytest.raises(ValueError, match="a parcel cannot become"):
                advance_shipments(state, np.array([0]), after)
