"""What a new day brings before anything else: an arrival, and the streaks of the day before.

Both run at the start of a day's first tick, or before it by a schedule of their own: a day's work is done once,
guarded by the game's ``arrivals_day`` and ``streaks_day``, and drawn by (game, number), so both ways end alike.
"""

import numpy as np

from hackathon.rules.enums import Cause, EventCode, PersonStatus, Quantity
from hackathon.simulation.people import add_people
from hackathon.simulation.state import State
from hackathon.simulation.tables import Flags, Ints
from hackathon.simulation.turn import Turn, per_game


def _new_day(turn: Turn, done_day: Ints) -> Flags:
    starts = turn.tick % turn.rules.ticks_per_day == 0
    fresh: Flags = turn.running & starts & (done_day < turn.day)
    return fresh


def arrivals_step(state: State, turn: Turn) -> None:
    """One newcomer for each game whose day it is, as long as there is room."""
    fresh = _new_day(turn, state.games.arrivals_day)
    state.games.arrivals_day[fresh] = turn.day[fresh]
    rules, people = turn.rules.work.arrivals, state.participants
    every = np.where(turn.post_sf, rules.post_sf_every_days, rules.pre_sf_every_days)
    active = per_game(state, people.game[people.status == PersonStatus.ACTIVE])
    games = np.flatnonzero(fresh & (turn.day % every == 0) & (active < turn.rules.economy.limits.participants))
    if not len(games):
        return
    rows = add_people(state, turn.rules, games, turn.post_sf[games] & rules.post_sf_remote_only)
    numbers = state.participants.number[rows]
    turn.effects.event(len(rows), EventCode.PARTICIPANT_ARRIVED, Cause.ARRIVAL, games, participant=numbers)


def streaks_step(state: State, turn: Turn) -> None:
    """Streaks of people who did not work yesterday end; long ones lift the game's name."""
    fresh = _new_day(turn, state.games.streaks_day)
    if not fresh.any():
        return
    state.games.streaks_day[fresh] = turn.day[fresh]
    people, rules = state.participants, turn.rules.work.streaks
    mine = fresh[people.game] & (people.status == PersonStatus.ACTIVE)
    people.streak[mine & (people.worked_day < turn.day[people.game] - 1)] = 0
    long = per_game(state, people.game[mine & (people.streak >= rules.from_days)])
    gain = np.minimum(rules.reputation_at_most, rules.reputation_each * long)
    turn.change(state, Quantity.REPUTATION, Cause.STREAKS, gain)
