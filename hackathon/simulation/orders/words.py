"""The fields that standing orders can speak of, and how each is read; nothing that a player is not shown.

A reader answers one number for each row asked for: of games, or of the table that an action is aimed at. Flags read as
0 and 1, keys as their place among the keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import (
    FlightState,
    IncidentStatus,
    LeaseStatus,
    ListingStatus,
    PersonStatus,
    RequestKind,
    RequestStatus,
    ShipState,
)
from hackathon.rules.incidents import Severity
from hackathon.simulation.actions.possible import flight_due, shippable
from hackathon.simulation.incidents import open_count
from hackathon.simulation.state import NEVER, State
from hackathon.simulation.tables import Flags, Floats, Rows
from hackathon.simulation.turn import per_game

Reader = Callable[[State, Rules, Rows], NDArray[Any]]
SEVERITIES: tuple[str, ...] = get_args(Severity)
PHASES = ("pre_sf", "post_sf")


class Kind(StrEnum):
    NUMBER = "number"
    FLAG = "flag"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Word:
    """A field: what it means to players, and how it is read; ``keys`` are what it may be, where that is a key."""

    about: str
    read: Reader
    kind: Kind = Kind.NUMBER
    keys: Callable[[Rules], tuple[str, ...]] | None = None


def _games(name: str, about: str) -> Word:
    return Word(about, lambda state, rules, rows: getattr(state.games, name)[rows])


def _people(name: str, about: str, kind: Kind = Kind.NUMBER) -> Word:
    return Word(about, lambda state, rules, rows: getattr(state.participants, name)[rows], kind)


def _names(enum: Any) -> Callable[[Rules], tuple[str, ...]]:
    names = tuple(member.name.lower() for member in enum)
    return lambda rules: names


def _active(state: State) -> Flags:
    active: Flags = state.participants.status == PersonStatus.ACTIVE
    return active


def _count_people(state: State, mask: Flags) -> Floats:
    return per_game(state, state.participants.game[mask & _active(state)])


def _unhoused(state: State) -> Flags:
    people = state.participants
    unhoused: Flags = people.in_person & (people.bed == 0)
    return unhoused


def _beds(state: State) -> Floats:
    leases = state.leases
    rented = leases.status == LeaseStatus.ACTIVE
    return per_game(state, leases.game[rented], leases.beds[rented])


def _ticks_to(table: str, column: str) -> Reader:
    def read(state: State, rules: Rules, rows: Rows) -> NDArray[Any]:
        rows_of = getattr(state, table)
        return np.asarray(getattr(rows_of, column)[rows] - state.games.tick[rows_of.game[rows]])

    return read


def _ticks_since(table: str, column: str) -> Reader:
    read = _ticks_to(table, column)
    return lambda state, rules, rows: -read(state, rules, rows)


def _fundraise_in(state: State, rules: Rules, rows: Rows) -> NDArray[Any]:
    last, wait = state.games.last_fundraise_tick[rows], rules.actions.fundraise.every_ticks
    return np.where(last == NEVER, 0, np.maximum(0, last + wait - state.games.tick[rows]))


def _phase(state: State, rules: Rules, rows: Rows) -> NDArray[Any]:
    return np.asarray(state.games.tick[rows] // rules.ticks_per_day >= rules.economy.clock.post_sf_from_day)


GAME: Mapping[str, Word] = {
    "stress": _games("stress", "0 to 100."),
    "reputation": _games("reputation", "0 to 100."),
    "legal_risk": _games("legal", "0 to 100."),
    "action_points": _games("ap", "What there is to spend now."),
    "budget_left": Word("Euros.", lambda state, rules, rows: state.games.budget_cents[rows] / 100),
    "sponsor_mood": _games("sponsor_mood", "1 is neutral."),
    "volunteers": _games("volunteers", "How many are hired."),
    "tick": _games("tick", "Ticks played."),
    "day": Word("Days played.", lambda state, rules, rows: state.games.tick[rows] // rules.ticks_per_day),
    "hour": Word("Tick of the day, from 0.", lambda state, rules, rows: state.games.tick[rows] % rules.ticks_per_day),
    "phase": Word("Before or after the move to San Francisco.", _phase, Kind.KEY, lambda rules: PHASES),
    "time_remaining": Word(
        "Ticks left of the season.", lambda state, rules, rows: rules.season_ticks - state.games.tick[rows]
    ),
    "fundraise_in": Word("Ticks until funds can be raised again; 0: now.", _fundraise_in),
    "open_incidents": Word("Incidents that wait.", lambda state, rules, rows: open_count(state)[rows]),
    "open_requests": Word(
        "Requests that wait.",
        lambda state, rules, rows: per_game(state, state.requests.game[state.requests.status == RequestStatus.OPEN])[
            rows
        ],
    ),
    "participants": Word(
        "Active people.",
        lambda state, rules, rows: _count_people(state, np.ones(len(state.participants), np.bool_))[rows],
    ),
    "in_person": Word(
        "Active people on site.", lambda state, rules, rows: _count_people(state, state.participants.in_person)[rows]
    ),
    "unhoused": Word(
        "People on site without a bed.", lambda state, rules, rows: _count_people(state, _unhoused(state))[rows]
    ),
    "free_beds": Word(
        "Rented beds that nobody sleeps in.",
        lambda state, rules, rows: (_beds(state) - _count_people(state, state.participants.bed > 0))[rows],
    ),
    "ready_to_ship": Word(
        "Projects that could be shipped.", lambda state, rules, rows: _count_people(state, shippable(state))[rows]
    ),
}

PARTICIPANT: Mapping[str, Word] = {
    "morale": _people("morale", "0 to 100."),
    "hours": _people("hours", "Worked on the project."),
    "streak": _people("streak", "Days of work in a row."),
    "idle_days": _people("idle_days", "Days without work."),
    "days_without_devlog": _people("days_without_devlog", "Days."),
    "unhoused_nights": _people("unhoused_nights", "Nights without a bed, in a row."),
    "waiting_days": _people("waiting_days", "Days that a finished project has waited to be shipped."),
    "suspicious": _people("suspicious", "Requests that were caught as fraud."),
    "here_for": Word("Ticks since they arrived.", _ticks_since("participants", "joined_tick")),
    "in_person": _people("in_person", "On site.", Kind.FLAG),
    "international": _people("international", "From abroad.", Kind.FLAG),
    "flagged": _people("flagged", "Caught too often.", Kind.FLAG),
    "needs_bed": Word("On site, without a bed.", lambda state, rules, rows: _unhoused(state)[rows], Kind.FLAG),
    "ready_to_ship": Word(
        "A finished project, or a parcel that was lost.",
        lambda state, rules, rows: shippable(state)[rows],
        Kind.FLAG,
    ),
    "flight_due": Word("Has shipped and has no flight.", lambda state, rules, rows: flight_due(state)[rows], Kind.FLAG),
    "project": Word(
        "Where their project stands.",
        lambda state, rules, rows: state.participants.ship_state[rows],
        Kind.KEY,
        _names(ShipState),
    ),
    "flight": Word(
        "Where their flight stands.",
        lambda state, rules, rows: state.participants.flight[rows],
        Kind.KEY,
        _names(FlightState),
    ),
}


def _of_type(pick: Callable[[Any], float]) -> Reader:
    """A number of an incident's type."""

    def read(state: State, rules: Rules, rows: Rows) -> NDArray[Any]:
        by_type = np.array([pick(kind) for kind in rules.incident_types.types])
        return by_type[state.incidents.type[rows]]

    return read


