"""People on duty ask for things: their stipend, a flight, the money for a receipt."""

import numpy as np

from hackathon.rules.base import cents
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import Cause, EventCode, FlightState, Purpose, Reason, RequestKind
from hackathon.rules.requests import Fraud
from hackathon.simulation.effects import Effects
from hackathon.simulation.flights import advance_flights
from hackathon.simulation.random import noise, uniforms
from hackathon.simulation.state import State
from hackathon.simulation.steps.work import on_duty
from hackathon.simulation.tables import Flags, Floats, Ints, Longs, Rows
from hackathon.simulation.turn import Turn


def requests_step(state: State, turn: Turn) -> None:
    """Each kind of request from those whose turn it is."""
    rows = on_duty(state, turn)
    if not len(rows):
        return
    asks, false, size, false_flight = turn.draw_people(state, rows, Purpose.REQUEST)
    _stipends(state, turn, rows, false)
    _flights(state, turn, rows, false_flight)
    _receipts(state, turn, rows, asks, false, size)


def _is_fraud(state: State, rows: Rows, draw: Floats, rules: Fraud) -> Flags:
    fraud: Flags = draw < np.where(state.participants.honest[rows], rules.honest, rules.dishonest)
    return fraud


def _stipends(state: State, turn: Turn, rows: Rows, false: Floats) -> None:
    people, rules = state.participants, turn.rules.requests.stipend
    games = people.game[rows]
    here = turn.day[games] - people.joined_tick[rows] // turn.rules.ticks_per_day
    due = (here > 0) & (here % rules.every_days == 0)
    fraud = _is_fraud(state, rows, false, rules.fraud)[due]
    amounts = np.full(int(due.sum()), cents(rules.euros))
    open_requests(state, turn.effects, rows[due], RequestKind.STIPEND, amounts, fraud)


def _flights(state: State, turn: Turn, rows: Rows, false: Floats) -> None:
    people, rules = state.participants, turn.rules.requests.flight
    shipped = (people.first_shipped_tick[rows] >= 0) & (people.flight[rows] == FlightState.NONE)
    due = shipped & (turn.day[people.game[rows]] >= rules.from_day)
    flyers = rows[due]
    fraud = _is_fraud(state, rows, false, rules.fraud)[due]
    open_requests(state, turn.effects, flyers, RequestKind.FLIGHT, flight_prices(state, flyers, turn.effects), fraud)


def flight_prices(state: State, rows: Rows, effects: Effects) -> Longs:
    """What a flight costs each of these people, in cents."""
    rules = effects.rules.requests.flight
    far = state.participants.international[rows]
    return np.where(far, cents(rules.euros_international), cents(rules.euros))


def _receipts(state: State, turn: Turn, rows: Rows, asks: Floats, false: Floats, size: Floats) -> None:
    rules = turn.rules.requests.receipt
    due = asks < rules.chance
    fraud = _is_fraud(state, rows, false, rules.fraud)[due]
    low, high = cents(rules.euros.low), cents(rules.euros.high)
    amounts = low + ((high - low + 1) * size[due]).astype(np.int64)
    open_requests(state, turn.effects, rows[due], RequestKind.RECEIPT, amounts, fraud)


def open_requests(state: State, effects: Effects, rows: Rows, kind: RequestKind, amounts: Longs, fraud: Flags) -> Rows:
    """File one request for each of these participant rows; answers the request rows."""
    if not len(rows):
        return np.empty(0, np.intp)
    people = state.participants
    games, ticks = people.game[rows], state.games.tick[people.game[rows]]
    suspicion = _suspicion(state, effects, rows, kind, fraud)
    numbers = state.numbers_from("next_request", games)
    opened = state.requests.append(
        len(rows),
        game=games,
        number=numbers,
        kind=kind,
        participant=people.number[rows],
        amount_cents=amounts,
        fraud=fraud,
        suspicion=suspicion,
        created_tick=ticks,
        due_tick=ticks + _due_ticks(effects.rules, kind),
        reasons=_reasons(state, effects, rows, kind, amounts, suspicion),
    )
    if kind is RequestKind.FLIGHT:
        advance_flights(state, opened, FlightState.REQUESTED)
    _note_opened(state, effects, opened)
    return opened


def _due_ticks(rules: Rules, kind: RequestKind) -> int:
    """How long a request of this kind waits before it is too late."""
    asked = rules.requests
    return {
        RequestKind.STIPEND: asked.stipend.due_ticks,
        RequestKind.FLIGHT: asked.flight.due_ticks,
        RequestKind.RECEIPT: asked.receipt.due_ticks,
    }[kind]


def _note_opened(state: State, effects: Effects, opened: Rows) -> None:
    requests = state.requests
    effects.event(
        len(opened),
        EventCode.REQUEST_OPENED,
        Cause.WORK,
        requests.game[opened],
        request=requests.number[opened],
        participant=requests.participant[opened],
        count=requests.kind[opened],
        amount_cents=requests.amount_cents[opened],
    )


def _suspicion(state: State, effects: Effects, rows: Rows, kind: RequestKind, fraud: Flags) -> Floats:
    """The noisy score that the player sees."""
    rules, people = effects.rules.requests.suspicion, state.participants
    games = people.game[rows]
    draws = uniforms(
        state.games.seed[games], people.number[rows], state.games.tick[games], Purpose.SUSPICION, int(kind)
    )
    score = np.where(fraud, rules.fraud, rules.honest) + rules.deviation * noise(draws)
    return np.clip(score, 0.0, 1.0)


def _reasons(state: State, effects: Effects, rows: Rows, kind: RequestKind, amounts: Longs, suspicion: Floats) -> Ints:
    """What speaks against each request, for all to see."""
    rules, people = effects.rules.requests.suspicion, state.participants
    unusual = (kind == RequestKind.RECEIPT) & (amounts >= cents(rules.unusual_euros))
    reasons = (
        np.where(suspicion >= rules.high, Reason.HIGH_SUSPICION, 0)
        + np.where(unusual, Reason.UNUSUAL_AMOUNT, 0)
        + np.where(people.suspicious[rows] > 0, Reason.EARLIER_SUSPICION, 0)
        + np.where(people.flagged[rows], Reason.FLAGGED_PERSON, 0)
    )
    return reasons.astype(np.int32)
