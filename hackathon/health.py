"""What readiness means to Tommy: the world's clock is going."""

from datetime import datetime

from hackathon import catalogue
from hackathon.models import World
from tommy.core import clock
from tommy.core.health import register_probe
from tommy.core.overload import register_measure

LATE_TICKS = 3


def register() -> None:
    register_probe("tick", world_is_on_time)
    register_measure("tick_lag_seconds", TickLag())


class TickLag:
    """How long the world's next tick is overdue, 0 while it is not, or the world is paused.

    Time before the first question does not count: a server that was down for an hour is not overloaded when it starts.
    """

    def __init__(self) -> None:
        self._since: datetime | None = None

    def __call__(self) -> float:
        now = clock.now()
        self._since = self._since or now
        world = World.objects.filter(pk=World.SINGLETON_ID, paused=False).first()
        if world is None:
            return 0.0
        age = (now - max(world.advanced_at, self._since)).total_seconds()
        return max(0.0, age - catalogue.clock_settings().tick_seconds)


def world_is_on_time() -> str | None:
    """None while the world ticks, is paused on purpose, or has not begun; else how late it is."""
    world = World.objects.filter(pk=World.SINGLETON_ID, paused=False).first()
    if world is None:
        return None
    age = (clock.now() - world.advanced_at).total_seconds()
    if age <= LATE_TICKS * catalogue.clock_settings().tick_seconds:
        return None
    return f"the world's last tick is {age:.0f} s old"