INCIDENT: Mapping[str, Word] = {
    "type": Word(
        "Its key.",
        lambda state, rules, rows: state.incidents.type[rows],
        Kind.KEY,
        lambda rules: rules.incident_types.keys,
    ),
    "severity": Word(
        "How bad it is.", _of_type(lambda kind: SEVERITIES.index(kind.severity)), Kind.KEY, lambda rules: SEVERITIES
    ),
    "due_in": Word("Ticks until it is too late.", _ticks_to("incidents", "deadline_tick")),
    "age": Word("Ticks since it opened.", _ticks_since("incidents", "opened_tick")),
    "effort": Word("Action points of its first choice.", _of_type(lambda kind: kind.choices[0].ap)),
    "cost": Word("Euros of its first choice.", _of_type(lambda kind: kind.choices[0].euros)),
    "choices": Word("How many ways out it offers.", _of_type(lambda kind: len(kind.choices))),
}


def _asker_flagged(state: State, rules: Rules, rows: Rows) -> NDArray[Any]:
    people, requests = state.participants, state.requests
    askers = people.rows(requests.game[rows], requests.participant[rows])
    return (askers >= 0) & people.flagged[askers] if len(people) else np.zeros(len(rows), np.bool_)


REQUEST: Mapping[str, Word] = {
    "kind": Word(
        "What is asked for.", lambda state, rules, rows: state.requests.kind[rows], Kind.KEY, _names(RequestKind)
    ),
    "amount": Word("Euros.", lambda state, rules, rows: state.requests.amount_cents[rows] / 100),
    "suspicion": Word("0 to 1, noisy.", lambda state, rules, rows: state.requests.suspicion[rows]),
    "due_in": Word("Ticks until it expires.", _ticks_to("requests", "due_tick")),
    "age": Word("Ticks since it was made.", _ticks_since("requests", "created_tick")),
    "flagged": Word("Who asks was caught too often.", _asker_flagged, Kind.FLAG),
}


