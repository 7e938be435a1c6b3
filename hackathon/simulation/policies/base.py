"""What all policies share: how they act, and what they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import (
    IncidentStatus,
    LeaseStatus,
    ListingStatus,
    PersonStatus,
    RequestStatus,
    ShipState,
)
from hackathon.simulation.actions import apply_action, apply_penalty
from hackathon.simulation.effects import Effects
from hackathon.simulation.state import State
from hackathon.simulation.tables import Flags
from tommy.core.errors import DomainError


class Policy(Protocol):
    """Acts on all running games of a state, before a tick; ``effects`` collect what it did, if anybody wants them."""

    def act(self, state: State, rules: Rules, effects: Effects | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Hand:
    """What a policy acts with: tries actions, and bears what refusals cost."""

    state: State
    rules: Rules
    effects: Effects | None = None

    def attempt(self, game: int, action: str, target: int | None = None, **parameters: Any) -> bool:
        """Try an action; a refusal is answered with False."""
        state, rules, into = self.state, self.rules, self.effects
        try:
            apply_action(state, game, action, target, parameters, rules, into=into, tell=into is not None)
        except DomainError as refusal:
            penalty = getattr(refusal, "penalty", None)
            if penalty is not None:
                apply_penalty(state, game, penalty, rules, into=into)
            return False
        return True


@dataclass(frozen=True, slots=True)
class Sight:
    """What players see of their games, rows by game: gathered once for all games of a state."""

    people: Mapping[int, list[int]]
    unhoused: Mapping[int, list[int]]
    ready: Mapping[int, list[int]]
    incidents: Mapping[int, list[int]]
    requests: Mapping[int, list[int]]
    leases: Mapping[int, list[int]]
    listings: Mapping[int, list[int]]

    @classmethod
    def of(cls, state: State) -> "Sight":
        people, listings = state.participants, state.listings
        active = people.status == PersonStatus.ACTIVE
        stage = people.ship_state
        open_here = (listings.status == ListingStatus.OPEN) & (listings.occupied < listings.capacity)
        by_world = _by(listings.world, open_here)
        return cls(
            people=_by(people.game, active),
            unhoused=_by(people.game, active & people.in_person & (people.bed == 0)),
            ready=_by(people.game, active & ((stage == ShipState.READY_FIRST) | (stage == ShipState.READY_SECOND))),
            incidents=_by(state.incidents.game, state.incidents.status == IncidentStatus.OPEN),
            requests=_by(state.requests.game, state.requests.status == RequestStatus.OPEN),
            leases=_by(state.leases.game, state.leases.status == LeaseStatus.ACTIVE),
            listings={game: by_world.get(world, []) for game, world in enumerate(state.games.world.tolist())},
        )


def _by(games: NDArray[np.int32], mask: Flags) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = np.flatnonzero(mask)
    for game, row in zip(games[rows].tolist(), rows.tolist(), strict=True):
        found.setdefault(game, []).append(row)
    return found
