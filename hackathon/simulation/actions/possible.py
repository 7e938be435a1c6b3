"""What a player could do now, and why not."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from hackathon import errors
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import (
    IncidentStatus,
    LeaseStatus,
    ListingStatus,
    PersonStatus,
    RequestStatus,
    ShipmentState,
    ShipState,
)
from hackathon.rules.flights import TAKEN
from hackathon.rules.parameters import NoParameters
from hackathon.rules.shipping import MOVING
from hackathon.simulation.actions import care
from hackathon.simulation.actions.apply import ACTIONS, settings_of
from hackathon.simulation.actions.base import Act
from hackathon.simulation.effects import Effects
from hackathon.simulation.state import NEVER, State
from hackathon.simulation.tables import Flags
from tommy.core.errors import DomainError

_READY = (ShipState.READY_FIRST, ShipState.READY_SECOND)


@dataclass(frozen=True, slots=True)
class PossibleAction:
    """One type of action. ``targets`` are the numbers it may be aimed at now; ``why_not`` is empty when possible."""

    action_type: str
    title: str
    description: str
    ap: float
    target: str | None
    parameters: dict[str, Any]
    targets: tuple[int, ...]
    possible: bool
    why_not: str
    why_not_code: str


def possible_actions(state: State, game: int, rules: Rules) -> list[PossibleAction]:
    """Every type of action for a game row, in the order of ``ACTIONS``."""
    return [_describe(state, game, name, rules) for name in ACTIONS]


def _describe(state: State, game: int, name: str, rules: Rules) -> PossibleAction:
    settings, spec = settings_of(name, rules), ACTIONS[name]
    targets = _targets(state, game, name)
    refusal = _refusal(state, game, name, rules, targets)
    return PossibleAction(
        action_type=name,
        title=settings.title,
        description=settings.description,
        ap=settings.ap,
        target=spec.target,
        parameters=spec.parameters.model_json_schema(),
        targets=targets,
        possible=refusal is None,
        why_not="" if refusal is None else refusal.detail,
        why_not_code="" if refusal is None else refusal.code,
    )


def _refusal(state: State, game: int, name: str, rules: Rules, targets: tuple[int, ...]) -> DomainError | None:
    """The refusal that the action would meet with the best of targets, if any."""
    act = Act(state, game, 0, NoParameters(), rules, Effects(rules))
    try:
        act.check_running()
        if name == "hire_volunteer" and state.games.volunteers[game] >= rules.economy.limits.volunteers:
            raise errors.VolunteersFull
        if name == "fundraise" and care.fundraise_wait(act) > 0:
            raise errors.FundraisedLately(remaining_ticks=care.fundraise_wait(act))
        if ACTIONS[name].target and ACTIONS[name].target_required and not targets:
            raise errors.NoTarget
        if name == "lease_housing" and not targets:
            raise errors.NoTarget
        act.check_means(settings_of(name, rules).ap)
    except DomainError as refusal:
        return refusal
    return None


def _targets(state: State, game: int, name: str) -> tuple[int, ...]:
    people, incidents, requests, leases = state.participants, state.incidents, state.requests, state.leases
    active = (people.game == game) & (people.status == PersonStatus.ACTIVE)
    if name == "resolve":
        return _numbers(incidents.number, (incidents.game == game) & (incidents.status == IncidentStatus.OPEN))
    if name in {"approve", "deny", "verify"}:
        return _numbers(requests.number, (requests.game == game) & (requests.status == RequestStatus.OPEN))
    if name == "renew_lease":
        return _numbers(leases.number, (leases.game == game) & (leases.status == LeaseStatus.ACTIVE))
    if name == "lease_housing":
        return _open_listings(state, game)
    if name == "ship":
        return _numbers(people.number, active & shippable(state))
    if name == "assign":
        return _numbers(people.number, active & _assignable(state))
    return _numbers(people.number, active) if name in {"talk", "reply"} else ()


def _numbers(numbers: np.ndarray, mask: Flags) -> tuple[int, ...]:
    return tuple(numbers[mask].tolist())


def _open_listings(state: State, game: int) -> tuple[int, ...]:
    listings = state.listings
    here = listings.world == state.games.world[game]
    return _numbers(
        listings.number, here & (listings.status == ListingStatus.OPEN) & (listings.occupied < listings.capacity)
    )


def shippable(state: State) -> Flags:
    """People with a finished project and nothing on the road, or with a parcel that was lost."""
    people, shipments = state.participants, state.shipments
    owners = people.rows(shipments.game, shipments.participant)
    on_road = np.isin(np.arange(len(people)), owners[np.isin(shipments.state, MOVING)])
    lost = np.isin(np.arange(len(people)), owners[shipments.state == ShipmentState.LOST])
    ready: Flags = lost | (np.isin(people.ship_state, _READY) & ~on_road)
    return ready


def _assignable(state: State) -> Flags:
    """People without a bed they need, or due a flight they have not got."""
    people = state.participants
    assignable: Flags = (people.in_person & (people.bed == 0)) | flight_due(state)
    return assignable


def flight_due(state: State) -> Flags:
    """People who have shipped and have no flight."""
    people = state.participants
    due: Flags = (people.first_shipped_tick != NEVER) & ~np.isin(people.flight, TAKEN)
    return due
