"""Actions around beds: leasing, renewing, assigning."""

from typing import Any, cast

import numpy as np

from hackathon import errors
from hackathon.rules.enums import Cause, EventCode, LeaseStatus, ListingStatus
from hackathon.rules.parameters import AssignParameters, LeaseParameters
from hackathon.simulation.actions.base import Act
from hackathon.simulation.actions.judging import assign_flight
from hackathon.simulation.beginning import move_in
from hackathon.simulation.tables import Rows

Facts = dict[str, Any]


def lease_housing(act: Act) -> Facts:
    """Take free beds of a listing (all, unless told how many); who has no bed moves in."""
    rules, wanted = act.rules.actions.lease_housing, cast("LeaseParameters", act.parameters)
    listing = _listing(act, wanted.listing or act.target)
    listings = act.state.listings
    free = int(listings.capacity[listing] - listings.occupied[listing])
    beds = wanted.beds or free
    tenant = act.person(wanted.participant) if wanted.participant else -1
    if free <= 0 or beds > free:
        raise errors.ListingFull(free_beds=free)
    price = beds * int(listings.price_cents[listing]) * rules.nights_down
    act.check_means(rules.ap, price)
    act.pay(rules.ap, price, Cause.LEASE)
    listings.occupied[listing] += beds
    lease = _sign(act, listing, beds)
    number = int(act.state.leases.number[lease[0]])
    housed = _let_in(act, lease, beds, tenant)
    _tell_housed(act, housed, number)
    return {"lease": number, "beds": beds, "moved_in": len(housed), "euros": price / 100}


def _let_in(act: Act, lease: Rows, beds: int, tenant: int) -> Rows:
    """The tenant first, if there is one: whoever is given a bed is there in person from now on."""
    if tenant < 0:
        return move_in(act.state, lease, np.array([beds]))
    people = act.state.participants
    people.bed[tenant] = act.state.leases.number[lease[0]]
    people.in_person[tenant] = True
    return np.concatenate([[tenant], move_in(act.state, lease, np.array([beds - 1]))])


def _listing(act: Act, number: int) -> int:
    """Row of an open listing in the game's world."""
    listings = act.state.listings
    row = listings.row(int(act.state.games.world[act.game]), number)
    if row < 0:
        raise errors.ListingNotFound
    if listings.status[row] != ListingStatus.OPEN:
        raise errors.ListingFull(free_beds=0)
    return row


def _sign(act: Act, listing: int, beds: int) -> Rows:
    listings, tick = act.state.listings, act.tick
    nights = int(listings.nights[listing])
    lease = act.state.leases.append(
        1,
        game=act.game,
        number=act.state.numbers_from("next_lease", np.array([act.game])),
        city=listings.city[listing],
        beds=beds,
        price_cents=listings.price_cents[listing],
        starts_tick=tick,
        ends_tick=tick + nights * act.rules.ticks_per_day,
        listing=listings.number[listing],
        seed=listings.seed[listing],
    )
    act.event(EventCode.LEASE_SIGNED, Cause.LEASE, lease=act.state.leases.number[lease[0]], count=nights)
    return lease


def _tell_housed(act: Act, people: Rows, lease: int) -> None:
    numbers = act.state.participants.number[people]
    games = np.full(len(people), act.game)
    code, cause = EventCode.PARTICIPANT_HOUSED, Cause.HOUSING
    act.effects.event(len(people), code, cause, games, participant=numbers, lease=lease)


def renew_lease(act: Act) -> Facts:
    rules, leases = act.rules.actions.renew_lease, act.state.leases
    row = act.lease(act.target)
    act.check_means(rules.ap)
    act.pay(rules.ap, 0, Cause.ACTION_COST)
    leases.ends_tick[row] += rules.days * act.rules.ticks_per_day
    leases.price_cents[row] = round(int(leases.price_cents[row]) * (1 + rules.price_rise))
    act.event(EventCode.LEASE_RENEWED, Cause.LEASE, lease=act.target, count=rules.days)
    return {
        "lease": act.target,
        "ends_tick": int(leases.ends_tick[row]),
        "euros_per_bed": int(leases.price_cents[row]) / 100,
    }


def assign(act: Act) -> Facts:
    """Give a participant a free bed, or the flight they are due."""
    wanted = cast("AssignParameters", act.parameters)
    row = act.person(act.target)
    return assign_flight(act, row) if wanted.what == "flight" else _assign_bed(act, row, wanted.lease)


def _assign_bed(act: Act, row: int, number: int | None) -> Facts:
    rules, people = act.rules.actions.assign, act.state.participants
    if not people.in_person[row]:
        raise errors.NoBedNeeded
    lease = _lease_with_room(act, row, number)
    act.check_means(rules.ap)
    act.pay(rules.ap, 0, Cause.ACTION_COST)
    people.bed[row] = act.state.leases.number[lease]
    _tell_housed(act, np.array([row]), int(people.bed[row]))
    return {"participant": act.target, "what": "housing", "lease": int(people.bed[row])}


def _lease_with_room(act: Act, row: int, number: int | None) -> int:
    """The named lease, or the active one with room that runs longest."""
    leases, bed = act.state.leases, int(act.state.participants.bed[row])
    if (number and bed == number) or (not number and bed):
        raise errors.AlreadyHoused
    if number:
        rows = [act.lease(number)]
    else:
        mine = np.flatnonzero((leases.game == act.game) & (leases.status == LeaseStatus.ACTIVE))
        rows = mine[np.argsort(-leases.ends_tick[mine], kind="stable")].tolist()
    for lease in rows:
        if act.free_beds(lease) > 0:
            return int(lease)
    raise errors.NoFreeBed
