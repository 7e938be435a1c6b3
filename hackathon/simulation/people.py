"""What happens to people from many sides: their morale moves, they come, they go."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import Cause, EventCode, FlightState, PersonStatus, Purpose, RequestKind, RequestStatus
from hackathon.simulation.effects import Effects
from hackathon.simulation.flights import advance_flights
from hackathon.simulation.random import seeds64, uniforms
from hackathon.simulation.state import State
from hackathon.simulation.tables import Floats, Ints, Rows

_CODES = {
    PersonStatus.QUIT: EventCode.PARTICIPANT_QUIT,
    PersonStatus.LEFT: EventCode.PARTICIPANT_LEFT,
    PersonStatus.AWOL: EventCode.PARTICIPANT_AWOL,
    PersonStatus.REMOVED: EventCode.PARTICIPANT_LEFT,
}


def add_morale(state: State, rows: Rows, change: ArrayLike) -> None:
    """Move people's morale, within 0-100; a row may come more than once."""
    morale = state.participants.morale
    np.add.at(morale, rows, change)
    morale[rows] = np.clip(morale[rows], 0.0, 100.0)


def credit_work(state: State, rows: Rows, hours: Floats | float, days: Ints | int) -> None:
    """Count hours of work on these days, simulated or reported; a day lengthens a streak once."""
    people = state.participants
    people.hours[rows] += hours
    people.streak[rows] += people.worked_day[rows] != days
    people.worked_day[rows] = days
    people.idle_days[rows] = 0


def depart(state: State, effects: Effects, rows: Rows, status: PersonStatus, cause: Cause) -> Rows:
    """Let people go: free their beds, withdraw their open requests. Answers the rows that really went."""
    people = state.participants
    rows = np.unique(rows[people.status[rows] == PersonStatus.ACTIVE])
    if not len(rows):
        return rows
    games = people.game[rows]
    people.status[rows] = status
    people.left_tick[rows] = state.games.tick[games]
    people.bed[rows] = 0
    np.add.at(state.games.people_lost, games, 1)
    effects.event(len(rows), _CODES[status], cause, games, participant=people.number[rows])
    _withdraw_requests(state, effects, rows, cause)
    return rows


def _withdraw_requests(state: State, effects: Effects, gone: Rows, cause: Cause) -> None:
    requests, people = state.requests, state.participants
    touched = np.zeros(len(state.games), np.bool_)
    touched[people.game[gone]] = True
    near = np.flatnonzero(touched[requests.game] & (requests.status == RequestStatus.OPEN))
    asked = people.rows(requests.game[near], requests.participant[near])
    closed = near[np.isin(asked, gone)]
    requests.status[closed] = RequestStatus.WITHDRAWN
    requests.closed_tick[closed] = state.games.tick[requests.game[closed]]
    advance_flights(state, closed[requests.kind[closed] == RequestKind.FLIGHT], FlightState.CANCELLED)
    effects.event(
        len(closed),
        EventCode.REQUEST_WITHDRAWN,
        cause,
        requests.game[closed],
        request=requests.number[closed],
        participant=requests.participant[closed],
        amount_cents=requests.amount_cents[closed],
    )


def add_people(state: State, rules: Rules, games: NDArray[np.integer], remote_only: NDArray[np.bool_]) -> Rows:
    """One new participant for each of ``games`` (repeats allowed), drawn by the game's next numbers."""
    numbers = state.numbers_from("next_participant", games)
    seeds, people = state.games.seed[games], rules.work.people
    honest, in_person, international, morale = uniforms(seeds, numbers, 0, Purpose.PERSON)
    return state.participants.append(
        len(games),
        game=games,
        number=numbers,
        person_seed=seeds64(seeds, numbers, 0, Purpose.PERSON_SEED),
        joined_tick=state.games.tick[games],
        honest=honest < people.honest,
        in_person=(in_person < people.in_person) & ~remote_only,
        international=international < people.international,
        morale=people.morale.low + (people.morale.high - people.morale.low) * morale,
    )
