"""What Nesra's players receive over ``/ws/notifications``: type ``game_event``, told apart by ``kind``."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tommy.core.realtime import Event


@dataclass(frozen=True, kw_only=True)
class TownEvent(Event):
    """Base: the payload says which game and what kind, so that a client of several games can choose."""

    type: ClassVar[str] = "game_event"
    kind: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return {"game": "nesra", "kind": self.kind, **super().payload()}


@dataclass(frozen=True, kw_only=True)
class LevelUp(TownEvent):
    """The hero reached ``level``, by ``levels`` at once."""

    kind: ClassVar[str] = "level_up"

    level: int
    levels: int


@dataclass(frozen=True, kw_only=True)
class ItemDropped(TownEvent):
    """``item``: {id, name, type, rarity, sprite_key, sprite_url}."""

    kind: ClassVar[str] = "item_drop"

    item: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PlaceUnlocked(TownEvent):
    """A place of the town reached ``level``."""

    kind: ClassVar[str] = "unlock"

    place: str
    level: int


@dataclass(frozen=True, kw_only=True)
class FreezeEarned(TownEvent):
    """A streak of ``day_streak`` days earned a freeze; ``freezes`` are held now."""

    kind: ClassVar[str] = "freeze_earned"

    day_streak: int
    freezes: int


@dataclass(frozen=True, kw_only=True)
class StreakWarning(TownEvent):
    """The evening of a day without a success: at ``ends_at`` a freeze is used, or the streak falls to 0."""

    kind: ClassVar[str] = "streak_warning"

    day_streak: int
    freezes: int
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class FreezeUsed(TownEvent):
    """A day without a success took ``used`` freezes; ``freezes`` are left."""

    kind: ClassVar[str] = "freeze_used"

    day_streak: int
    used: int
    freezes: int


@dataclass(frozen=True, kw_only=True)
class StreakLost(TownEvent):
    """The streak of ``day_streak`` days is over."""

    kind: ClassVar[str] = "streak_lost"

    day_streak: int
