from datetime import datetime
from uuid import uuid4

import pytest

from accounts.models import User
from nesra import errors
from nesra.models import TaskTemplate
from nesra.rules.enums import Room
from nesra.services import player_ensure, task_create, task_delete, task_update
from nesra.tests.factories import UserFactory, session_done

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(user: User, now: datetime) -> TaskTemplate:
    return task_create(user_id=user.pk, name="Violin", category="Music", minutes=30, room=Room.TRAINING, now=now)


def test_a_new_player_has_five_that_stay_away_once_deleted(user: User, now: datetime) -> None:
    player_ensure(user_id=user.pk, now=now)
    mine = TaskTemplate.objects.filter(user=user)
    assert {task.room for task in mine} == {"study", "build", "training"}
    assert mine.count() == 5
    for task in mine:
        task_delete(user_id=user.pk, task_id=task.pk, now=now)
    player_ensure(user_id=user.pk, now=now)
    assert not mine.all().exists()


def test_used_templates_are_archived_and_unused_ones_deleted(user: User, task: TaskTemplate, now: datetime) -> None:
    session_done(user, now, task_template_id=task.pk)
    task_delete(user_id=user.pk, task_id=task.pk, now=now)
    task.refresh_from_db()
    assert task.archived_at == now
    for command in (
        lambda: task_delete(user_id=user.pk, task_id=task.pk, now=now),
        lambda: task_update(user_id=user.pk, task_id=task.pk, changes={"name": "Cello"}, now=now),
    ):
        with pytest.raises(errors.TaskNotFound):
            command()


def test_sessions_keep_what_they_were_when_a_template_changes(user: User, task: TaskTemplate, now: datetime) -> None:
    session_done(user, now, task_template_id=task.pk)
    task_update(user_id=user.pk, task_id=task.pk, changes={"category": "Noise", "room": "build"}, now=now)
    session = task.sessions.get()
    assert (session.category, session.room) == ("Music", "training")


def test_templates_of_others_are_not_there(task: TaskTemplate, now: datetime) -> None:
    stranger = UserFactory()
    for identifier in (task.pk, uuid4()):
        with pytest.raises(errors.TaskNotFound):
            task_delete(user_id=stranger.pk, task_id=identifier, now=now)


def test_there_is_an_end_to_collecting_templates(user: User, now: datetime) -> None:
    player_ensure(user_id=user.pk, now=now)
    TaskTemplate.objects.bulk_create(
        TaskTemplate(user=user, name="x", category="", default_duration_minutes=1, room="study", created_at=now)
        for _ in range(95)
    )
    with pytest.raises(errors.TooManyTasks):
        task_create(user_id=user.pk, name="One more", category="", minutes=1, room=Room.STUDY, now=now)
