# ruff: noqa: RUF009 - column() makes dataclass fields, as field() does
"""The standing orders of a shard as arrays: what each is, what became of it, and its conditions, flat."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hackathon import errors
from hackathon.rules.orders import Operator
from hackathon.simulation.orders.compiling import CompiledOrder, Term
from hackathon.simulation.orders.words import PLACES
from hackathon.simulation.state import NEVER
from hackathon.simulation.tables import Bytes, Flags, Floats, Ints, Longs, Rows, Smalls, Table, column

CONDITIONS, NO_TARGET, COOLING_DOWN, OUTDATED, REFUSED = (
    "conditions",
    "no_target",
    "cooling_down",
    "outdated",
    "refused",
)
# Why an order did not act. The database holds these words, the arrays their places here.
WHY_NOT: tuple[str, ...] = (
    "",
    CONDITIONS,
    NO_TARGET,
    COOLING_DOWN,
    OUTDATED,
    REFUSED,
    *(refusal.code for refusal in errors.ACTION_REFUSALS),
)
PLACE_OF = {code: place for place, code in enumerate(WHY_NOT)}
NOTHING = -1
# By operator: whether it holds where the field is below, equal to or above the value. Memberships go by keys.
_HOLDS = {
    Operator.BELOW: (True, False, False),
    Operator.AT_MOST: (True, True, False),
    Operator.ABOVE: (False, False, True),
    Operator.AT_LEAST: (False, True, True),
    Operator.EQUAL: (False, True, False),
    Operator.OTHER: (True, False, True),
}
_HOLDING: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_TRUTH = np.array([_HOLDS.get(op, (False, False, False)) for op in Operator])


_COMPARE: Mapping[int, Callable[[NDArray[Any], float], Flags]] = {
    place: _HOLDING[op.value] for place, op in enumerate(Operator) if op in _HOLDS
}


def holds(term: Term, values: NDArray[Any]) -> Flags:
    """Whether one condition holds for each of these values of its field."""
    if term.keys is None:
        return _COMPARE[term.op](values, term.value)
    return np.array([value in term.keys for value in values.tolist()], np.bool_)


@dataclass
class Orders(Table):
    """One row an enabled order, by game and number; ``why_not`` is a place in ``WHY_NOT``, told since its tick."""

    id: Longs = column(np.int64)
    game: Ints = column(np.int32)
    number: Smalls = column(np.int16)
    acted: Ints = column(np.int32)
    last_acted_tick: Ints = column(np.int32, NEVER)
    why_not: Smalls = column(np.int16)
    why_not_tick: Ints = column(np.int32, NEVER)


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions of many orders, end to end: those of an order are ``counts`` from ``starts`` on.

    ``keys`` is a row of ``allowed`` (shape [sets, keys + 1], the last column for keys unknown), -1 for comparisons.
    """

    starts: Rows
    counts: Rows
    field: Rows
    op: Rows
    value: Floats
    keys: Rows
    allowed: Flags

    @classmethod
    def of(cls, groups: Sequence[tuple[Term, ...]]) -> Self:
        counts = np.array([len(group) for group in groups], np.intp)
        flat = [term for group in groups for term in group]
        sets = {
            keys: place for place, keys in enumerate(dict.fromkeys(term.keys for term in flat if term.keys is not None))
        }
        allowed = np.zeros((len(sets) + 1, 2 + max((max(keys, default=0) for keys in sets), default=0)), np.bool_)
        for keys, place in sets.items():
            allowed[place, list(keys)] = True
        return cls(
            starts=np.cumsum(counts) - counts,
            counts=counts,
            field=np.array([term.field for term in flat], np.intp),
            op=np.array([term.op for term in flat], np.intp),
            value=np.array([term.value for term in flat], np.float64),
            keys=np.array([NOTHING if term.keys is None else sets[term.keys] for term in flat], np.intp),
            allowed=allowed,
        )

    def used(self, orders: Rows) -> set[int]:
        """The fields that these orders speak of."""
        return set(self.field[self._terms(orders)].tolist())

    def hold(self, orders: Rows, columns: Rows, values: Floats) -> Flags:
        """Whether all conditions of each of these orders (repeats allowed) hold, shape [orders].

        ``columns`` says which column of ``values`` (shape [fields, columns]) each is judged by.
        """
        pair = np.repeat(np.arange(len(orders)), self.counts[orders])
        term = self._terms(orders)
        left, right = values[self.field[term], columns[pair]], self.value[term]
        holds = _TRUTH[self.op[term], (left >= right).astype(np.intp) + (left > right)]
        keyed = np.flatnonzero(self.keys[term] != NOTHING)
        if len(keyed):
            place = np.minimum(left[keyed].astype(np.intp), self.allowed.shape[1] - 1)
            holds[keyed] = self.allowed[self.keys[term[keyed]], place]
        fulfilled: Flags = np.bincount(pair[~holds], minlength=len(orders)) == 0
        return fulfilled

    def _terms(self, orders: Rows) -> Rows:
        counts = self.counts[orders]
        ends = np.cumsum(counts)
        within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)
        return within + np.repeat(self.starts[orders], counts)


@dataclass(frozen=True, slots=True)
class Book:
    """All orders of a shard. ``compiled`` is None where the content no longer knows what an order speaks of."""

    table: Orders
    compiled: Sequence[CompiledOrder | None]
    target: Bytes
    cooldown: Ints
    usable: Flags
    when: Terms
    where: Terms

    @classmethod
    def of(cls, table: Orders, compiled: Sequence[CompiledOrder | None]) -> Self:
        places = {kind: place for place, kind in enumerate(PLACES)}
        return cls(
            table=table,
            compiled=compiled,
            target=np.array(
                [places.get(order.target or "", NOTHING) if order else NOTHING for order in compiled], np.int8
            ),
            cooldown=np.array([order.cooldown if order else 0 for order in compiled], np.int32),
            usable=np.array([order is not None for order in compiled], np.bool_),
            when=Terms.of([order.when if order else () for order in compiled]),
            where=Terms.of([order.where if order else () for order in compiled]),
        )

    @classmethod
    def copied(cls, orders: Sequence[CompiledOrder], games: int) -> Self:
        """The same orders for each of so many games."""
        table = Orders()
        numbers = np.tile(np.arange(1, len(orders) + 1), games)
        table.append(games * len(orders), game=np.repeat(np.arange(games), len(orders)), number=numbers)
        return cls.of(table, [*orders] * games)

    def __len__(self) -> int:
        return len(self.table)

    def note_acted(self, order: int, times: int, tick: int) -> None:
        self.table.acted[order] += times
        self.table.last_acted_tick[order] = tick

    def note_why_not(self, orders: Rows, codes: NDArray[np.integer] | int, ticks: NDArray[np.integer]) -> None:
        """Why these did not act, since when: the tick is that of the first time in a row."""
        table = self.table
        new = (table.why_not[orders] != codes) | (table.why_not_tick[orders] <= table.last_acted_tick[orders])
        table.why_not[orders] = codes
        table.why_not_tick[orders] = np.where(new, ticks, table.why_not_tick[orders])
