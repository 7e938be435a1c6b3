"""Jobs that can wait are put off while the server is not calm."""

from datetime import datetime, timedelta

import pytest
from celery import current_app

from tommy.core.jobs import postpone_unless_calm
from tommy.core.overload import Stage, stages
from tommy.core.overload.measures import queue_depth

JOB = {"name": "npcs.improve_text", "kind": "letter", "target": 1}


@pytest.mark.django_db(transaction=True)
def test_under_strain_a_job_goes_back_into_the_queue(now: datetime) -> None:
    before = queue_depth()
    assert not postpone_unless_calm(**JOB, now=now)
    stages.stage_share(called=Stage.STRAINED, values={}, now=now)
    try:
        assert postpone_unless_calm(**JOB, now=now)
        assert queue_depth() == before + 1
        assert not postpone_unless_calm(**JOB, now=now + timedelta(minutes=1))
    finally:
        current_app.control.purge()
