"""Flights are asked for, booked and moved along; a person's own ``flight`` is that of their latest one."""

import numpy as np

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import FlightState, Purpose, RequestKind, RequestStatus
from hackathon.rules.flights import TRANSITIONS
from hackathon.simulation.random import uniforms
from hackathon.simulation.state import State
from hackathon.simulation.tables import Ints, Rows

_ALLOWED = np.array([[after in TRANSITIONS[before] for after in FlightState] for before in FlightState])


def advance_flights(state: State, rows: Rows, following: FlightState) -> None:
    """Move these flights (request rows) on; what the table of transitions does not allow raises ValueError."""
    requests = state.requests
    if not _ALLOWED[requests.journey[rows], following].all():
        raise ValueError(f"a flight cannot become {following.name.lower()} from here")
    requests.journey[rows] = following
    travellers = state.participants.rows(requests.game[rows], requests.participant[rows])
    state.participants.flight[travellers[travellers >= 0]] = following


def book_flights(state: State, rows: Rows, rules: Rules) -> None:
    """Book these flights: from now on ``due_tick`` is when they should leave."""
    advance_flights(state, rows, FlightState.BOOKED)
    requests, wait = state.requests, rules.requests.flight.journey.departs_ticks
    games = requests.game[rows]
    ticks = state.games.tick[games]
    draw = uniforms(state.games.seed[games], requests.number[rows], ticks, Purpose.TRAVEL)[3]
    requests.due_tick[rows] = ticks + whole(wait.low, wait.high, draw)


def book_unasked(state: State, person: int, price_cents: int, rules: Rules) -> None:
    """A flight for somebody who did not ask: a request of their own, granted as it is made."""
    people = state.participants
    games = people.game[[person]]
    tick = state.games.tick[games]
    rows = state.requests.append(
        1,
        game=games,
        number=state.numbers_from("next_request", games),
        kind=RequestKind.FLIGHT,
        status=RequestStatus.APPROVED,
        participant=people.number[[person]],
        amount_cents=price_cents,
        created_tick=tick,
        closed_tick=tick,
    )
    book_flights(state, rows, rules)


def whole(low: int, high: int, draw: np.ndarray) -> Ints:
    """Whole numbers from ``low`` to ``high``, both included, by uniforms."""
    return np.asarray(low + ((high - low + 1) * draw).astype(np.int32), np.int32)
