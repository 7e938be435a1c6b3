"""Nesra's tables, split by noun, with the constraints that make wrong rows impossible.

This package may import ``nesra.rules``, nothing above it. Lock order of everybody who writes: hero, world, session,
then inserts; the notification cursor comes last.
"""

from nesra.models.items import Inventory, Item, SeasonalEvent, ShopOffer
from nesra.models.ledger import LedgerEntry
from nesra.models.players import Hero, Vacation, WorldState
from nesra.models.sessions import Session, TaskTemplate

__all__ = [
    "Hero",
    "Inventory",
    "Item",
    "LedgerEntry",
    "SeasonalEvent",
    "Session",
    "ShopOffer",
    "TaskTemplate",
    "Vacation",
    "WorldState",
]
