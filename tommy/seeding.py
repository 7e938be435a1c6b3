"""What a fresh database needs, app by app; every part is safe to repeat."""

from datetime import datetime

from hackathon.services.autopilot import demo_players_ensure
from hackathon.services.worlds import world_create
from nesra.services import catalogue_seed


def seed_everything(*, demo_players: int, now: datetime) -> None:
    """Create what is missing of the standing content, and demo players up to ``demo_players``."""
    world_create(now=now)
    catalogue_seed()
    demo_players_ensure(count=demo_players, now=now)
