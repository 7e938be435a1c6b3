"""The Celery application; what beat wakes, and how often, stands in ``tommy/content/schedules.json``."""

import os
from typing import Any

from celery import Celery
from celery.exceptions import WorkerShutdown
from celery.worker.control import control_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")

app = Celery("tommy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SELF_DESTRUCT = "self_destruct"


@app.on_after_finalize.connect  # type: ignore[untyped-decorator]
def set_schedule(sender: Celery, **kwargs: object) -> None:
    """Beat's timetable, from content; a changed file takes effect when beat starts next."""
    from tommy.schedules import beat_schedule

    sender.conf.beat_schedule = beat_schedule()


@control_command(name=SELF_DESTRUCT)  # type: ignore[untyped-decorator]
def end_in_order(state: Any) -> None:
    """A worker process takes no new work, finishes what runs, and exits with the code that lets it be started anew."""
    from tommy.core.overload import EXIT_CODE

    raise WorkerShutdown(EXIT_CODE)
