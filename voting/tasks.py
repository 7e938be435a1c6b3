"""The voting game's timers; how often each rings stands in ``tommy/content/schedules.json``."""

from uuid import UUID

from celery import shared_task

from tommy.core import clock
from voting import services


@shared_task(name="voting.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """End phases whose time is over, tell of players who stayed away. Rows decide, so a doubled wake does nothing."""
    services.rooms_settle(now=clock.now())


@shared_task(name="voting.write_questions")  # type: ignore[untyped-decorator]
def write_questions(room_id: str, game: int) -> None:
    """Ask an AI for a game's questions, and begin it; should this never run, the sweep begins it with what it has."""
    services.questions_write(room_id=UUID(room_id), game=game, clock=clock.now)


@shared_task(name="voting.prune")  # type: ignore[untyped-decorator]
def prune() -> None:
    """Remove rooms that nobody has used for a day."""
    services.rooms_prune(now=clock.now())
