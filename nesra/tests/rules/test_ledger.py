from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from nesra.rules.enums import Place
from nesra.rules.ledger import Account, differences, replay


@dataclass
class Entry:
    kind: str = "session"
    exp: int = 0
    exp_used: int = 0
    levels: int = 0
    gold: int = 0
    streak: int = 0
    freezes: int = 0
    day: date | None = None
    item_id: UUID | None = None
    unlocked: list[dict[str, Any]] = field(default_factory=list)


def test_entries_add_up() -> None:
    item = uuid4()
    account = replay(
        [
            Entry(exp=120, exp_used=100, levels=1, gold=60, streak=1, day=date(2026, 3, 2)),
            Entry(exp=50, gold=25, streak=1, freezes=1, day=date(2026, 3, 3), item_id=item),
            Entry(kind="purchase", gold=-80, item_id=uuid4()),
            Entry(kind="streak", streak=-2, freezes=-1),
            Entry(gold=1, streak=1, day=date(2026, 3, 9), unlocked=[{"place": "study_room", "level": 2}]),
        ]
    )
    assert (account.level, account.exp, account.gold, account.successes) == (2, 70, 6, 3)
    assert (account.streak, account.longest, account.freezes, account.last_day) == (1, 2, 0, date(2026, 3, 9))
    assert account.places[Place.STUDY_ROOM] == 2
    assert item in account.items


def test_differences_name_both_sides() -> None:
    assert differences(Account(gold=5), {"gold": 7, "level": 1}) == {"gold": (5, 7)}
