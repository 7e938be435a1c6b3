# ruff: noqa: RUF009 - column() makes dataclass fields, as field() does
"""What a tick or an action did, as columns: rows to write, and an account of every change with its cause.

Nothing here is text. Commits, devlogs and messages carry who, what and a 64-bit ``variant``; the offline writer puts
them into words when they are stored, so a season in memory pays nothing for them.
"""

from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import Cause, EventCode, EventType, Quantity
from hackathon.simulation.state import Games
from hackathon.simulation.tables import Bytes, Floats, Ints, Longs, Seeds, Smalls, Table, column


@dataclass
class Commits(Table):
    """A person's work of a day; ``hours`` is also their WakaTime."""

    game: Ints = column(np.int32)
    participant: Ints = column(np.int32)
    hours: Floats = column(np.float64)
    variant: Seeds = column(np.uint64)


@dataclass
class Devlogs(Table):
    game: Ints = column(np.int32)
    participant: Ints = column(np.int32)
    variant: Seeds = column(np.uint64)


@dataclass
class Messages(Table):
    """``kind`` indexes the compiled message kinds; (``thread_kind``, ``thread_number``) names the thread; 0: none."""

    game: Ints = column(np.int32)
    kind: Smalls = column(np.int16)
    thread_kind: Bytes = column(np.int8)
    thread_number: Ints = column(np.int32)
    participant: Ints = column(np.int32)
    incident: Ints = column(np.int32)
    request: Ints = column(np.int32)
    lease: Ints = column(np.int32)
    amount_cents: Longs = column(np.int64)
    count: Ints = column(np.int32)
    variant: Seeds = column(np.uint64)


@dataclass
class Events(Table):
    """Discrete log records; ``type``, ``code`` and ``cause`` are enums, the changes are as the rules state them.

    ``amount_cents`` is what a request is about. ``count`` depends on the code: a request's kind when it opens, 1 for
    fraud when it is denied; an incident's type when it opens; days, ticks or people elsewhere.
    """

    game: Ints = column(np.int32)
    type: Bytes = column(np.int8)
    code: Bytes = column(np.int8)
    cause: Bytes = column(np.int8)
    participant: Ints = column(np.int32)
    incident: Ints = column(np.int32)
    request: Ints = column(np.int32)
    lease: Ints = column(np.int32)
    count: Ints = column(np.int32)
    stress: Floats = column(np.float64)
    reputation: Floats = column(np.float64)
    legal: Floats = column(np.float64)
    sponsor_mood: Floats = column(np.float64)
    morale: Floats = column(np.float64)
    budget_cents: Longs = column(np.int64)
    amount_cents: Longs = column(np.int64)


Kind = TypeVar("Kind", bound=Table)


class Log(Generic[Kind]):
    """Rows that arrive in pieces and are joined when somebody reads them."""

    def __init__(self, kind: type[Kind]) -> None:
        self._kind = kind
        self._pieces: list[tuple[int, dict[str, ArrayLike]]] = []
        self._count = 0
        self._table: Kind | None = None

    def add(self, count: int, /, **columns: ArrayLike) -> None:
        if count:
            self._pieces.append((count, columns))
            self._count += count
            self._table = None

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def __len__(self) -> int:
        return self._count

    @property
    def table(self) -> Kind:
        """All rows, in the order they came; built once."""
        if self._table is None:
            joined: dict[str, NDArray[Any]] = {}
            for name, dtype in self._kind.dtypes().items():
                joined[name] = np.empty(len(self), dtype)
                place, default = 0, self._kind.defaults()[name]
                for count, columns in self._pieces:
                    joined[name][place : place + count] = columns.get(name, default)
                    place += count
            self._table = self._kind(**joined)
        return self._table


@dataclass(frozen=True, slots=True)
class Change:
    """One cause's changes of one quantity: game rows and what was really added to each (after the limits)."""

    quantity: Quantity
    cause: Cause
    games: NDArray[np.integer]
    deltas: NDArray[Any]


class Deed(NamedTuple):
    """An action for the log: which event tells of it, and which of the changes (``first`` up to ``end``) it made.

    ``order`` is the name of the standing order that acted, empty where the player did.
    """

    event: int
    first: int
    end: int
    action: str
    order: str
    message: str


