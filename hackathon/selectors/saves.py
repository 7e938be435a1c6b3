"""What a player has put aside."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hackathon.models import SaveGame


def saves_of(user_id: UUID) -> QuerySet[SaveGame]:
    """The player's saves of all hackathons, newest first, without what they hold."""
    mine = SaveGame.objects.filter(hackathon__user_id=user_id).order_by("-id")
    return mine.select_related("hackathon").defer("snapshot")


def save_view(save: SaveGame) -> dict[str, Any]:
    return {
        "save_id": save.pk,
        "name": save.name,
        "hackathon_id": save.hackathon_id,
        "hackathon_name": save.hackathon.name,
        "automatic": save.automatic,
        "tick": save.tick,
        "created_at": save.created_at,
    }
