"""One statement for several tables, against what the ORM reads back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from tommy.core.models import Notification, NotificationCursor
from tommy.core.together import Insert, Update, write_together

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cursor() -> NotificationCursor:
    user = User.objects.create_user("ada@example.org", "ada", "secret")
    return NotificationCursor.objects.create(user=user, last_number=1)


def notification(cursor: NotificationCursor, number: int) -> Notification:
    return Notification(user_id=cursor.pk, number=number, type="game_event", at=NOW, data={"text": "50 % - 'ok' %s"})


def test_rows_of_several_tables_are_written_by_one_statement(
    cursor: NotificationCursor, django_assert_num_queries: Any
) -> None:
    cursor.last_number, cursor.connected_until = 2, NOW
    writes = Insert(notification(cursor, 1)), Insert(notification(cursor, 2)), Update(cursor, ["last_number"])
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 3):
        write_together(*writes)
    assert list(Notification.objects.order_by("number").values_list("number", "data")) == [
        (number, {"text": "50 % - 'ok' %s"}) for number in (1, 2)
    ]
    stored = NotificationCursor.objects.get()
    assert (stored.last_number, stored.connected_until) == (2, None)


def test_one_write_needs_no_company_and_none_no_statement(
    cursor: NotificationCursor, django_assert_num_queries: Any
) -> None:
    cursor.last_number = 9
    with django_assert_num_queries(1):
        write_together(Update(cursor, ["last_number"]))
    with django_assert_num_queries(0):
        write_together()
    assert NotificationCursor.objects.get().last_number == 9


def test_a_broken_constraint_takes_everything_back(cursor: NotificationCursor) -> None:
    cursor.last_number = 5
    twice = [Insert(notification(cursor, 5)) for _ in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        write_together(Update(cursor, ["last_number"]), *twice)
    assert not Notification.objects.exists()
    assert NotificationCursor.objects.get().last_number == 1
