"""The words of Nesra's tables and answers."""

from enum import StrEnum


class Room(StrEnum):
    """Where a session takes place."""

    STUDY = "study"
    BUILD = "build"
    TRAINING = "training"


class Place(StrEnum):
    """What of the town can grow."""

    STUDY_ROOM = "study_room"
    BUILD_ROOM = "build_room"
    TRAINING_ROOM = "training_room"
    PLAZA = "plaza"


class ItemType(StrEnum):
    """What an item is, and with it the only slot it fits."""

    HAT = "hat"
    OUTFIT = "outfit"
    ACCESSORY = "accessory"


class Rarity(StrEnum):
    """How seldom an item drops, and how dear it is."""

    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"


class SessionStatus(StrEnum):
    """``pending`` is ours: the seed's start endpoint names it, its enum forgets it."""

    PENDING = "pending"
    SUCCESS = "success"
    CANCEL = "cancel"
    TIMEOUT = "timeout"


class EntryKind(StrEnum):
    """Why the ledger has an entry."""

    SESSION = "session"
    PURCHASE = "purchase"
    STREAK = "streak"


class StatsRange(StrEnum):
    """How far back statistics look."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
