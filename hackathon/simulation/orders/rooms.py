"""One game's rows of a shard as a state of their own, so that an action looks at dozens of rows and not at thousands.

The columns are views: what is changed in place is changed in the shard. Rows that are added come back when all is done.
"""

from typing import Any

import numpy as np

from hackathon.simulation.state import State
from hackathon.simulation.tables import Rows, Table

TABLES = ("participants", "leases", "incidents", "requests", "shipments")


class Rooms:
    """Opens a shard's games one after the other; ``close`` gives the shard the rows that were added."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.bounds: dict[str, Rows] = {}
        self.added: dict[str, list[Table]] = {name: [] for name in TABLES}
        edges = np.arange(len(state.games) + 1)
        for name in TABLES:
            table: Any = getattr(state, name)
            if (np.diff(table.game) < 0).any():
                table = table.take(np.argsort(table.game, kind="stable"))
                setattr(state, name, table)
            self.bounds[name] = np.searchsorted(table.game, edges)

    def enter(self, game: int) -> State:
        """The game's own rows; games and listings are those of the shard, so row indices of games stay the same."""
        # All tables at once: a state that is begun empty would first make an array for each of their columns.
        own = {name: _cut(getattr(self.state, name), self._rows(name, game)) for name in TABLES}
        return State(games=self.state.games, listings=self.state.listings, **own)

    def leave(self, game: int, room: State) -> None:
        """Keep the rows that were added; a table that grew is no longer made of views, and is written back."""
        for name in TABLES:
            mine, shard, own = self._rows(name, game), getattr(self.state, name), getattr(room, name)
            count = mine.stop - mine.start
            if len(own) > count:
                for key in own.column_names():
                    getattr(shard, key)[mine] = getattr(own, key)[:count]
                self.added[name].append(own.take(slice(count, None)))

    def close(self) -> None:
        for name, pieces in self.added.items():
            if pieces:
                columns = {
                    key: np.concatenate([getattr(piece, key) for piece in pieces]) for key in pieces[0].column_names()
                }
                getattr(self.state, name).append(len(columns["game"]), **columns)

    def _rows(self, name: str, game: int) -> slice:
        bounds = self.bounds[name]
        return slice(int(bounds[game]), int(bounds[game + 1]))


def _cut(table: Any, rows: slice) -> Any:
    """These rows of a table, as views. Past the constructor, which would look at every column once more."""
    cut = object.__new__(type(table))
    cut.__dict__.update({key: table.__dict__[key][rows] for key in table.column_names()})
    return cut
