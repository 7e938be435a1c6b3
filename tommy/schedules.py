"""Beat's timetable, from content: which task is woken how often."""

from collections.abc import Iterable
from typing import Any

from celery import current_app
from pydantic import BaseModel, ConfigDict, Field

from tommy.core.content import Contents, Problem, content

FILE = "tommy/schedules.json"


class Entry(BaseModel):
    """One timer. Every task it wakes reads its due work from rows, so an early, late or doubled wake does no harm."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every_seconds: float = Field(gt=0.2, le=86_400)
    # A wake that waited longer than this in the queue is dropped: the next one does its work too.
    expires_seconds: float | None = Field(None, gt=0)


class Schedules(BaseModel):
    """How often each recurring task is woken; read when beat starts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tasks: dict[str, Entry]


def register() -> None:
    content.register(FILE, Schedules)
    content.register_check(check_tasks_exist)


def check_tasks_exist(files: Contents) -> Iterable[Problem]:
    current_app.autodiscover_tasks(force=True)
    for name in files[FILE].tasks:  # type: ignore[attr-defined]
        if name not in current_app.tasks:
            yield Problem(FILE, f"/tasks/{name}", "the name of a task")


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Celery's form of the timetable."""
    entries = content.get(FILE, Schedules).tasks
    return {
        name: {
            "task": name,
            "schedule": entry.every_seconds,
            "options": {"expires": entry.expires_seconds or max(entry.every_seconds, 5.0)},
        }
        for name, entry in entries.items()
    }
