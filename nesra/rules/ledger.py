"""Hero, world and collection rebuilt from the ledger: sums of what was recorded, whatever the numbers are today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from nesra.rules.enums import EntryKind, Place


class Entry(Protocol):
    """A ledger entry as the table has it; amounts are changes, not standings."""

    kind: str
    exp: int
    exp_used: int
    levels: int
    gold: int
    streak: int
    freezes: int
    day: date | None
    item_id: UUID | None
    unlocked: list[dict[str, Any]]


@dataclass(slots=True)
class Account:
    """What a player has, by the ledger."""

    level: int = 1
    exp: int = 0
    gold: int = 0
    successes: int = 0
    streak: int = 0
    longest: int = 0
    freezes: int = 0
    last_day: date | None = None
    places: dict[Place, int] = field(default_factory=lambda: dict.fromkeys(Place, 1))
    items: set[UUID] = field(default_factory=set)


def replay(entries: Iterable[Entry]) -> Account:
    """Add up one player's entries, oldest first."""
    account = Account()
    for entry in entries:
        _add(account, entry)
    return account


def unlocked_record(unlocks: Iterable[tuple[Place, int]]) -> list[dict[str, Any]]:
    """Unlocks as the ledger and the answers write them: ``[{"place", "level"}]``."""
    return [{"place": str(place), "level": level} for place, level in unlocks]


def differences(account: Account, actual: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field → (by the ledger, by the tables) wherever the two disagree; ``actual`` has the fields of Account."""
    expected = {name: getattr(account, name) for name in actual}
    return {name: (expected[name], actual[name]) for name in actual if expected[name] != actual[name]}


def _add(account: Account, entry: Entry) -> None:
    account.level += entry.levels
    account.exp += entry.exp - entry.exp_used
    account.gold += entry.gold
    account.streak += entry.streak
    account.longest = max(account.longest, account.streak)
    account.freezes += entry.freezes
    account.successes += entry.kind == EntryKind.SESSION
    if entry.day is not None:
        account.last_day = max(account.last_day or entry.day, entry.day)
    if entry.item_id is not None:
        account.items.add(entry.item_id)
    for unlock in entry.unlocked:
        account.places[Place(unlock["place"])] = unlock["level"]
