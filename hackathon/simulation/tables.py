"""A table as a struct of arrays: one numpy array a column, all of one length, growing by appended rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Smalls = NDArray[np.int16]
Bytes = NDArray[np.int8]
Seeds = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]


def column(dtype: type[np.generic], default: Any = 0) -> Any:
    """A column of a table: its dtype, and the value of rows that do not name it."""
    return field(default_factory=lambda: np.empty(0, dtype), metadata={"dtype": np.dtype(dtype), "default": default})


@dataclass
class Table:
    """Base of all tables. Rows of one game stand in the order of their numbers; games may be mixed."""

    PARENT: ClassVar[str] = "game"

    @classmethod
    def column_names(cls) -> tuple[str, ...]:
        return tuple(cls.dtypes())

    @classmethod
    def dtypes(cls) -> Mapping[str, np.dtype[Any]]:
        return _schema(cls).types

    @classmethod
    def defaults(cls) -> Mapping[str, Any]:
        return _schema(cls).defaults

    def __len__(self) -> int:
        parents: NDArray[Any] = self.__dict__[self.column_names()[0]]
        return len(parents)

    def append(self, count: int, /, **columns: ArrayLike) -> Rows:
        """Add ``count`` rows, unnamed columns at their defaults; answers the new row indices."""
        unknown = columns.keys() - set(self.column_names())
        if unknown:
            raise KeyError(f"{type(self).__name__} has no column {', '.join(sorted(unknown))}")
        before = len(self)
        defaults = self.defaults()
        for name, dtype in self.dtypes().items():
            new = np.empty(count, dtype)
            new[:] = columns.get(name, defaults[name])
            setattr(self, name, np.concatenate([getattr(self, name), new]))
        return np.arange(before, before + count)

    def take(self, rows: NDArray[Any]) -> Self:
        """A copy with only these rows (indices or a mask)."""
        return type(self)(**{name: getattr(self, name)[rows] for name in self.column_names()})

    def copy(self) -> Self:
        return type(self)(**{name: getattr(self, name).copy() for name in self.column_names()})

    def rows(self, parents: ArrayLike, numbers: ArrayLike) -> Rows:
        """Row of each (game, number), -1 where there is none."""
        parents, numbers = np.asarray(parents), np.asarray(numbers)
        if not len(self):
            return np.full(parents.shape, -1, np.intp)
        index = self._index()
        known = (numbers >= 0) & (numbers < index.shape[1]) & (parents < index.shape[0])
        return np.where(known, index[np.where(known, parents, 0), np.where(known, numbers, 0)], -1)

    def _index(self) -> Rows:
        """Row by [game, number], -1 for none; kept until rows are added (a table never loses any)."""
        kept: tuple[int, Rows] | None = self.__dict__.get("_kept")
        if kept is None or kept[0] != len(self):
            parents, numbers = self.__dict__[self.PARENT], self.__dict__["number"]
            index = np.full((int(parents.max()) + 1, int(numbers.max()) + 1), -1, np.intp)
            index[parents, numbers] = np.arange(len(self))
            kept = self.__dict__["_kept"] = (len(self), index)
        return kept[1]

    def row(self, parent: int, number: int) -> int:
        """Row of one (game, number), -1 where there is none."""
        hits = np.flatnonzero((self.__dict__["number"] == number) & (getattr(self, self.PARENT) == parent))
        return int(hits[0]) if len(hits) else -1


class _Schema(NamedTuple):
    types: Mapping[str, np.dtype[Any]]
    defaults: Mapping[str, Any]


_SCHEMAS: dict[type[Table], _Schema] = {}


def _schema(kind: type[Table]) -> _Schema:
    """Types and defaults of a table's columns, in their order; read once, for tables are asked all the time."""
    if kind not in _SCHEMAS:
        specs = fields(kind)
        types = {spec.name: spec.metadata["dtype"] for spec in specs}
        _SCHEMAS[kind] = _Schema(types, {spec.name: spec.metadata["default"] for spec in specs})
    return _SCHEMAS[kind]
