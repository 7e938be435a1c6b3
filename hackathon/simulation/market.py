"""The market of houses: shared by all games of a world, and never asleep."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hackathon.rules.base import cents
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import ListingStatus, Purpose
from hackathon.simulation.random import seeds64, uniforms
from hackathon.simulation.state import Listings, Worlds
from hackathon.simulation.tables import Rows


def open_target(running_games: ArrayLike, rules: Rules) -> NDArray[np.int64]:
    """How many listings a world with so many running games should have open."""
    market = rules.market.listings
    extra = np.floor(market.per_game * np.maximum(np.asarray(running_games) - 1, 0)).astype(np.int64)
    return np.asarray(np.minimum(market.base + extra, market.at_most))


def market_step(listings: Listings, worlds: Worlds, day: ArrayLike, running_games: ArrayLike, rules: Rules) -> None:
    """Let a market day pass: some listings go, taken ones go, new ones come up to the target.

    ``day`` and ``running_games`` are one number or one for each world. A day that a world has seen does nothing.
    """
    days = np.broadcast_to(np.asarray(day, np.int32), len(worlds)).copy()
    running = np.broadcast_to(np.asarray(running_games), len(worlds))
    due = worlds.day < days
    worlds.day[due] = days[due]
    _let_go(listings, worlds, due, rules)
    _refill(listings, worlds, np.where(due, open_target(running, rules), 0), rules)


def _let_go(listings: Listings, worlds: Worlds, due: NDArray[np.bool_], rules: Rules) -> None:
    rows = np.flatnonzero((listings.status == ListingStatus.OPEN) & due[listings.world])
    world = listings.world[rows]
    draw = uniforms(worlds.seed[world], listings.number[rows], worlds.day[world], Purpose.LISTING_GONE)[0]
    taken = listings.occupied[rows] >= listings.capacity[rows]
    listings.status[rows[taken | (draw < rules.market.listings.gone_chance)]] = ListingStatus.GONE


def _refill(listings: Listings, worlds: Worlds, target: NDArray[np.int64], rules: Rules) -> None:
    open_now = np.bincount(listings.world[listings.status == ListingStatus.OPEN], minlength=len(worlds))
    missing = np.maximum(target - open_now, 0)
    world = np.repeat(np.arange(len(worlds)), missing)
    if not len(world):
        return
    ranks = np.arange(len(world)) - np.repeat(np.cumsum(missing) - missing, missing)
    numbers = worlds.next_listing[world] + ranks
    worlds.next_listing += missing.astype(np.int32)
    _add_listings(listings, worlds, world, numbers, rules)


def _add_listings(listings: Listings, worlds: Worlds, world: Rows, numbers: NDArray[np.integer], rules: Rules) -> None:
    market, seeds = rules.market.listings, worlds.seed[world]
    size, nights, price, city = uniforms(seeds, numbers, 0, Purpose.LISTING)
    factor = market.price_factor.low + (market.price_factor.high - market.price_factor.low) * price
    listings.append(
        len(world),
        world=world,
        number=numbers,
        city=np.searchsorted(rules.city_thresholds, city, side="right"),
        capacity=_whole(market.capacity.low, market.capacity.high, size),
        nights=_whole(market.nights.low, market.nights.high, nights),
        price_cents=np.rint(cents(market.euros_per_bed) * factor),
        listed_day=worlds.day[world],
        seed=seeds64(seeds, numbers, 0, Purpose.LISTING_SEED),
    )


def _whole(low: int, high: int, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    return low + ((high - low + 1) * uniform).astype(np.int64)