def _residents(state: State) -> Floats:
    """People in each lease row's house."""
    people, leases = state.participants, state.leases
    housed = _active(state) & (people.bed > 0)
    rows = leases.rows(people.game[housed], people.bed[housed])
    return np.bincount(rows[rows >= 0], minlength=len(leases)).astype(np.float64)


LEASE: Mapping[str, Word] = {
    "ends_in": Word("Ticks until it ends.", _ticks_to("leases", "ends_tick")),
    "beds": Word("All beds.", lambda state, rules, rows: state.leases.beds[rows]),
    "residents": Word("People who live there.", lambda state, rules, rows: _residents(state)[rows]),
    "price": Word("Euros for a bed and night.", lambda state, rules, rows: state.leases.price_cents[rows] / 100),
    "city": Word(
        "Its key.", lambda state, rules, rows: state.leases.city[rows], Kind.KEY, lambda rules: rules.city_keys
    ),
}

LISTING: Mapping[str, Word] = {
    "free_beds": Word(
        "Beds that can be had.",
        lambda state, rules, rows: state.listings.capacity[rows] - state.listings.occupied[rows],
    ),
    "nights": Word("How long it is let.", lambda state, rules, rows: state.listings.nights[rows]),
    "price": Word("Euros for a bed and night.", lambda state, rules, rows: state.listings.price_cents[rows] / 100),
    "city": Word(
        "Its key.", lambda state, rules, rows: state.listings.city[rows], Kind.KEY, lambda rules: rules.city_keys
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What actions of a kind are aimed at: a table of the state, its fields, and which of its rows can be chosen."""

    table: str
    words: Mapping[str, Word]
    open: Callable[[State], Flags]

    def rows(self, state: State) -> Rows:
        return np.flatnonzero(self.open(state))


def _open_listings(state: State) -> Flags:
    listings = state.listings
    here: Flags = (listings.status == ListingStatus.OPEN) & (listings.occupied < listings.capacity)
    return here


PLACES: Mapping[str, Place] = {
    "participant": Place("participants", PARTICIPANT, _active),
    "incident": Place("incidents", INCIDENT, lambda state: state.incidents.status == IncidentStatus.OPEN),
    "request": Place("requests", REQUEST, lambda state: state.requests.status == RequestStatus.OPEN),
    "lease": Place("leases", LEASE, lambda state: state.leases.status == LeaseStatus.ACTIVE),
    "listing": Place("listings", LISTING, _open_listings),
}


def read_fields(words: Mapping[str, Word], used: set[int], state: State, rules: Rules, rows: Rows) -> Floats:
    """The used fields of these rows, shape [fields, rows]; the others are left at 0."""
    values = np.zeros((len(words), len(rows)))
    for place, word in enumerate(words.values()):
        if place in used:
            values[place] = word.read(state, rules, rows)
    return values
