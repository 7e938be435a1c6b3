"""How much the hot calls ask of the database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from nesra.models import Inventory
from nesra.tests.factories import (
    DROPS,
    MISSES,
    ItemFactory,
    session_started,
)

pytestmark = pytest.mark.django_db


def test_a_profile_takes_at_most_three_statements(client: APIClient, statements: Any) -> None:
    client.get("/api/profile")
    with statements() as sql:
        client.get("/api/profile")
    assert len(sql) <= 3, sql.all


@pytest.mark.parametrize("seed", [MISSES, DROPS])
def test_a_completion_takes_at_most_eight_statements(
    client: APIClient, clock: Any, user: User, now: datetime, statements: Any, seed: str
) -> None:
    """Everything counts: the login, the audit log, the news. SQLite, with no network to save, writes row by row."""
    ItemFactory()
    session = session_started(user, now - timedelta(minutes=25), seed=seed)
    with statements() as sql:
        answer = client.post("/api/session/complete", {"session_id": str(session.pk)})
    ours = [statement for statement in sql.all if "core_" not in statement]
    assert answer.status_code == 200
    assert Inventory.objects.count() == (seed == DROPS)
    assert len(sql if connection.vendor == "postgresql" else ours) <= 8, sql.all
