"""Commands on accounts; the only writers.

Locks: whoever writes for an account locks its ``User`` row first, then touches the logins and saves that hang from it;
nobody locks two accounts. Only a deletion lets the games lock their rows before (``accounts.signals``), because a tick
locks a game first and its player's account second. Functions called ``…_in_transaction`` are for callers that have
opened one already (the admin). ``accounts`` imports ``logins``, not the other way round; ``save_data`` stands alone.
"""

from accounts.services.accounts import (
    account_activate,
    account_deactivate,
    account_delete,
    account_register,
    account_register_with_login,
    account_remove,
    account_remove_in_transaction,
    password_change,
    password_set,
    profile_update,
)
from accounts.services.locking import account_lock_in_transaction
from accounts.services.logins import (
    login_end,
    login_refresh,
    login_start,
    login_with_password,
    logins_end,
    logins_end_in_transaction,
    logins_prune,
)
from accounts.services.save_data import save_data_store

__all__ = [
    "account_activate",
    "account_deactivate",
    "account_delete",
    "account_lock_in_transaction",
    "account_register",
    "account_register_with_login",
    "account_remove",
    "account_remove_in_transaction",
    "login_end",
    "login_refresh",
    "login_start",
    "login_with_password",
    "logins_end",
    "logins_end_in_transaction",
    "logins_prune",
    "password_change",
    "password_set",
    "profile_update",
    "save_data_store",
]
