"""Timers, run by Celery's own machinery."""

from datetime import timedelta

import pytest
from celery import current_app

from accounts import services
from accounts.models import Login, User
from tommy.core import clock
from tommy.schedules import beat_schedule


@pytest.mark.django_db
def test_dead_logins_are_pruned_by_the_clock(user: User) -> None:
    now = clock.now()
    alive, _ = services.login_start(user=user, now=now)
    services.login_start(user=user, now=now - timedelta(days=31))
    task = beat_schedule()["accounts.prune_logins"]["task"]
    for _ in range(2):
        current_app.tasks[task].apply(throw=True)
    assert list(Login.objects.all()) == [alive]
