"""History is pruned from its old end, by time and by size, in batches that nobody has to wait for long."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from accounts.models import User
from tommy.core import retention
from tommy.core.content import content
from tommy.core.models import Notification
from tommy.core.realtime import Draft, notify_on_commit
from tommy.core.selectors import notifications_after

DAY = timedelta(days=1)


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("ada@example.org", "ada", "secret")


def tell(user: User, at: datetime, count: int = 1) -> None:
    with transaction.atomic():
        notify_on_commit([Draft(user.pk, "game_event", None, {}) for _ in range(count)], now=at)


def limits(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    settings = content.get(retention.FILE, retention.RetentionModel)
    changed = settings.model_copy(update=changes)
    monkeypatch.setattr(retention.content, "get", lambda file, model: changed)


def numbers() -> list[int]:
    return list(Notification.objects.order_by("number").values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
class TestPruning:
    def test_what_is_too_old_goes_and_what_is_younger_stays(self, user: User, now: datetime) -> None:
        tell(user, now - 15 * DAY, 3)
        tell(user, now - 13 * DAY, 2)
        assert retention.history_prune(now=now)["notifications"] == 3
        assert numbers() == [4, 5]
        assert retention.history_prune(now=now)["notifications"] == 0

    def test_only_so_many_of_the_newest_stay(self, user: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        tell(user, now, 10)
        tables = content.get(retention.FILE, retention.RetentionModel).tables
        limits(monkeypatch, tables={**tables, "notifications": retention.Kept(days=1, rows=4)})
        retention.history_prune(now=now)
        assert numbers() == [7, 8, 9, 10]

    def test_a_wake_removes_so_many_batches_and_rests_between_them(
        self, user: User, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tell(user, now - 15 * DAY, 10)
        limits(monkeypatch, batch_rows=3, batches_per_wake=2, pause_seconds=0.5)
        rests: list[float] = []
        assert retention.history_prune(now=now, sleep=rests.append)["notifications"] == 6
        assert rests == [0.5, 0.5]
        assert numbers() == [7, 8, 9, 10]


@pytest.mark.django_db
def test_a_client_that_was_away_too_long_is_told_what_is_gone(user: User, now: datetime) -> None:
    tell(user, now, 6)
    Notification.objects.filter(number__lte=4).delete()
    frames = notifications_after(user.pk, 1)
    assert [frame["id"] for frame in frames] == [4, 5, 6]
    assert frames[0]["type"] == "server"
    assert frames[0]["data"] == {"kind": "history_pruned", "from_id": 2, "to_id": 4}
    assert [frame["type"] for frame in notifications_after(user.pk, 4)] == ["game_event"] * 2


def test_every_table_has_its_limits_and_every_limit_its_table() -> None:
    files = dict(content.read())
    assert list(retention.check_tables(files)) == []
    settings = files[retention.FILE]
    assert isinstance(settings, retention.RetentionModel)
    files[retention.FILE] = settings.model_copy(update={"tables": {}})
    assert len(list(retention.check_tables(files))) == len(settings.tables)
