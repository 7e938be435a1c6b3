"""Parcels are packed and moved along; what the table of transitions does not allow, nobody does."""

import numpy as np

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import Purpose, ShipmentState
from hackathon.rules.shipping import TRANSITIONS
from hackathon.simulation.flights import whole
from hackathon.simulation.random import uniforms
from hackathon.simulation.state import NEVER, State
from hackathon.simulation.tables import Rows

_ALLOWED = np.array([[after in TRANSITIONS[before] for after in ShipmentState] for before in ShipmentState])


def advance_shipments(state: State, rows: Rows, following: ShipmentState) -> None:
    """Move these parcels on; raises ValueError where the table does not allow it."""
    shipments = state.shipments
    if not _ALLOWED[shipments.state[rows], following].all():
        raise ValueError(f"a parcel cannot become {following.name.lower()} from here")
    shipments.state[rows] = following
    ticks = state.games.tick[shipments.game[rows]]
    if following is ShipmentState.IN_CUSTOMS:
        shipments.customs_tick[rows] = ticks
    elif following is not ShipmentState.PACKED:
        shipments.closed_tick[rows] = ticks


def pack(state: State, person: int, phase: int, rules: Rules) -> int:
    """A new parcel for a participant row; answers its row."""
    people = state.participants
    games = people.game[[person]]
    row = state.shipments.append(
        1,
        game=games,
        number=state.numbers_from("next_shipment", games),
        participant=people.number[person],
        phase=phase,
        abroad=people.international[person],
        packed_tick=state.games.tick[games],
    )
    wait_on_road(state, row, rules)
    return int(row[0])


def pack_again(state: State, row: int, rules: Rules) -> None:
    """A lost parcel is sent once more."""
    rows, shipments = np.array([row]), state.shipments
    advance_shipments(state, rows, ShipmentState.PACKED)
    shipments.attempts[row] += 1
    shipments.packed_tick[row] = state.games.tick[shipments.game[row]]
    shipments.customs_tick[row] = shipments.closed_tick[row] = NEVER
    wait_on_road(state, rows, rules)


def wait_on_road(state: State, rows: Rows, rules: Rules) -> None:
    """When these parcels get to the next place."""
    shipments, road = state.shipments, rules.shipping.road_ticks
    games = shipments.game[rows]
    draw = uniforms(state.games.seed[games], shipments.number[rows], state.games.tick[games], Purpose.PARCEL)[3]
    shipments.due_tick[rows] = state.games.tick[games] + whole(road.low, road.high, draw)


def parcels_of(state: State, person: int) -> Rows:
    """Rows of the parcels of a participant row that have not been delivered."""
    people, shipments = state.participants, state.shipments
    mine = (shipments.game == people.game[person]) & (shipments.participant == people.number[person])
    return np.flatnonzero(mine & (shipments.state != ShipmentState.DELIVERED))
