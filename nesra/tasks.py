"""What beat wakes. Each reads its due work from rows: early, late, twice or never, no player sees a difference."""

from celery import shared_task

from nesra import services
from tommy.core import clock


@shared_task(name="nesra.expire_sessions")  # type: ignore[untyped-decorator]
def expire_sessions() -> None:
    """Abandoned sessions become timeouts."""
    services.sessions_expire(now=clock.now())


@shared_task(name="nesra.settle_streaks")  # type: ignore[untyped-decorator]
def settle_streaks() -> None:
    """The midnights that have passed are written down, and told."""
    services.streaks_settle(now=clock.now())


@shared_task(name="nesra.warn_streaks")  # type: ignore[untyped-decorator]
def warn_streaks() -> None:
    """Whoever may lose a streak tonight hears of it."""
    services.streaks_warn(now=clock.now())


@shared_task(name="nesra.open_shop")  # type: ignore[untyped-decorator]
def open_shop() -> None:
    """The day's rotation is drawn; the day's first visitor would do it as well."""
    services.shop_open(now=clock.now())
