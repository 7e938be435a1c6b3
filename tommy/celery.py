"""The Celery application; what beat wakes, and how often, stands in ``tommy/content/schedules.json``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")

app = Celery("tommy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect  # type: ignore[untyped-decorator]
def set_schedule(sender: Celery, **kwargs: object) -> None:
    """Beat's timetable, from content; a changed file takes effect when beat starts next."""
    from tommy.schedules import beat_schedule

    sender.conf.beat_schedule = beat_schedule()
