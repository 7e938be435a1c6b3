"""What this app reacts to elsewhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.signals import account_deleted
from voting import services


def connect() -> None:
    """Called once when the app is ready."""
    account_deleted.connect(forget_player, dispatch_uid="voting.forget_player")


def forget_player(sender: Any, *, user_id: UUID, now: datetime, **kwargs: Any) -> None:
    services.player_forget_in_transaction(user_id=user_id, now=now)
