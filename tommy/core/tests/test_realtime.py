"""Notifications: numbered without gaps, stored with the command, pushed after it."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import orjson
import pytest
from django.db import connection, transaction

from accounts.models import User as Account
from tommy.core.db import command
from tommy.core.models import Notification, NotificationCursor
from tommy.core.realtime import Draft, Event, Room, User, mark_connected, notify_on_commit, publish_on_commit
from tommy.core.selectors import notifications_after


class Happened(Event):
    type: ClassVar[str] = "game_event"


@pytest.fixture
def user(db: None) -> Account:
    return Account.objects.create_user("ada@example.org", "ada", "secret")


def notify(user: Account, now: datetime, count: int = 1) -> None:
    notify_on_commit([Draft(user.pk, "game_event", 7, {"n": i}) for i in range(count)], now=now)


@pytest.mark.django_db(transaction=True)
def test_a_notification_needs_a_transaction(user: Account, now: datetime) -> None:
    with pytest.raises(RuntimeError, match="inside"):
        notify(user, now)


@pytest.mark.django_db
def test_numbers_rise_without_gaps_and_replay_in_order(user: Account, now: datetime) -> None:
    notify(user, now, 3)
    notify(user, now, 2)
    assert [frame["id"] for frame in notifications_after(user.pk, 0)] == [1, 2, 3, 4, 5]
    frames = notifications_after(user.pk, 3)
    assert frames == [
        {"id": 4, "type": "game_event", "tick": 7, "at": "2026-03-02T09:00:00Z", "data": {"n": 0}},
        {"id": 5, "type": "game_event", "tick": 7, "at": "2026-03-02T09:00:00Z", "data": {"n": 1}},
    ]


@pytest.mark.django_db
def test_only_connected_users_are_pushed_to(user: Account, now: datetime, capture_events: Callable[..., Any]) -> None:
    with capture_events(expected=0):
        notify(user, now)
    mark_connected(user.pk, now)
    with capture_events(expected=1) as sent:
        notify(user, now, 2)
    group, message = sent[0]
    assert group == f"user.{user.pk}"
    assert [orjson.loads(frame) for frame in message["frames"]] == notifications_after(user.pk, 1)
    with capture_events(expected=0):
        notify(user, now + timedelta(minutes=5))


@pytest.mark.django_db
def test_storing_for_one_costs_two_statements_from_the_first_on(
    user: Account, now: datetime, django_assert_num_queries: Any
) -> None:
    for count in (1, 50):
        with django_assert_num_queries(2):
            notify(user, now, count)


@pytest.mark.django_db
def test_storing_for_many_costs_three_statements(user: Account, now: datetime, django_assert_num_queries: Any) -> None:
    other = Account.objects.create_user("bob@example.org", "bob", "secret")
    drafts = [Draft(someone.pk, "game_event", None, {}) for someone in (user, other) for _ in range(20)]
    notify_on_commit(drafts, now=now)
    with django_assert_num_queries(3):
        notify_on_commit(drafts, now=now)


@pytest.mark.django_db
def test_rooms_hear_after_commit_and_nothing_is_stored(now: datetime, capture_events: Callable[..., Any]) -> None:
    with capture_events(expected=1) as sent:
        publish_on_commit(Happened(), Room("voting.ABC"), now=now)
        assert sent == []
    frame = {"type": "game_event", "data": {}, "at": "2026-03-02T09:00:00Z"}
    assert sent == [("room.voting.ABC", {"type": "room.frame", "frame": frame})]
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_a_rolled_back_command_takes_its_notification_along(user: Account, now: datetime) -> None:
    with transaction.atomic():
        publish_on_commit(Happened(), User(user.pk), now=now)
        transaction.set_rollback(True)
    assert notifications_after(user.pk, 0) == []


@pytest.mark.django_db(transaction=True)
def test_simultaneous_publishers_leave_no_gap_and_no_double(user: Account, now: datetime) -> None:
    def publish() -> None:
        try:
            for _ in range(5):
                with command():
                    notify(user, now, 2)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [frame["id"] for frame in notifications_after(user.pk, 0)] == list(range(1, 81))
    assert NotificationCursor.objects.get(user=user).last_number == 80
