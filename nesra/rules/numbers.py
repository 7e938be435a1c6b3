"""The shapes of ``content/*.json``: every number of the game, and what it ships with."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nesra.rules.enums import ItemType, Place, Rarity, Room

MINUTES_MIN = 1
MINUTES_MAX = 180

Minutes = Annotated[int, Field(ge=MINUTES_MIN, le=MINUTES_MAX)]
Percent = Annotated[int, Field(ge=0, le=1_000)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$", max_length=64)]


class Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SessionNumbers(Numbers):
    """When a session may be completed: from its end less the tolerance until its end plus the grace."""

    default_minutes: Minutes
    default_room: Room
    tolerance_seconds: int = Field(ge=0, le=60)
    grace_hours: int = Field(ge=1, le=24 * 14)

    @property
    def tolerance(self) -> timedelta:
        return timedelta(seconds=self.tolerance_seconds)

    @property
    def grace(self) -> timedelta:
        return timedelta(hours=self.grace_hours)


class RewardNumbers(Numbers):
    """What a success pays. ``rarity_weights`` are per item: how much likelier one drops than another."""

    exp_per_minute: int = Field(ge=0, le=1_000)
    gold_per_minute: int = Field(ge=0, le=1_000)
    exp_per_level: int = Field(ge=1, le=1_000_000)
    drop_chance: float = Field(ge=0, le=1)
    rarity_weights: Mapping[Rarity, Annotated[int, Field(gt=0)]]
    collection_complete_gold: int = Field(ge=0, le=100_000)


class WorldStep(Numbers):
    """A place reaches ``level`` once a player has so many successes."""

    place: Place
    level: int = Field(ge=2, le=100)
    successes: int = Field(ge=1)


class StreakNumbers(Numbers):
    """A freeze is earned at every so many days of a streak; vacation is counted over the last 365 days."""

    freeze_every_days: int = Field(ge=1, le=365)
    freezes_held_max: int = Field(ge=0, le=10)
    warn_hours: int = Field(ge=1, le=12)
    vacation_days_per_year: int = Field(ge=0, le=366)


class ShopNumbers(Numbers):
    """How many offers a day, and what they cost in gold. Weights as for drops, for the rotation."""

    slots: int = Field(ge=1, le=50)
    prices: Mapping[Rarity, Annotated[int, Field(gt=0)]]
    rarity_weights: Mapping[Rarity, Annotated[int, Field(gt=0)]]


class DefaultTask(Numbers):
    name: Name
    category: Name
    minutes: Minutes
    room: Room


class TaskNumbers(Numbers):
    """What a new player finds, and how many templates one may keep."""

    active_max: int = Field(ge=1, le=1_000)
    defaults: tuple[DefaultTask, ...]


class Rules(Numbers):
    """Sessions, rewards, levels of the town, streaks, the shop: every number of Nesra Town."""

    sessions: SessionNumbers
    rewards: RewardNumbers
    world_steps: tuple[WorldStep, ...]
    streaks: StreakNumbers
    shop: ShopNumbers
    tasks: TaskNumbers


class SeededEvent(Numbers):
    """A season: both days belong to it, in UTC; every year on the same days, or once."""

    key: Key
    name: Name
    starts_on: date
    ends_on: date
    yearly: bool
    exp_percent: Percent
    gold_percent: Percent
    drop_percent: Percent


class SeededItem(Numbers):
    """``event``: dropped and sold only while that season runs."""

    sprite_key: Key
    name: Name
    type: ItemType
    rarity: Rarity
    event: Key | None = None


class SeededCatalogue(Numbers):
    """Items and seasonal events that ``manage.py seed_items`` puts into the tables, where the admin takes over."""

    events: tuple[SeededEvent, ...]
    items: tuple[SeededItem, ...]
