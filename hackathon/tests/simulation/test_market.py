"""The market of houses."""

import numpy as np
import pytest

from hackathon.rules.enums import ListingStatus
from hackathon.simulation.market import market_step, open_target
from hackathon.simulation.state import Listings, Worlds


@pytest.fixture
def market():
    worlds = Worlds()
    worlds.append(2, seed=np.array([4, 9]))
    return Listings(), worlds


def still_open(listings):
    return np.bincount(listings.world[listings.status == ListingStatus.OPEN], minlength=2).tolist()


def test_it_grows_with_the_games(market, rules):
    listings, worlds = market
    market_step(listings, worlds, 0, np.array([1, 5]), rules)
    assert still_open(listings) == open_target(np.array([1, 5]), rules).tolist() == [3, 9]
    prices = rules.market.listings.price_factor
    assert 2500 * prices.low <= listings.price_cents.min()
    assert listings.price_cents.max() <= 2500 * prices.high


def test_a_quarter_goes_each_day_and_is_replaced(market, rules):
    listings, worlds = market
    for day in range(200):
        market_step(listings, worlds, day, 7, rules)
        assert still_open(listings) == [12, 12]
    assert len(listings) / (199 * 24) == pytest.approx(rules.market.listings.gone_chance, abs=0.03)


def test_a_day_that_has_been_is_not_run_again(market, rules):
    listings, worlds = market
    market_step(listings, worlds, 3, 4, rules)
    before = listings.copy()
    market_step(listings, worlds, 3, 40, rules)
    market_step(listings, worlds, 2, 40, rules)
    for name in listings.column_names():
        assert (getattr(listings, name) == getattr(before, name)).all()


def test_full_houses_leave_the_market(market, rules):
    listings, worlds = market
    market_step(listings, worlds, 0, 1, rules)
    listings.occupied[:] = listings.capacity
    market_step(listings, worlds, 1, 1, rules)
    assert (listings.status[:6] == ListingStatus.GONE).all()


def test_worlds_do_not_depend_on_their_neighbours(market, rules):
    listings, worlds = market
    alone, one = Listings(), Worlds()
    one.append(1, seed=np.array([9]))
    for day in range(10):
        market_step(listings, worlds, day, 2, rules)
        market_step(alone, one, day, 2, rules)
    mine = listings.take(listings.world == 1)
    order = np.argsort(mine.number)
    for name in set(listings.column_names()) - {"world"}:
        assert (getattr(mine, name)[order] == getattr(alone, name)).all()
