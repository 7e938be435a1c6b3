"""Opening incidents, and carrying out what a choice or a missed deadline does."""

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import EffectTable
from hackathon.rules.enums import Cause, EventCode, FlightState, IncidentStatus, PersonStatus, Purpose, Quantity
from hackathon.simulation.effects import Effects
from hackathon.simulation.people import add_morale, depart
from hackathon.simulation.random import uniforms
from hackathon.simulation.state import State, rank_within
from hackathon.simulation.tables import Flags, Floats, Rows
from hackathon.simulation.turn import Crowd, per_game

Picked = NDArray[np.integer]


def open_count(state: State) -> Floats:
    """Open incidents of each game, shape [games]."""
    return per_game(state, state.incidents.game[state.incidents.status == IncidentStatus.OPEN])


def open_incidents(
    state: State,
    effects: Effects,
    games: Picked,
    types: Picked,
    subjects: Picked,
    cause: Cause,
    reopened_from: Picked | int = 0,
) -> Rows:
    """Open one incident each, as far as the game's limit allows; ``subjects`` are participant numbers (0: none)."""
    room = effects.rules.economy.limits.open_incidents - open_count(state)
    fits = rank_within(games) < room[games]
    games, types, subjects = games[fits], types[fits], subjects[fits]
    origin = np.broadcast_to(reopened_from, fits.shape)[fits]
    ticks = state.games.tick[games]
    rows = state.incidents.append(
        len(games),
        game=games,
        number=state.numbers_from("next_incident", games),
        type=types,
        cause=cause,
        opened_tick=ticks,
        deadline_tick=ticks + effects.rules.incident_types.due[types],
        subject=subjects,
        reopened_from=origin,
    )
    _announce(state, effects, rows, cause)
    return rows


def _announce(state: State, effects: Effects, rows: Rows, cause: Cause) -> None:
    incidents = state.incidents
    effects.event(
        len(rows),
        EventCode.INCIDENT_OPENED,
        cause,
        incidents.game[rows],
        incident=incidents.number[rows],
        participant=incidents.subject[rows],
        count=incidents.type[rows],
    )


def choose_subjects(
    state: State, effects: Effects, crowd: Crowd, games: Picked, types: Picked, purpose: Purpose
) -> NDArray[np.int32]:
    """Numbers of the people whom incidents befall: up to four tries to find somebody whom the type fits.

    Whoever is tried first stays if none fits, so that a rare filter never keeps an incident from coming.
    """
    draws = uniforms(state.games.seed[games], types, state.games.tick[games], purpose)
    wanted = effects.rules.incident_types.subject[types]
    chosen = crowd.pick(games, draws[0])
    fits = _fits(state, chosen, wanted)
    for draw in draws[1:]:
        other = crowd.pick(games, draw)
        better = ~fits & _fits(state, other, wanted)
        chosen = np.where(better, other, chosen)
        fits |= better
    nobody = (wanted == 0) | (chosen < 0)
    return np.where(nobody, 0, state.participants.number[np.maximum(chosen, 0)] if len(state.participants) else 0)


def _fits(state: State, rows: Rows, wanted: NDArray[np.int8]) -> Flags:
    """Whether each person is of the kind wanted, by the index in ``compiled.SUBJECTS``."""
    people = state.participants
    if not len(people):
        return np.ones(len(rows), np.bool_)
    picked = np.maximum(rows, 0)
    in_person, international = people.in_person[picked], people.international[picked]
    traveller = international | (people.flight[picked] == FlightState.BOOKED)
    anyone = np.ones(len(rows), np.bool_)
    return np.choose(wanted, [anyone, anyone, in_person, ~in_person, international, traveller]).astype(np.bool_)


