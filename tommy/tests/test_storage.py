"""Tables that every tick rewrites keep room in their pages, also after a migration was made anew."""

import pytest
from django.db import connection

from hackathon.models import Hackathon, Participant
from tommy.core.models import NotificationCursor

HALF_EMPTY, ROOMY = 40, 70


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only Postgres fills pages to a factor")
@pytest.mark.parametrize(
    ("model", "percent"), [(Hackathon, HALF_EMPTY), (NotificationCursor, HALF_EMPTY), (Participant, ROOMY)]
)
def test_what_a_tick_rewrites_has_room(model: type, percent: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [model._meta.db_table])  # type: ignore[attr-defined]
        assert cursor.fetchone() == ([f"fillfactor={percent}"],)
