"""``market.json``: houses to let, rent, and what becomes of people without a bed."""

from pydantic import Field, field_validator

from hackathon.rules.base import (
    Content,
    Count,
    Euros,
    Factor,
    Gain,
    Key,
    Loss,
    Range,
    Share,
    SomeDays,
    Text,
    Weight,
    WholeRange,
)


class City(Content):
    key: Key
    name: Text
    country: Text
    weight: Weight


class Listings(Content):
    """How many are open in a world with n running games: ``base + per_game * (n - 1)``, at most ``at_most``."""

    base: Count
    per_game: Factor
    at_most: Count
    gone_chance: Share
    capacity: WholeRange
    nights: WholeRange
    euros_per_bed: Euros
    price_factor: Range


class Rent(Content):
    charged_share: Share


class Oversubscribed(Content):
    """What the loser of the last bed gets."""

    legal: Gain


class Unhoused(Content):
    """For each night and person; after ``leaves_after_nights`` in a row the person leaves."""

    morale: Loss
    legal: Gain
    stress: Gain
    reputation: Loss
    leaves_after_nights: SomeDays
    leaving_reputation: Loss
    leaving_legal: Gain


class Applications(Content):
    """How many beds somebody takes who wants a room of their own."""

    own_room_beds: int = Field(ge=1, le=20)


class MarketModel(Content):
    """Cities, houses to let and their prices, applications, and what becomes of people without a bed."""

    cities: tuple[City, ...] = Field(min_length=1)
    listings: Listings
    rent: Rent
    oversubscribed: Oversubscribed
    unhoused: Unhoused
    applications: Applications

    @field_validator("cities")
    @classmethod
    def _distinct(cls, cities: tuple[City, ...]) -> tuple[City, ...]:
        if len({city.key for city in cities}) < len(cities):
            raise ValueError("two cities have the same key")
        return cities


model = MarketModel