def carry_out(state: State, effects: Effects, rows: Rows, table: EffectTable, cause: Cause) -> None:
    """Apply one effect to each of these incident rows."""
    games = state.incidents.game[rows]
    _change_games(state, effects, games, table, cause)
    _touch_everybody(state, games, table)
    _touch_subjects(state, effects, rows, table, cause)
    if table.flags_dishonest.any():
        _audit(state, effects, rows, table.flags_dishonest, cause)
    _reopen(state, effects, rows, table)


def _change_games(state: State, effects: Effects, games: Picked, table: EffectTable, cause: Cause) -> None:
    alone = len(games) == 1  # an action's: nothing to add up over all games of the shard
    touched = games if alone else np.unique(games)
    for quantity in (Quantity.STRESS, Quantity.REPUTATION, Quantity.LEGAL, Quantity.SPONSOR_MOOD):
        amounts: Floats = getattr(table, quantity.name.lower())
        if amounts.any():
            sums = amounts if alone else per_game(state, games, amounts)[touched]
            effects.change(state.games, quantity, cause, touched, sums)
    if table.budget_cents.any():
        money = np.zeros(len(state.games), np.int64)
        np.add.at(money, games, table.budget_cents)
        effects.change(state.games, Quantity.BUDGET_CENTS, cause, touched, money[touched])


def _touch_everybody(state: State, games: Picked, table: EffectTable) -> None:
    if not table.morale_all.any():
        return
    people = state.participants
    change = per_game(state, games, table.morale_all)[people.game]
    rows = np.flatnonzero((change != 0) & (people.status == PersonStatus.ACTIVE))
    add_morale(state, rows, change[rows])


def _touch_subjects(state: State, effects: Effects, rows: Rows, table: EffectTable, cause: Cause) -> None:
    people, incidents = state.participants, state.incidents
    subjects = people.rows(incidents.game[rows], incidents.subject[rows])
    known = subjects >= 0
    add_morale(state, subjects[known], table.morale[known])
    people.idle_days[subjects[known & table.returns]] = 0
    depart(state, effects, subjects[known & table.leaves], PersonStatus.AWOL, cause)


def _audit(state: State, effects: Effects, rows: Rows, shares: Floats, cause: Cause) -> None:
    """Flag a share of the dishonest, each by their own draw."""
    people = state.participants
    share = per_game(state, state.incidents.game[rows], shares)
    suspects = np.flatnonzero((share[people.game] > 0) & (people.status == PersonStatus.ACTIVE) & ~people.honest)
    games = people.game[suspects]
    draw = uniforms(state.games.seed[games], people.number[suspects], state.games.tick[games], Purpose.AUDIT)[0]
    flag_people(state, effects, suspects[draw < share[games]], cause)


def flag_people(state: State, effects: Effects, rows: Rows, cause: Cause) -> None:
    """Flag people as suspicious, once."""
    people = state.participants
    new = rows[~people.flagged[rows]]
    people.flagged[new] = True
    games, numbers = people.game[new], people.number[new]
    effects.event(
        len(new), EventCode.PARTICIPANT_FLAGGED, cause, games, participant=numbers, count=people.suspicious[new]
    )


def _reopen(state: State, effects: Effects, rows: Rows, table: EffectTable) -> None:
    """What was only put off comes back as a new incident, angrier."""
    if not table.reopen_chance.any():
        return
    incidents, penalty = state.incidents, effects.rules.incidents.reopened
    seeds = state.games.seed[incidents.game[rows]]
    ticks = state.games.tick[incidents.game[rows]]
    back = uniforms(seeds, incidents.number[rows], ticks, Purpose.REOPEN)[0] < table.reopen_chance
    rows = rows[back]
    games, cause = incidents.game[rows], Cause.INCIDENT_REOPENED
    touched, times = np.unique(games, return_counts=True)
    effects.change(state.games, Quantity.REPUTATION, cause, touched, penalty.reputation * times)
    effects.change(state.games, Quantity.STRESS, cause, touched, penalty.stress * times)
    open_incidents(state, effects, games, incidents.type[rows], incidents.subject[rows], cause, incidents.number[rows])
