"""A day's end: who has no bed suffers, the day is paid for, and on some days the sponsors pay."""

import numpy as np

from hackathon.rules.base import cents
from hackathon.rules.enums import Cause, EventCode, LeaseStatus, PersonStatus, Quantity
from hackathon.simulation.people import add_morale, depart
from hackathon.simulation.state import State
from hackathon.simulation.tables import Rows
from hackathon.simulation.turn import Turn, per_game


def housing_step(state: State, turn: Turn) -> None:
    """A night without a bed costs morale, name and peace; after some in a row the person leaves."""
    if not turn.day_end.any():
        return
    people, rules = state.participants, turn.rules.market.unhoused
    here = (people.status == PersonStatus.ACTIVE) & people.in_person & turn.day_end[people.game]
    people.unhoused_nights[here & (people.bed > 0)] = 0
    rows = np.flatnonzero(here & (people.bed == 0))
    if not len(rows):
        return
    people.unhoused_nights[rows] += 1
    add_morale(state, rows, rules.morale)
    nights = per_game(state, people.game[rows])
    state.games.unhoused_nights += nights.astype(np.int32)
    turn.change(state, Quantity.LEGAL, Cause.UNHOUSED, rules.legal * nights)
    turn.change(state, Quantity.STRESS, Cause.UNHOUSED, rules.stress * nights)
    turn.change(state, Quantity.REPUTATION, Cause.UNHOUSED, rules.reputation * nights)
    _leave(state, turn, rows[people.unhoused_nights[rows] >= rules.leaves_after_nights])


def _leave(state: State, turn: Turn, rows: Rows) -> None:
    rules = turn.rules.market.unhoused
    gone = depart(state, turn.effects, rows, PersonStatus.LEFT, Cause.LEFT_UNHOUSED)
    leavers = per_game(state, state.participants.game[gone])
    turn.change(state, Quantity.REPUTATION, Cause.LEFT_UNHOUSED, rules.leaving_reputation * leavers)
    turn.change(state, Quantity.LEGAL, Cause.LEFT_UNHOUSED, rules.leaving_legal * leavers)


def costs_step(state: State, turn: Turn) -> None:
    """Rent, food and wages of the day."""
    if not turn.day_end.any():
        return
    people, costs = state.participants, turn.rules.economy.daily_costs
    eaters = (people.status == PersonStatus.ACTIVE) & people.in_person & turn.day_end[people.game]
    food = per_game(state, people.game[eaters]) * cents(costs.food_euros)
    wages = np.where(turn.day_end, state.games.volunteers * cents(costs.volunteer_euros), 0)
    turn.change(state, Quantity.BUDGET_CENTS, Cause.RENT, -_rent(state, turn))
    turn.change(state, Quantity.BUDGET_CENTS, Cause.FOOD, -food)
    turn.change(state, Quantity.BUDGET_CENTS, Cause.VOLUNTEERS, -wages)


def _rent(state: State, turn: Turn) -> np.ndarray:
    leases, share = state.leases, turn.rules.market.rent.charged_share
    rows = np.flatnonzero((leases.status == LeaseStatus.ACTIVE) & turn.day_end[leases.game])
    charge = np.rint(leases.beds[rows] * leases.price_cents[rows] * share)
    return per_game(state, leases.game[rows], charge)


def sponsors_step(state: State, turn: Turn) -> None:
    """Sponsors pay every so many days, by their mood and the game's name."""
    rules, games = turn.rules.economy.sponsors, state.games
    rows = np.flatnonzero(turn.day_end & ((turn.day + 1) % rules.every_days == 0))
    if not len(rows):
        return
    share = games.sponsor_mood[rows] * (rules.base + rules.per_reputation * games.reputation[rows])
    money = np.rint(cents(rules.euros) * share).astype(np.int64)
    turn.effects.change(games, Quantity.BUDGET_CENTS, Cause.SPONSORS, rows, money)
    turn.effects.event(len(rows), EventCode.SPONSORS_PAID, Cause.SPONSORS, rows, budget_cents=money)
