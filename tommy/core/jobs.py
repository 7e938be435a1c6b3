"""The only way for a service to ask for work after its transaction, without knowing any task."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from celery import current_app
from django.db import transaction

from tommy.core.overload import Stage, settings, stage_read

logger = structlog.get_logger(__name__)


def enqueue(name: str, **arguments: Any) -> None:
    """Put a task on the queue now. Arguments are plain JSON values: ids, numbers, strings; never model objects."""
    current_app.send_task(name, kwargs=arguments)


def enqueue_on_commit(name: str, **arguments: Any) -> None:
    """Put a task on the queue once this transaction has committed.

    A broker that does not answer must not turn a committed command into an error: the failure is logged, and the
    sweep that owns the deadline (see the task's own docstring) finds the work later.
    """
    transaction.on_commit(_sender(name, arguments))


def postpone_unless_calm(name: str, *, now: datetime, **arguments: Any) -> bool:
    """For the task ``name`` itself, when its work can wait: put it back for later while the server is not calm.

    True where it was. A job that waits in the queue is lost with an embedded server, as any other.
    """
    if stage_read(now) is Stage.CALM:
        return False
    current_app.send_task(name, kwargs=arguments, countdown=settings().postpone_seconds)
    return True


def _sender(name: str, arguments: dict[str, Any]) -> Callable[[], None]:
    def send() -> None:
        try:
            enqueue(name, **arguments)
        except Exception:
            logger.exception("job_not_enqueued", job=name, arguments=arguments)

    return send
