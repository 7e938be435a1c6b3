"""What is due runs out: incidents nobody dealt with, requests nobody answered, leases nobody renewed."""

import numpy as np

from hackathon.rules.enums import (
    Cause,
    EventCode,
    FlightState,
    IncidentStatus,
    LeaseStatus,
    PersonStatus,
    Purpose,
    Quantity,
    RequestKind,
    RequestStatus,
)
from hackathon.simulation.flights import advance_flights
from hackathon.simulation.incidents import carry_out, open_incidents
from hackathon.simulation.people import add_morale
from hackathon.simulation.random import uniforms
from hackathon.simulation.state import State
from hackathon.simulation.tables import Rows
from hackathon.simulation.turn import Turn, per_game


def incident_deadlines_step(state: State, turn: Turn) -> None:
    """Incidents past their deadline do what their type says, and count against the score."""
    incidents = state.incidents
    open_now = (incidents.status == IncidentStatus.OPEN) & turn.running[incidents.game]
    rows = np.flatnonzero(open_now & (incidents.deadline_tick <= turn.tick[incidents.game]))
    if not len(rows):
        return
    games = incidents.game[rows]
    incidents.status[rows] = IncidentStatus.TIMED_OUT
    incidents.closed_tick[rows] = turn.tick[games]
    np.add.at(state.games.timeouts, games, 1)
    table = turn.rules.incident_types.timeout.rows(incidents.type[rows])
    turn.effects.event(
        len(rows),
        EventCode.INCIDENT_TIMED_OUT,
        Cause.INCIDENT_TIMEOUT,
        games,
        incident=incidents.number[rows],
        participant=incidents.subject[rows],
        stress=table.stress,
        reputation=table.reputation,
        legal=table.legal,
        sponsor_mood=table.sponsor_mood,
        budget_cents=table.budget_cents,
        morale=table.morale,
    )
    carry_out(state, turn.effects, rows, table, Cause.INCIDENT_TIMEOUT)


def request_deadlines_step(state: State, turn: Turn) -> None:
    """Requests nobody answered disappoint; some of the honest ones make a scandal of it."""
    requests, rules = state.requests, turn.rules.requests.expired
    open_now = (requests.status == RequestStatus.OPEN) & turn.running[requests.game]
    rows = np.flatnonzero(open_now & (requests.due_tick <= turn.tick[requests.game]))
    if not len(rows):
        return
    games = requests.game[rows]
    requests.status[rows] = RequestStatus.EXPIRED
    requests.closed_tick[rows] = turn.tick[games]
    people = state.participants.rows(games, requests.participant[rows])
    add_morale(state, people, rules.morale)
    advance_flights(state, rows[requests.kind[rows] == RequestKind.FLIGHT], FlightState.DENIED)
    turn.change(state, Quantity.REPUTATION, Cause.REQUEST_EXPIRED, rules.reputation * per_game(state, games))
    turn.effects.event(
        len(rows),
        EventCode.REQUEST_EXPIRED,
        Cause.REQUEST_EXPIRED,
        games,
        request=requests.number[rows],
        participant=requests.participant[rows],
        amount_cents=requests.amount_cents[rows],
        reputation=rules.reputation,
        morale=rules.morale,
    )
    _scandals(state, turn, rows)


def _scandals(state: State, turn: Turn, rows: Rows) -> None:
    requests, rules = state.requests, turn.rules.requests.expired
    games = requests.game[rows]
    draw = uniforms(state.games.seed[games], requests.number[rows], turn.tick[games], Purpose.STIPEND_LOST)[0]
    loud = rows[(draw < rules.incident_chance) & ~requests.fraud[rows]]
    types = np.full(len(loud), turn.rules.incident_types.index[rules.incident])
    open_incidents(state, turn.effects, requests.game[loud], types, requests.participant[loud], Cause.REQUEST_EXPIRED)


def lease_deadlines_step(state: State, turn: Turn) -> None:
    """Leases end, and whoever lived there has no bed; a notice comes some ticks before."""
    leases = state.leases
    mine = (leases.status == LeaseStatus.ACTIVE) & turn.running[leases.game]
    left = leases.ends_tick - turn.tick[leases.game]
    _notices(state, turn, np.flatnonzero(mine & (left == turn.rules.messages.lease_notice_ticks)))
    rows = np.flatnonzero(mine & (left <= 0))
    if not len(rows):
        return
    leases.status[rows] = LeaseStatus.ENDED
    put_out = _put_out(state, turn, rows)
    turn.effects.event(
        len(rows), EventCode.LEASE_ENDED, Cause.LEASE_ENDED, leases.game[rows], lease=leases.number[rows], count=put_out
    )


def _notices(state: State, turn: Turn, rows: Rows) -> None:
    leases = state.leases
    turn.effects.event(
        len(rows),
        EventCode.LEASE_ENDING,
        Cause.LEASE_ENDED,
        leases.game[rows],
        lease=leases.number[rows],
        count=turn.rules.messages.lease_notice_ticks,
    )


def _put_out(state: State, turn: Turn, ended: Rows) -> Rows:
    """Take the beds of these leases from their people; answers how many lost theirs, for each lease."""
    people = state.participants
    housed = np.flatnonzero((people.bed > 0) & (people.status == PersonStatus.ACTIVE))
    homes = state.leases.rows(people.game[housed], people.bed[housed])
    hit = np.isin(homes, ended)
    out = housed[hit]
    people.bed[out] = 0
    games, numbers = people.game[out], people.number[out]
    turn.effects.event(len(out), EventCode.PARTICIPANT_UNHOUSED, Cause.LEASE_ENDED, games, participant=numbers)
    return np.bincount(homes[hit], minlength=len(state.leases))[ended]
