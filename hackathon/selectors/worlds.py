"""How the world is doing."""

from datetime import datetime
from typing import Any

from hackathon.models import Hackathon, World
from hackathon.rules.enums import GameStatus


def world_pulse(now: datetime) -> dict[str, Any]:
    """The world's tick, its age in seconds, and how many games are running; two statements."""
    world = World.objects.filter(pk=World.SINGLETON_ID).first()
    return {
        "tick": world.tick if world else 0,
        "age_seconds": max(0, int((now - world.advanced_at).total_seconds())) if world else 0,
        "paused": bool(world and world.paused),
        "running": Hackathon.objects.filter(status=GameStatus.RUNNING).count(),
    }