class Effects:
    """Collects what happens; all numbers of the games table are changed through it, so that none goes unlogged.

    ``told`` is how many of the events have been made into messages already.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.commits = Log(Commits)
        self.devlogs = Log(Devlogs)
        self.messages = Log(Messages)
        self.events = Log(Events)
        self.changes: list[Change] = []
        self.deeds: list[Deed] = []
        self.told = 0

    def change(
        self, games: Games, quantity: Quantity, cause: Cause, rows: NDArray[np.integer], deltas: ArrayLike
    ) -> None:
        """Add ``deltas`` to a quantity of these game rows (each at most once), within limits, and note the cause."""
        column = getattr(games, quantity.name.lower())
        before = column[rows]
        if quantity is Quantity.BUDGET_CENTS:
            after = before + np.asarray(deltas, np.int64)
        else:
            low, high = self.rules.bounds[quantity]
            after = np.clip(before + self._damped(quantity, before, deltas), low, high).astype(column.dtype)
        moved = after - before
        if moved.any():
            column[rows] = after
            if quantity is Quantity.BUDGET_CENTS:
                games.income_cents[rows] += np.maximum(moved, 0)
            self.changes.append(Change(quantity, cause, rows, moved))

    def change_one(self, games: Games, quantity: Quantity, cause: Cause, row: int, delta: float) -> None:
        """The same for one game: actions use it, which are many and small."""
        column = getattr(games, quantity.name.lower())
        before = column[row].item()
        if quantity is Quantity.BUDGET_CENTS:
            after = before + int(delta)
        else:
            low, high = self.rules.bounds[quantity]
            after = min(max(before + self._damped_one(quantity, before, delta), low), high)
        if after != before:
            column[row] = after
            if quantity is Quantity.BUDGET_CENTS:
                games.income_cents[row] += max(int(after - before), 0)
            self.changes.append(Change(quantity, cause, np.array([row]), np.array([after - before])))

    def _damped_one(self, quantity: Quantity, before: float, delta: float) -> float:
        if quantity is not Quantity.REPUTATION or delta <= 0:
            return delta
        gain = self.rules.economy.reputation_gain
        return delta * (gain.top - before) / gain.divisor

    def _damped(self, quantity: Quantity, before: NDArray[Any], deltas: ArrayLike) -> NDArray[Any]:
        """A good name is harder to better: gains of reputation shrink as it nears the top."""
        wanted = np.asarray(deltas)
        if quantity is not Quantity.REPUTATION or not (wanted > 0).any():
            return wanted
        gain = self.rules.economy.reputation_gain
        return np.where(wanted > 0, wanted * (gain.top - before) / gain.divisor, wanted)

    def event(self, count: int, code: EventCode, cause: Cause, games: ArrayLike, /, **columns: ArrayLike) -> None:
        """Note ``count`` discrete records of one code."""
        self.events.add(count, game=games, type=TYPE_OF[code], code=code, cause=cause, **columns)

    def total(self, quantity: Quantity, games: int) -> NDArray[Any]:
        """Sum of all noted changes of a quantity, shape [games]."""
        sums = np.zeros(games, np.int64 if quantity is Quantity.BUDGET_CENTS else np.float64)
        for change in self.changes:
            if change.quantity is quantity:
                sums[change.games] += change.deltas
        return sums

    def account(self, deed: Deed) -> dict[str, dict[str, float]]:
        """What one action changed of its own game: quantity → cause → change. Money in cents."""
        causes_of: dict[str, dict[str, float]] = {}
        for change in self.changes[deed.first : deed.end]:
            causes = causes_of.setdefault(change.quantity.name.lower(), {})
            cause = change.cause.name.lower()
            causes[cause] = causes.get(cause, 0) + change.deltas.sum().item()
        return causes_of

    def summaries(self, games: int) -> list[dict[str, dict[str, float]]]:
        """For each game row: quantity → cause → change, only what is not 0. Money in cents."""
        found: list[dict[str, dict[str, float]]] = [{} for _ in range(games)]
        for change in self.changes:
            quantity, cause = change.quantity.name.lower(), change.cause.name.lower()
            for game, delta in zip(change.games.tolist(), change.deltas.tolist(), strict=True):
                if delta:
                    causes = found[game].setdefault(quantity, {})
                    causes[cause] = causes.get(cause, 0) + delta
        return found


def _type_of(code: EventCode) -> EventType:
    word = code.name.split("_")[0]
    special = {
        "SPONSORS": EventType.SPONSOR,
        "FLIGHT": EventType.REQUEST,
        "RECEIPT": EventType.REQUEST,
        "FRAUD": EventType.REQUEST,
        "SHIPMENT": EventType.PROJECT,
        "PHASE": EventType.GAME,
        "VOLUNTEER": EventType.GAME,
    }
    return special[word] if word in special else EventType[word]


TYPE_OF = {code: _type_of(code) for code in EventCode}
