"""Flights move by the table of transitions, and money comes back once for what was cancelled."""

import numpy as np
import pytest

from hackathon.rules.compiled import Rules, default_rules
from hackathon.rules.enums import Cause, EventCode, FlightState, Quantity
from hackathon.rules.flights import TRANSITIONS
from hackathon.simulation.actions import apply_action
from hackathon.simulation.beginning import new_games
from hackathon.simulation.flights import advance_flights
from hackathon.simulation.state import State
from hackathon.simulation.steps.travel import flights_step
from hackathon.simulation.turn import Turn

GAMES = 300


@pytest.fixture(scope="module")
def rules() -> Rules:
    return default_rules()


def booked(rules: Rules) -> State:
    """Many games, each with one flight booked for its first person."""
    state = new_games(np.arange(1, GAMES + 1), rules)
    for game in range(GAMES):
        row = state.participants.row(game, 1)
        state.participants.first_shipped_tick[row] = 0
        apply_action(state, game, "assign", 1, {"what": "flight"}, rules)
    return state


def codes(turn: Turn) -> list[int]:
    return turn.effects.events.table.code.tolist()


def test_all_fates_are_met_and_all_flights_end(rules):
    state = booked(rules)
    assert set(state.requests.journey) == {FlightState.BOOKED}
    before, told = state.games.budget_cents.copy(), []
    for tick in range(60):
        state.games.tick[:] = tick
        turn = Turn.begin(state, rules)
        flights_step(state, turn)
        told += codes(turn)
    ends = np.bincount(state.requests.journey, minlength=len(FlightState))
    assert ends[FlightState.FLOWN] + ends[FlightState.CANCELLED] == GAMES
    assert ends[FlightState.CANCELLED] > 0
    assert EventCode.FLIGHT_DELAYED in told
    assert EventCode.FLIGHT_DELAYED.name == "FLIGHT_DELAYED"  # an alias of another code would be logged as that one
    assert told.count(EventCode.FLIGHT_FLOWN) == ends[FlightState.FLOWN]
    cancelled = state.requests.journey == FlightState.CANCELLED
    back = np.where(cancelled, state.requests.amount_cents, 0)
    assert (state.games.budget_cents - before).tolist() == back.tolist()
    assert state.participants.flight[state.participants.number == 1].tolist() == state.requests.journey.tolist()


def test_a_refund_is_noted_with_its_cause(rules):
    state = booked(rules)
    state.games.tick[:] = 30
    turn = Turn.begin(state, rules)
    flights_step(state, turn)
    refunds = [change for change in turn.effects.changes if change.quantity is Quantity.BUDGET_CENTS]
    assert {change.cause for change in refunds} == {Cause.FLIGHT_REFUND}


@pytest.mark.parametrize("before", FlightState)
def test_what_the_table_forbids_cannot_happen(rules, before):
    for after in FlightState:
        state = booked(rules).select(np.array([0]))
        state.requests.journey[:] = before
        if after in TRANSITIONS[before]:
            advance_flights(state, np.array([0]), after)
            assert state.requests.journey[0] == after
        else:
            with pytest.raises(ValueError, match="a flight cannot become"):
                advance_flights(state, np.array([0]), after)
