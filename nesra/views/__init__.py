"""Nesra Town over REST, split by noun: parse, one service or selector, respond."""

from nesra.views.items import InventoryViewSet, ShopViewSet, SpriteView
from nesra.views.players import PlayerViewSet
from nesra.views.sessions import SessionViewSet
from nesra.views.tasks import TaskViewSet

__all__ = ["InventoryViewSet", "PlayerViewSet", "SessionViewSet", "ShopViewSet", "SpriteView", "TaskViewSet"]
