"""Values by the thousand, as one parameter or as many."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.factories import UserFactory
from tommy.core.models import NotificationCursor

pytestmark = pytest.mark.django_db


def test_among_finds_what_in_finds() -> None:
    users = UserFactory.create_batch(3)
    cursors = [NotificationCursor.objects.create(user_id=user.pk) for user in users[:2]]
    assert set(User.objects.filter(id__among=[user.pk for user in users[1:]] + [uuid4()])) == set(users[1:])
    assert set(NotificationCursor.objects.filter(user_id__among=[user.pk for user in users])) == set(cursors)
    assert not User.objects.filter(id__among=[]).exists()
    assert set(User.objects.exclude(id__among=[users[0].pk])) == set(users[1:])


@pytest.mark.skipif(not settings.SERVICES, reason="SQLite has no arrays")
def test_among_is_one_parameter() -> None:
    with CaptureQueriesContext(connection) as queries:
        list(User.objects.filter(id__among=[uuid4() for _ in range(50)]))
    assert " = ANY(" in queries[0]["sql"]
