"""The characters' timers; how often each rings stands in ``tommy/content/schedules.json``."""

from celery import shared_task

from npcs import services
from tommy.core import clock
from tommy.core.jobs import postpone_unless_calm


@shared_task(name="npcs.agenda")  # type: ignore[untyped-decorator]
def agenda() -> None:
    """Let characters write first; what was written already is seen by the rows."""
    services.agenda_run(now=clock.now())


@shared_task(name="npcs.improve")  # type: ignore[untyped-decorator]
def improve() -> None:
    """Claim fresh texts for the AI; without one, nothing."""
    services.improvements_start(now=clock.now())


@shared_task(name="npcs.improve_text")  # type: ignore[untyped-decorator]
def improve_text(kind: str, target: int) -> None:
    """Lost, it loses nothing: the template stands. Under strain it waits."""
    now = clock.now()
    if not postpone_unless_calm("npcs.improve_text", now=now, kind=kind, target=target):
        services.text_improve(kind=kind, target=target, now=now)


@shared_task(name="npcs.prune")  # type: ignore[untyped-decorator]
def prune() -> None:
    """Drop claims that nobody can need any more."""
    services.improvements_prune(now=clock.now())
