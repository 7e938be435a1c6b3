"""How late the world is, as the overload watcher and ``/ready`` see it."""

from datetime import timedelta

import pytest

from hackathon import catalogue
from hackathon.health import TickLag, world_is_on_time
from hackathon.models import World
from hackathon.services.worlds import world_create, world_pause
from tommy.core import clock

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_tick_that_does_not_come_is_a_growing_lag() -> None:
    lag = TickLag()
    assert lag() == 0
    now = clock.now()
    world_create(now=now, seed=1)
    assert lag() == 0
    lag._since = now - timedelta(minutes=5)
    World.objects.update(advanced_at=now - timedelta(minutes=1))
    assert lag() == pytest.approx(60 - catalogue.clock_settings().tick_seconds, abs=5)
    assert "old" in (world_is_on_time() or "")
    world_pause(paused=True, now=now)
    assert lag() == 0
    assert world_is_on_time() is None


def test_time_before_the_process_began_does_not_count() -> None:
    now = clock.now()
    world_create(now=now - timedelta(hours=1), seed=1)
    assert TickLag()() == 0
