"""Pruning holds no lock that a tick needs: between two batches the world goes on."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from hackathon.models import LogEntry
from hackathon.services import ticks
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import EVERYONE, TICK
from tommy.core import retention
from tommy.core.content import content

BATCH = 500


@pytest.mark.django_db(transaction=True)
def test_ticks_are_played_between_the_batches(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    game = begin_game(now)
    line = {"hackathon": game, "tick": 0, "type": "event", "code": "x", "cause": "y", "data": {}}
    old = now - timedelta(days=365)
    LogEntry.objects.bulk_create([LogEntry(at=old, **line) for _ in range(4 * BATCH)], batch_size=BATCH)
    settings = content.get(retention.FILE, retention.RetentionModel)
    small = settings.model_copy(update={"batch_rows": BATCH, "batches_per_wake": 3})
    monkeypatch.setattr(retention, "content", type("Fixed", (), {"get": staticmethod(lambda file, model: small)}))
    lags: list[int] = []

    def tick(seconds: float) -> None:
        assert not connection.in_atomic_block
        moment = now + (len(lags) + 1) * TICK
        ticks.world_advance(now=moment)
        lags.append(ticks.shard_tick(**EVERYONE, now=moment))

    # What the game itself wrote stands before the old lines, and is young.
    LogEntry.objects.filter(at=now).delete()
    removed = retention.history_prune(now=now, sleep=tick)
    assert removed["log"] == 3 * BATCH
    assert lags == [1, 1, 1]
    assert LogEntry.objects.filter(at=old).count() == BATCH
