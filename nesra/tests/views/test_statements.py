"""How much the hot calls ask of the database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
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


@pytest.mark.parametrize(("seed", "ours", "house"), [(MISSES, 6, 1), (DROPS, 8, 3)])
def test_a_completion_takes_at_most_eight_statements_of_ours(
    client: APIClient, clock: Any, user: User, now: datetime, statements: Any, seed: str, ours: int, house: int
) -> None:
    """With the login's. The house adds one for its audit log, and two where there is something to tell."""
    ItemFactory()
    session = session_started(user, now - timedelta(minutes=25), seed=seed)
    with statements() as sql:
        answer = client.post("/api/session/complete", {"session_id": str(session.pk)})
    of_the_house = [statement for statement in sql.all if "core_" in statement]
    assert answer.status_code == 200
    assert Inventory.objects.count() == (seed == DROPS)
    assert (len(sql) - len(of_the_house), len(of_the_house)) == (ours, house), sql.all
