"""How a game begins: its numbers, its first people, its first house."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hackathon.rules.base import cents
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import PersonStatus, Purpose
from hackathon.simulation.people import add_people
from hackathon.simulation.random import philox, seeds64
from hackathon.simulation.state import State, rank_within
from hackathon.simulation.tables import Rows


def new_games(seeds: ArrayLike, rules: Rules, worlds: ArrayLike = 0) -> State:
    """Fresh games, one for each 64-bit seed; ``worlds`` are row indices of the markets they share."""
    state, start = State(), rules.economy.start
    seeds = np.asarray(seeds, np.uint64)
    state.games.append(
        len(seeds),
        seed=seeds,
        world=worlds,
        ap=start.ap,
        stress=start.stress,
        reputation=start.reputation,
        legal=start.legal,
        budget_cents=cents(start.euros),
        income_cents=cents(start.euros),
        sponsor_mood=start.sponsor_mood,
        volunteers=start.volunteers,
    )
    games = np.repeat(np.arange(len(seeds)), start.participants)
    add_people(state, rules, games, np.zeros(len(games), np.bool_))
    if start.house.beds:
        _first_house(state, rules)
    return state


def _first_house(state: State, rules: Rules) -> None:
    house, games = rules.economy.start.house, np.arange(len(state.games))
    seeds = state.games.seed
    city = np.searchsorted(rules.city_thresholds, philox(seeds, 0, 0, Purpose.HOUSE_SEED)[2] / 2**32, side="right")
    leases = state.leases.append(
        len(games),
        game=games,
        number=state.numbers_from("next_lease", games),
        city=city,
        beds=house.beds,
        price_cents=cents(rules.market.listings.euros_per_bed),
        ends_tick=house.days * rules.ticks_per_day,
        seed=seeds64(seeds, 0, 0, Purpose.HOUSE_SEED),
    )
    move_in(state, leases, np.full(len(leases), house.beds))


def move_in(state: State, leases: Rows, free: NDArray[np.integer]) -> Rows:
    """Give free beds of these leases (one a game) to people in person without one, by number; answers their rows."""
    people = state.participants
    room, lease = np.zeros(len(state.games), np.int64), np.zeros(len(state.games), np.int64)
    room[state.leases.game[leases]] = free
    lease[state.leases.game[leases]] = state.leases.number[leases]
    needy = (people.status == PersonStatus.ACTIVE) & people.in_person & (people.bed == 0)
    rows = np.flatnonzero(needy & (room[people.game] > 0))
    rows = rows[rank_within(people.game[rows]) < room[people.game[rows]]]
    people.bed[rows] = lease[people.game[rows]]
    return rows
