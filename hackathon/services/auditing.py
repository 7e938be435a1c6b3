"""What somebody's act changed, for the audit log: the numbers of their games, and the rows below them.

Ticks leave no trace here; the games' own logs tell of them.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from hackathon.rules.enums import (
    FlightState,
    IncidentStatus,
    LeaseStatus,
    PersonStatus,
    RequestKind,
    RequestStatus,
    ShipmentState,
    ShipState,
)
from hackathon.simulation.store import Shard
from hackathon.simulation.tables import Table
from tommy.core.audit import note

GAME_NUMBERS = ("ap", "stress", "reputation", "legal", "budget_cents", "sponsor_mood", "volunteers", "status")


class Noted(NamedTuple):
    """Rows of a table by the name that a reader knows them by, and which columns are told; codes by their names."""

    name: str
    columns: Mapping[str, type[IntEnum] | None]


TABLES: Mapping[str, Noted] = {
    "participants": Noted(
        "participant",
        {
            "status": PersonStatus,
            "bed": None,
            "flight": FlightState,
            "ship_state": ShipState,
            "suspicious": None,
            "flagged": None,
        },
    ),
    "leases": Noted("lease", {"status": LeaseStatus, "beds": None, "price_cents": None, "ends_tick": None}),
    "incidents": Noted("incident", {"status": IncidentStatus}),
    "requests": Noted(
        "request",
        {"kind": RequestKind, "status": RequestStatus, "amount_cents": None, "verified": None, "journey": FlightState},
    ),
    "shipments": Noted("shipment", {"phase": None, "state": ShipmentState, "attempts": None}),
}


def shard_audit(shard: Shard) -> None:
    """Note what differs between a saved shard and what was loaded; new rows have their ids by now."""
    before, after = shard.before.games, shard.state.games
    for row, key in enumerate(shard.hackathon_ids.tolist()):
        was, now_is = ({name: getattr(games, name)[row].item() for name in GAME_NUMBERS} for games in (before, after))
        note(f"hackathon:{key}", was, now_is)
    for name, noted in TABLES.items():
        old, new = getattr(shard.before, name), getattr(shard.state, name)
        for row in _changed_rows(old, new, noted):
            was = _told(old, row, noted) if row < len(old) else {}
            note(f"{noted.name}:{new.id[row]}", was, _told(new, row, noted))


def _changed_rows(old: Table, new: Table, noted: Noted) -> Iterator[int]:
    known = len(old)
    if known:
        differs = np.logical_or.reduce([getattr(new, name)[:known] != getattr(old, name) for name in noted.columns])
        yield from np.flatnonzero(differs).tolist()
    yield from range(known, len(new))


def _told(table: Table, row: int, noted: Noted) -> dict[str, Any]:
    values = {name: getattr(table, name)[row].item() for name in noted.columns}
    return {name: code(values[name]).name.lower() if code else values[name] for name, code in noted.columns.items()}
