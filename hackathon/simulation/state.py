# ruff: noqa: RUF009 - column() makes dataclass fields, as field() does
"""Everything a shard knows while it is stepped; the database tables mirror these columns one to one.

``id`` is the database id, 0 while a row is not stored. ``number`` is local to its game (or world), from 1, and never
used again; relations between rows of one game go by number. Ticks are a game's own, counted from 0; ``tick`` of a game
is how many it has played, and so the one that comes next. -1 stands for "never". Money is integer cents.
"""

from dataclasses import dataclass, field, fields
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from hackathon.simulation.tables import Bytes, Flags, Floats, Ints, Longs, Rows, Seeds, Smalls, Table, column

NEVER = -1


@dataclass
class Games(Table):
    """One row a game; row indices are what ``game`` means in the other tables."""

    id: Longs = column(np.int64)
    world: Ints = column(np.int32)
    seed: Seeds = column(np.uint64)
    tick: Ints = column(np.int32)
    status: Bytes = column(np.int8)
    end_reason: Bytes = column(np.int8)
    ap: Floats = column(np.float64)
    stress: Floats = column(np.float64)
    reputation: Floats = column(np.float64)
    legal: Floats = column(np.float64)
    budget_cents: Longs = column(np.int64)
    income_cents: Longs = column(np.int64)
    sponsor_mood: Floats = column(np.float64)
    volunteers: Smalls = column(np.int16)
    broke_ticks: Smalls = column(np.int16)
    burnout_ticks: Smalls = column(np.int16)
    last_fundraise_tick: Ints = column(np.int32, NEVER)
    arrivals_day: Ints = column(np.int32)
    streaks_day: Ints = column(np.int32)
    first_ships: Ints = column(np.int32)
    second_ships: Ints = column(np.int32)
    unhoused_nights: Ints = column(np.int32)
    timeouts: Ints = column(np.int32)
    people_lost: Ints = column(np.int32)
    frauds_paid: Ints = column(np.int32)
    next_participant: Ints = column(np.int32, 1)
    next_lease: Ints = column(np.int32, 1)
    next_incident: Ints = column(np.int32, 1)
    next_request: Ints = column(np.int32, 1)
    next_shipment: Ints = column(np.int32, 1)


@dataclass
class Participants(Table):
    """``bed`` is the number of a lease (0: none); ``honest`` is hidden from the player."""

    id: Longs = column(np.int64)
    game: Ints = column(np.int32)
    number: Ints = column(np.int32)
    person_seed: Seeds = column(np.uint64)
    status: Bytes = column(np.int8)
    joined_tick: Ints = column(np.int32)
    left_tick: Ints = column(np.int32, NEVER)
    honest: Flags = column(np.bool_, True)
    international: Flags = column(np.bool_, False)
    in_person: Flags = column(np.bool_, False)
    morale: Floats = column(np.float64)
    hours: Floats = column(np.float64)
    streak: Ints = column(np.int32)
    worked_day: Ints = column(np.int32, NEVER)
    idle_days: Ints = column(np.int32)
    days_without_devlog: Ints = column(np.int32)
    bed: Ints = column(np.int32)
    unhoused_nights: Ints = column(np.int32)
    flight: Bytes = column(np.int8)
    suspicious: Ints = column(np.int32)
    flagged: Flags = column(np.bool_, False)
    ship_state: Bytes = column(np.int8)
    waiting_days: Ints = column(np.int32)
    first_shipped_tick: Ints = column(np.int32, NEVER)
    second_shipped_tick: Ints = column(np.int32, NEVER)


@dataclass
class Leases(Table):
    """Houses a game rents. ``listing`` is the number in the world's market (0: the house it began with)."""

    id: Longs = column(np.int64)
    game: Ints = column(np.int32)
    number: Ints = column(np.int32)
    status: Bytes = column(np.int8)
    city: Smalls = column(np.int16)
    beds: Ints = column(np.int32)
    price_cents: Longs = column(np.int64)
    starts_tick: Ints = column(np.int32)
    ends_tick: Ints = column(np.int32)
    listing: Ints = column(np.int32)
    seed: Seeds = column(np.uint64)


@dataclass
class Incidents(Table):
    """``type`` and ``choice`` index the compiled rules; ``cause`` is a ``Cause``; ``subject`` a participant or 0."""

    id: Longs = column(np.int64)
    game: Ints = column(np.int32)
    number: Ints = column(np.int32)
    type: Smalls = column(np.int16)
    status: Bytes = column(np.int8)
    cause: Bytes = column(np.int8)
    opened_tick: Ints = column(np.int32)
    deadline_tick: Ints = column(np.int32)
    closed_tick: Ints = column(np.int32, NEVER)
    subject: Ints = column(np.int32)
    choice: Bytes = column(np.int8, -1)
    reopened_from: Ints = column(np.int32)


