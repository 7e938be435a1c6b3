"""Comparing states game by game, whatever shard they were stepped in."""

from typing import Any

import numpy as np

from hackathon.simulation.state import State

TABLES = ("participants", "leases", "incidents", "requests")


def fingerprint(state: State, seed: int) -> dict[str, Any]:
    """All that belongs to the game with this seed, without row indices: two equal fingerprints are equal games."""
    game = int(np.flatnonzero(state.games.seed == np.uint64(seed))[0])
    found: dict[str, Any] = {
        name: getattr(state.games, name)[game].tobytes() for name in state.games.column_names() if name != "world"
    }
    for name in TABLES:
        table = getattr(state, name)
        rows = np.flatnonzero(table.game == game)
        rows = rows[np.argsort(table.number[rows], kind="stable")]
        for column in table.column_names():
            if column != "game":
                found[f"{name}.{column}"] = getattr(table, column)[rows].tobytes()
    return found
