"""What every tick does to a game by itself: points come back, worries press, rest and time relieve."""

import numpy as np

from hackathon.rules.enums import Cause, Quantity, RequestStatus
from hackathon.simulation.incidents import open_count
from hackathon.simulation.state import State
from hackathon.simulation.turn import Turn, per_game


def regeneration_step(state: State, turn: Turn) -> None:
    """Action points come back; slower under stress."""
    games, rules = state.games, turn.rules.economy.action_points
    factor = np.ones(len(games))
    for slowdown in rules.slowdowns:
        factor[games.stress > slowdown.above_stress] = slowdown.factor
    gain = (rules.per_tick + rules.per_volunteer * games.volunteers) * factor
    turn.change(state, Quantity.AP, Cause.REGENERATION, gain)


def pressure_step(state: State, turn: Turn) -> None:
    """Stress by what lies open, less the tick's relief; the legal risk fades."""
    rules, requests = turn.rules.economy.pressure, state.requests
    waiting = per_game(state, requests.game[requests.status == RequestStatus.OPEN])
    turn.change(state, Quantity.STRESS, Cause.OPEN_INCIDENTS, rules.stress_per_incident * open_count(state))
    turn.change(state, Quantity.STRESS, Cause.OPEN_REQUESTS, rules.stress_per_request * waiting)
    turn.change(state, Quantity.STRESS, Cause.RELIEF, np.full(len(state.games), -rules.relief))
    turn.change(state, Quantity.LEGAL, Cause.LEGAL_DECAY, np.full(len(state.games), -rules.legal_decay))