@dataclass
class Requests(Table):
    """``fraud`` is hidden from the player; ``suspicion`` (0-1) is what is shown; ``reasons`` are ``Reason`` flags.

    ``journey`` is the ``FlightState`` of a flight; once it is booked, ``due_tick`` is when it should leave.
    ``letters`` counts what was written about it being late, so that the next one can say so.
    """

    id: Longs = column(np.int64)
    game: Ints = column(np.int32)
    number: Ints = column(np.int32)
    kind: Bytes = column(np.int8)
    status: Bytes = column(np.int8)
    participant: Ints = column(np.int32)
    amount_cents: Longs = column(np.int64)
    fraud: Flags = column(np.bool_, False)
    suspicion: Floats = column(np.float64)
    created_tick: Ints = column(np.int32)
    due_tick: Ints = column(np.int32)
    closed_tick: Ints = column(np.int32, NEVER)
    verified: Flags = column(np.bool_, False)
    reasons: Ints = column(np.int32)
    letters: Ints = column(np.int32)
    journey: Bytes = column(np.int8)


@dataclass
class Shipments(Table):
    """Parcels that are not delivered yet; ``state`` is a ``ShipmentState``, ``due_tick`` when something happens."""

    id: Longs = column(np.int64)
    game: Ints = column(np.int32)
    number: Ints = column(np.int32)
    participant: Ints = column(np.int32)
    phase: Smalls = column(np.int16)
    state: Bytes = column(np.int8)
    abroad: Flags = column(np.bool_, False)
    attempts: Smalls = column(np.int16, 1)
    packed_tick: Ints = column(np.int32)
    customs_tick: Ints = column(np.int32, NEVER)
    closed_tick: Ints = column(np.int32, NEVER)
    due_tick: Ints = column(np.int32)


@dataclass
class Listings(Table):
    """The market of a world, shared by all its games; ``price_cents`` is for one bed and night."""

    PARENT: ClassVar[str] = "world"

    id: Longs = column(np.int64)
    world: Ints = column(np.int32)
    number: Ints = column(np.int32)
    status: Bytes = column(np.int8)
    city: Smalls = column(np.int16)
    capacity: Ints = column(np.int32)
    occupied: Ints = column(np.int32)
    price_cents: Longs = column(np.int64)
    nights: Ints = column(np.int32)
    listed_day: Ints = column(np.int32)
    seed: Seeds = column(np.uint64)


@dataclass
class Worlds(Table):
    """``day`` is the last market day that was run (-1: none yet)."""

    id: Longs = column(np.int64)
    seed: Seeds = column(np.uint64)
    day: Ints = column(np.int32, NEVER)
    next_listing: Ints = column(np.int32, 1)


@dataclass(slots=True)
class State:
    """The tables of one shard. Rows that can no longer change need not be loaded."""

    games: Games = field(default_factory=Games)
    participants: Participants = field(default_factory=Participants)
    leases: Leases = field(default_factory=Leases)
    incidents: Incidents = field(default_factory=Incidents)
    requests: Requests = field(default_factory=Requests)
    shipments: Shipments = field(default_factory=Shipments)
    listings: Listings = field(default_factory=Listings)

    def copy(self) -> Self:
        return type(self)(**{spec.name: getattr(self, spec.name).copy() for spec in fields(self)})

    def select(self, games: NDArray[np.intp]) -> Self:
        """A state of only these games, in this order; listings come along whole."""
        place = np.full(len(self.games), -1, np.int32)
        place[games] = np.arange(len(games), dtype=np.int32)
        picked = type(self)(games=self.games.take(games), listings=self.listings.copy())
        for name in ("participants", "leases", "incidents", "requests", "shipments"):
            table = getattr(self, name)
            kept = table.take(place[table.game] >= 0)
            kept.game = place[kept.game]
            setattr(picked, name, kept)
        return picked

    def numbers_from(self, counter: str, games: NDArray[np.integer]) -> Ints:
        """Next numbers for one new row in each of ``games`` (repeats allowed, in order); the counters move on."""
        counters: Ints = getattr(self.games, counter)
        ranks = rank_within(games)
        numbers = counters[games] + ranks
        np.add.at(counters, games, 1)
        return np.asarray(numbers, np.int32)


def rank_within(groups: NDArray[np.integer]) -> Rows:
    """For each element, how many earlier elements are of its own group."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = (
        np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(groups) else np.empty(0, np.intp)
    )
    lengths = np.diff(np.concatenate([starts, [len(groups)]]))
    ranks = np.empty(len(groups), np.intp)
    ranks[order] = np.arange(len(groups)) - np.repeat(starts, lengths)
    return ranks
