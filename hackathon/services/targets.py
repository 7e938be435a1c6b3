"""Between the database ids that clients know and the game-local numbers that the simulation uses."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Model

from hackathon import errors
from hackathon.models import HousingLease, HousingListing, Incident, Participant, Request
from hackathon.simulation.actions import ACTIONS, ALIASES
from hackathon.simulation.store import Shard
from tommy.core.errors import DomainError


class Place(NamedTuple):
    """Where targets of a kind stand in a shard, and what is said of one that is not there."""

    table: str
    model: type[Model]
    unknown: type[DomainError]
    closed: type[DomainError]


PLACES: Mapping[str, Place] = {
    "participant": Place("participants", Participant, errors.ParticipantNotFound, errors.ParticipantGone),
    "incident": Place("incidents", Incident, errors.IncidentNotFound, errors.IncidentClosed),
    "request": Place("requests", Request, errors.RequestNotFound, errors.RequestClosed),
    "lease": Place("leases", HousingLease, errors.LeaseNotFound, errors.LeaseEnded),
    "listing": Place("listings", HousingListing, errors.ListingNotFound, errors.ListingFull),
}
LARGEST_ID = 2**63 - 1
# Parameters that clients give as ids.
BY_ID = frozenset({"listing", "lease", "participant"})


def to_numbers(
    shard: Shard, action_type: object, target_id: object, parameters: Mapping[str, Any] | None
) -> tuple[object, Mapping[str, Any] | None]:
    """An action's target and parameters with numbers for ids; what is no id is left for the action to refuse."""
    name = ALIASES.get(action_type, action_type) if isinstance(action_type, str) else ""
    spec = ACTIONS.get(name)
    if spec is None:
        return target_id, parameters
    number = _number(shard, spec.target, target_id) if spec.target else target_id
    if not isinstance(parameters, Mapping):
        return number, parameters
    translated = {
        key: _number(shard, key, value) if key in {"listing", "lease", "participant"} else value
        for key, value in parameters.items()
    }
    return number, translated


def to_ids(shard: Shard, kind: str | None, numbers: Sequence[int]) -> list[int]:
    """Database ids of targets that are known by number."""
    if kind is None:
        return []
    table = getattr(shard.state, PLACES[kind].table)
    ids: list[int] = table.id[table.rows(np.zeros(len(numbers), np.int64), np.array(numbers, np.int64))].tolist()
    return ids


def _number(shard: Shard, kind: str, identifier: object) -> object:
    if isinstance(identifier, bool) or not isinstance(identifier, int):
        return identifier
    place = PLACES[kind]
    table = getattr(shard.state, place.table)
    rows = np.flatnonzero(table.id == identifier).tolist() if 0 < identifier <= LARGEST_ID else []
    if rows:
        return int(table.number[rows[0]])
    raise place.closed if _is_closed(shard, place, identifier) else place.unknown


def _is_closed(shard: Shard, place: Place, identifier: int) -> bool:
    """There is such a row in this game (or on the market), but it can no longer change."""
    if not 0 < identifier <= LARGEST_ID:
        return False
    rows = place.model._default_manager.filter(pk=identifier)
    if place.table != "listings":
        rows = rows.filter(hackathon_id=int(shard.hackathon_ids[0]))
    return rows.exists()
