"""The best house: room enough first, then the wanted city, then the price."""

from hypothesis import given
from hypothesis import strategies as st

from hackathon.rules.housing import Offer, Preference, best_offer

BERLIN, LISBON = frozenset({"berlin"}), frozenset({"lisbon"})
OFFERS = [Offer(1, BERLIN, 4, 3000), Offer(2, BERLIN, 1, 2000), Offer(3, LISBON, 6, 1000), Offer(4, LISBON, 0, 500)]


def chosen(beds: int = 1, **wishes: object) -> int | None:
    offer = best_offer(OFFERS, Preference(**wishes), beds)  # type: ignore[arg-type]
    return offer and offer.listing_id


def test_without_wishes_the_cheapest_with_room():
    assert chosen() == 3


def test_the_city_counts_before_the_price():
    assert chosen(city=" Berlin ") == 2
    assert chosen(city="berlin", beds=2) == 1
    assert chosen(city="atlantis") == 3


def test_a_price_that_nobody_asks_for_so_little_is_only_a_wish():
    assert chosen(at_most_cents=100) == 3


def test_nothing_is_offered_where_nothing_has_room():
    assert chosen(beds=7) is None


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 9000))), st.integers(1, 4))
def test_what_is_offered_has_room(rooms, beds):
    offers = [Offer(place, BERLIN, free, price) for place, (free, price) in enumerate(rooms)]
    offer = best_offer(offers, Preference(), beds)
    assert (offer is None) == all(free < beds for free, _ in rooms)
    assert offer is None or offer.free_beds >= beds
