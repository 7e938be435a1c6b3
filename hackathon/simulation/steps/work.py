"""The day's work of those whose hour it is. Each person has one hour a day, and the hours are spread over its ticks."""

import numpy as np

from hackathon.rules.enums import (
    Cause,
    EventCode,
    IncidentStatus,
    PersonStatus,
    Purpose,
    Quantity,
    ShipState,
)
from hackathon.simulation.incidents import open_incidents
from hackathon.simulation.people import add_morale, credit_work, depart
from hackathon.simulation.random import variants
from hackathon.simulation.state import State
from hackathon.simulation.tables import Flags, Floats, Rows
from hackathon.simulation.turn import Turn, per_game

_COMMIT, _DEVLOG = 1, 2


def on_duty(state: State, turn: Turn) -> Rows:
    """Active participants whose hour of the day this tick is; the hour moves on by one each day."""
    people, length = state.participants, turn.rules.ticks_per_day
    games = people.game
    hour = (turn.tick - turn.day)[games]
    due = (people.status == PersonStatus.ACTIVE) & turn.running[games] & ((people.number - hour) % length == 0)
    return np.flatnonzero(due)


def work_step(state: State, turn: Turn) -> None:
    """Work, devlogs, silence, morale, quitting and finished projects, for whoever is on duty."""
    rows = on_duty(state, turn)
    if not len(rows):
        return
    works, hours, writes, vanishes = turn.draw_people(state, rows, Purpose.WORK)
    working = _work(state, turn, rows, works, hours)
    _write_devlogs(state, turn, rows, working & (writes < turn.rules.work.day.devlog_chance))
    _go_missing(state, turn, rows, vanishes)
    _drift(state, turn, rows)
    _wait_to_ship(state, turn, rows)
    _quit(state, turn, rows)


def _work(state: State, turn: Turn, rows: Rows, draw: Floats, spread: Floats) -> Flags:
    people, rules = state.participants, turn.rules.work.day
    working: Flags = draw < rules.base_chance + rules.chance_by_morale * people.morale[rows] / 100.0
    hours = rules.hours.low + (rules.hours.high - rules.hours.low) * spread
    together = people.in_person[rows] & turn.post_sf[people.game[rows]]
    hours = np.where(together, hours * rules.in_person_post_sf_factor, hours)
    people.idle_days[rows] = np.where(working, 0, people.idle_days[rows] + 1)
    busy = rows[working]
    credit_work(state, busy, hours[working], turn.day[people.game[busy]])
    turn.effects.commits.add(
        len(busy),
        game=people.game[busy],
        participant=people.number[busy],
        hours=hours[working],
        variant=_variants(state, turn, busy, _COMMIT),
    )
    return working


def _variants(state: State, turn: Turn, rows: Rows, salt: int) -> np.ndarray:
    games = state.participants.game[rows]
    return variants(state.games.seed[games], state.participants.number[rows], turn.tick[games], salt)


def _write_devlogs(state: State, turn: Turn, rows: Rows, writing: Flags) -> None:
    people, rules = state.participants, turn.rules.work.devlogs
    people.days_without_devlog[rows] = np.where(writing, 0, people.days_without_devlog[rows] + 1)
    writers = rows[writing]
    turn.effects.devlogs.add(
        len(writers),
        game=people.game[writers],
        participant=people.number[writers],
        variant=_variants(state, turn, writers, _DEVLOG),
    )
    silent = rows[people.days_without_devlog[rows] >= rules.missing_from_days]
    change = rules.reputation * per_game(state, people.game[silent])
    turn.change(state, Quantity.REPUTATION, Cause.MISSING_DEVLOGS, change)


def _go_missing(state: State, turn: Turn, rows: Rows, draw: Floats) -> None:
    """Silence alarms, unless somebody already looks for that person."""
    people, rules = state.participants, turn.rules.work.idle
    idle = people.idle_days[rows]
    gone = rows[(idle > 0) & (idle % rules.after_days == 0) & (draw < rules.chance)]
    if not len(gone):
        return
    kind = turn.rules.incident_types.index[rules.incident]
    incidents = state.incidents
    known = (incidents.status == IncidentStatus.OPEN) & (incidents.type == kind)
    sought = people.rows(incidents.game[known], incidents.subject[known])
    new = gone[~np.isin(gone, sought)]
    open_incidents(state, turn.effects, people.game[new], np.full(len(new), kind), people.number[new], Cause.IDLE)


def _drift(state: State, turn: Turn, rows: Rows) -> None:
    rules, morale = turn.rules.work.morale, state.participants.morale
    morale[rows] += rules.drift * (rules.toward - morale[rows])


def _wait_to_ship(state: State, turn: Turn, rows: Rows) -> None:
    """Finished projects get ready; who waits too long is disappointed, and says so."""
    people, rules = state.participants, turn.rules.work.shipping
    _get_ready(state, turn, rows)
    stage = people.ship_state[rows]
    waiting = rows[(stage == ShipState.READY_FIRST) | (stage == ShipState.READY_SECOND)]
    people.waiting_days[waiting] += 1
    tired = waiting[people.waiting_days[waiting] > rules.patience_days]
    add_morale(state, tired, rules.waiting_morale)
    change = rules.waiting_reputation * per_game(state, people.game[tired])
    turn.change(state, Quantity.REPUTATION, Cause.WAITING_TO_SHIP, change)


def _get_ready(state: State, turn: Turn, rows: Rows) -> None:
    people, rules = state.participants, turn.rules.work.shipping
    stage, hours = people.ship_state[rows], people.hours[rows]
    first = rows[(stage == ShipState.BUILDING_FIRST) & (hours >= rules.first_hours)]
    post_sf = turn.post_sf[people.game[rows]]
    enough = hours >= rules.first_hours + rules.second_hours
    second = rows[(stage == ShipState.BUILDING_SECOND) & post_sf & enough]
    for ready, state_now in ((first, ShipState.READY_FIRST), (second, ShipState.READY_SECOND)):
        people.ship_state[ready] = state_now
        games, numbers = people.game[ready], people.number[ready]
        turn.effects.event(len(ready), EventCode.PROJECT_READY, Cause.WORK, games, participant=numbers)


def _quit(state: State, turn: Turn, rows: Rows) -> None:
    people, rules = state.participants, turn.rules.work.quitting
    low = rows[people.morale[rows] < rules.below_morale]
    if not len(low):
        return
    gone = low[turn.draw_people(state, low, Purpose.WORK, sub=1)[0] < rules.chance]
    gone = depart(state, turn.effects, gone, PersonStatus.QUIT, Cause.QUITTING)
    turn.change(state, Quantity.REPUTATION, Cause.QUITTING, rules.reputation * per_game(state, people.game[gone]))
