"""Commands on task templates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from nesra import catalogue
from nesra.errors import TaskNotFound, TooManyTasks
from nesra.models import Session, TaskTemplate
from nesra.rules.enums import Room
from nesra.services.players import lock_player
from tommy.core.audit import note
from tommy.core.db import command


def task_create(*, user_id: UUID, name: str, category: str, minutes: int, room: Room, now: datetime) -> TaskTemplate:
    """A new template. Raises TooManyTasks."""
    with command():
        lock_player(user_id, now)
        kept = TaskTemplate.objects.filter(user_id=user_id, archived_at=None).count()
        if kept >= catalogue.rules().tasks.active_max:
            raise TooManyTasks
        task = TaskTemplate.objects.create(
            user_id=user_id,
            name=name,
            category=category,
            default_duration_minutes=minutes,
            room=room,
            created_at=now,
        )
        note(f"task:{task.pk}", {}, {"name": name, "category": category, "minutes": minutes, "room": room})
        return task


def task_update(*, user_id: UUID, task_id: UUID, changes: dict[str, Any], now: datetime) -> TaskTemplate:
    """Set columns of a template; sessions that were started from it keep what they were. Raises TaskNotFound."""
    with command():
        lock_player(user_id, now)
        task = kept_task(user_id, task_id)
        note(f"task:{task_id}", {name: getattr(task, name) for name in changes}, changes)
        for field, value in changes.items():
            setattr(task, field, value)
        task.save()
    return task


def task_delete(*, user_id: UUID, task_id: UUID, now: datetime) -> None:
    """Delete a template, or archive it where sessions refer to it. Raises TaskNotFound, also when done again."""
    with command():
        lock_player(user_id, now)
        task = kept_task(user_id, task_id)
        note(f"task:{task_id}", {"name": task.name}, {})
        if Session.objects.filter(task_template=task).exists():
            task.archived_at = now
            task.save(update_fields=["archived_at"])
        else:
            task.delete()


def kept_task(user_id: UUID, task_id: UUID) -> TaskTemplate:
    """A template of the (locked) player that is not archived, or TaskNotFound."""
    task = TaskTemplate.objects.filter(pk=task_id, user_id=user_id, archived_at=None).first()
    if task is None:
        raise TaskNotFound
    return task
