"""Booked flights leave, are late, or are cancelled and paid back; parcels cross the border, arrive or get lost."""

import numpy as np

from hackathon.rules.enums import Cause, EventCode, FlightState, Purpose, Quantity, ShipmentState
from hackathon.rules.flights import IN_THE_AIR
from hackathon.rules.shipping import MOVING
from hackathon.simulation.flights import advance_flights, whole
from hackathon.simulation.random import uniforms
from hackathon.simulation.shipping import advance_shipments
from hackathon.simulation.state import State
from hackathon.simulation.tables import Rows
from hackathon.simulation.turn import Turn, per_game


def flights_step(state: State, turn: Turn) -> None:
    """What becomes of each flight whose time has come; a late one is not late twice."""
    requests = state.requests
    waiting = np.isin(requests.journey, IN_THE_AIR) & turn.running[requests.game]
    rows = np.flatnonzero(waiting & (requests.due_tick <= turn.tick[requests.game]))
    if not len(rows):
        return
    games, rules = requests.game[rows], turn.rules.requests.flight.journey
    fate, delay, *_ = uniforms(state.games.seed[games], requests.number[rows], turn.tick[games], Purpose.TRAVEL)
    cancelled = fate < rules.cancelled_chance
    late = fate < rules.cancelled_chance + rules.delayed_chance
    late &= ~cancelled & (requests.journey[rows] == FlightState.BOOKED)
    requests.due_tick[rows[late]] += whole(rules.delay_ticks.low, rules.delay_ticks.high, delay[late])
    for picked, following, code in (
        (cancelled, FlightState.CANCELLED, EventCode.FLIGHT_CANCELLED),
        (late, FlightState.DELAYED, EventCode.FLIGHT_DELAYED),
        (~cancelled & ~late, FlightState.FLOWN, EventCode.FLIGHT_FLOWN),
    ):
        _move(state, turn, rows[picked], following, code)
    _refund(state, turn, rows[cancelled])


def _move(state: State, turn: Turn, rows: Rows, following: FlightState, code: EventCode) -> None:
    requests = state.requests
    advance_flights(state, rows, following)
    turn.effects.event(
        len(rows),
        code,
        Cause.AIRLINE,
        requests.game[rows],
        request=requests.number[rows],
        participant=requests.participant[rows],
        amount_cents=requests.amount_cents[rows],
    )


def _refund(state: State, turn: Turn, rows: Rows) -> None:
    if not len(rows):
        return
    requests, share = state.requests, turn.rules.requests.flight.journey.refund_share
    money = per_game(state, requests.game[rows], np.rint(requests.amount_cents[rows] * share))
    turn.change(state, Quantity.BUDGET_CENTS, Cause.FLIGHT_REFUND, money)


def shipments_step(state: State, turn: Turn) -> None:
    """Parcels reach customs or their end; few are lost."""
    shipments = state.shipments
    moving = np.isin(shipments.state, MOVING) & turn.running[shipments.game]
    rows = np.flatnonzero(moving & (shipments.due_tick <= turn.tick[shipments.game]))
    if not len(rows):
        return
    games, rules = shipments.game[rows], turn.rules.shipping
    fate, wait, *_ = uniforms(state.games.seed[games], shipments.number[rows], turn.tick[games], Purpose.PARCEL)
    border = shipments.abroad[rows] & (shipments.state[rows] == ShipmentState.PACKED)
    lost = ~border & (fate < rules.lost_chance)
    shipments.due_tick[rows[border]] += whole(rules.customs_ticks.low, rules.customs_ticks.high, wait[border])
    for picked, following, code in (
        (border, ShipmentState.IN_CUSTOMS, EventCode.SHIPMENT_IN_CUSTOMS),
        (lost, ShipmentState.LOST, EventCode.SHIPMENT_LOST),
        (~border & ~lost, ShipmentState.DELIVERED, EventCode.SHIPMENT_DELIVERED),
    ):
        there = rows[picked]
        advance_shipments(state, there, following)
        who, where = shipments.participant[there], shipments.game[there]
        phase = shipments.phase[there]
        turn.effects.event(len(there), code, Cause.CARRIER, where, participant=who, count=phase)
