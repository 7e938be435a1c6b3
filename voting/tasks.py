"""The voting game's timers; how often each rings stands in ``tommy/content/schedules.json``."""

from celery import shared_task

from tommy.core import clock
from voting import services


@shared_task(name="voting.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """End phases whose time is over, tell of players who stayed away. Rows decide, so a doubled wake does nothing."""
    services.rooms_settle(now=clock.now())


@shared_task(name="voting.prune")  # type: ignore[untyped-decorator]
def prune() -> None:
    """Remove rooms that nobody has used for a day."""
    services.rooms_prune(now=clock.now())
