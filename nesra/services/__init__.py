"""Nesra's commands, the only writers.

Every command of a player locks the hero first, and with it whatever else of the player it changes, in the order hero,
world, session; so two commands of one player take turns, and no two wait for each other. Anything inserted comes
after, and the cursor of the notifications last. This package may import selectors, models and rules, nothing above it.
"""

from nesra.services.catalogue import catalogue_seed, events_set_active, items_set_active
from nesra.services.items import item_buy, item_equip, item_unequip, shop_open
from nesra.services.players import player_ensure, player_lock_for_deletion, player_rebuild
from nesra.services.sessions import session_cancel, session_complete, session_start, sessions_expire
from nesra.services.streaks import streaks_settle, streaks_warn, vacation_end, vacation_start
from nesra.services.tasks import task_create, task_delete, task_update

__all__ = [
    "catalogue_seed",
    "events_set_active",
    "item_buy",
    "item_equip",
    "item_unequip",
    "items_set_active",
    "player_ensure",
    "player_lock_for_deletion",
    "player_rebuild",
    "session_cancel",
    "session_complete",
    "session_start",
    "sessions_expire",
    "shop_open",
    "streaks_settle",
    "streaks_warn",
    "task_create",
    "task_delete",
    "task_update",
    "vacation_end",
    "vacation_start",
]
