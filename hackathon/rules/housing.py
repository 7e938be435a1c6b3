"""Which house suits somebody best."""

from collections.abc import Iterable
from typing import Literal, NamedTuple


class Preference(NamedTuple):
    """What somebody would like; ``city`` is matched by key or name, ``at_most_cents`` is for one bed and night."""

    room: Literal["shared", "own"] = "shared"
    city: str = ""
    at_most_cents: int | None = None


class Offer(NamedTuple):
    """A house with room: ``names`` are all the words for its city, in lower case."""

    listing_id: int
    names: frozenset[str]
    free_beds: int
    price_cents: int


def best_offer(offers: Iterable[Offer], preference: Preference, beds: int) -> Offer | None:
    """The cheapest of those with enough beds, in the wanted city and for the wanted price where there are any."""
    roomy = [offer for offer in offers if offer.free_beds >= beds]

    def distance(offer: Offer) -> tuple[bool, bool, int, int]:
        elsewhere = bool(preference.city) and preference.city.strip().lower() not in offer.names
        dear = preference.at_most_cents is not None and offer.price_cents > preference.at_most_cents
        return elsewhere, dear, offer.price_cents, offer.listing_id

    return min(roomy, key=distance, default=None)
