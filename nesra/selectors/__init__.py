"""What Nesra's players and staff read: a fixed number of SQL statements each, and nothing written."""

from nesra.selectors.export import nesra_export
from nesra.selectors.items import (
    inventory_of,
    picture_of_sprite,
    running_seasons,
    shop_on,
    worn_by,
)
from nesra.selectors.ledger import accounts_in_disagreement
from nesra.selectors.players import profile_of, streak_of, world_of
from nesra.selectors.sessions import sessions_of, stats_of, tasks_of

__all__ = [
    "accounts_in_disagreement",
    "inventory_of",
    "nesra_export",
    "picture_of_sprite",
    "profile_of",
    "running_seasons",
    "sessions_of",
    "shop_on",
    "stats_of",
    "streak_of",
    "tasks_of",
    "world_of",
    "worn_by",
]
