"""Accounts' timers; how often each rings stands in ``tommy/content/schedules.json``."""

from celery import shared_task

from accounts import services
from tommy.core import clock


@shared_task(name="accounts.prune_logins")  # type: ignore[untyped-decorator]
def prune_logins() -> None:
    """Late, doubled or skipped, it does no harm: it removes what is dead already."""
    services.logins_prune(now=clock.now())
