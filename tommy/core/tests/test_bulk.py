"""Columns in and out of both databases, against what the ORM says."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hackathon.models import Devlog, World
from tommy.core import bulk
from tommy.core.models import AuditEntry

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
LONG = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]), max_size=40)


def add_devlogs(texts: list[str]) -> list[int]:
    columns = {"participant_id": 7, "tick": np.arange(len(texts)), "at": NOW, "text": texts}
    return bulk.insert_returning_ids(Devlog, len(texts), columns)


@settings(suppress_health_check=list(HealthCheck), max_examples=30, deadline=None)
@given(texts=st.lists(TEXT, max_size=30))
def test_inserted_rows_come_back_under_their_ids(texts: list[str]) -> None:
    ids = add_devlogs(texts)
    rows = dict(Devlog.objects.filter(id__in=ids).values_list("id", "text"))
    assert [rows[key] for key in ids] == texts
    ticks = dict(Devlog.objects.filter(id__in=ids).values_list("id", "tick"))
    assert [ticks[key] for key in ids] == list(range(len(texts)))


@settings(suppress_health_check=list(HealthCheck), max_examples=30, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=20))
def test_appended_rows_keep_every_character(texts: list[str]) -> None:
    Devlog.objects.all().delete()
    bulk.insert_rows(Devlog, len(texts), {"participant_id": 7, "tick": 1, "at": NOW, "text": texts})
    assert list(Devlog.objects.order_by("id").values_list("text", flat=True)) == texts
    assert set(Devlog.objects.values_list("at", flat=True)) == {NOW}


@settings(suppress_health_check=list(HealthCheck), max_examples=30, deadline=None)
@given(values=arrays(np.int64, st.integers(1, 40), elements=LONG))
def test_whole_numbers_survive_the_round_trip_to_the_last_bit(values: Any) -> None:
    World.objects.all().delete()
    World.objects.create(pk=1, seed=0, advanced_at=NOW)
    for value in values[:3]:
        bulk.update_rows(World, np.array([1]), {"seed": np.array([value])})
        loaded = bulk.load_columns(World, {"seed": "seed", "tick": "tick"}, "id = 1")
        assert loaded["seed"].tolist() == [value]


@settings(suppress_health_check=list(HealthCheck), max_examples=30, deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=5), number=LONG)
def test_objects_are_stored_as_the_orm_stores_them(texts: list[str], number: int) -> None:
    """Texts, times, UUIDs, numbers, JSON and what is null, in two kinds of table."""
    actor, given_ = uuid4(), {"texts": texts, "number": number, "none": None}
    rows = [
        AuditEntry(at=NOW, actor_id=actor, source="test", action=f"a{place}", target=text, given=given_)
        for place, text in enumerate(texts)
    ]
    bulk.insert_objects(rows)
    for row, text in zip(rows, texts, strict=True):
        stored = AuditEntry.objects.get(pk=row.pk)
        assert (stored.at, stored.actor_id, stored.target, stored.given) == (NOW, actor, text, given_)
        assert (stored.status, stored.before) == (None, None)
    assert AuditEntry.objects.filter(before__isnull=True, pk__in=[row.pk for row in rows]).count() == len(rows)


def test_updates_reach_their_own_rows_only() -> None:
    ids = add_devlogs(["a", "b", "c"])
    bulk.update_rows(Devlog, ids[:2], {"text": ["x", "y"], "tick": np.array([8, 9])})
    assert list(Devlog.objects.order_by("id").values_list("text", "tick")) == [("x", 8), ("y", 9), ("c", 2)]


def test_nothing_to_do_is_nothing_done(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert add_devlogs([]) == []
        bulk.insert_rows(Devlog, 0, {"text": []})
        bulk.update_rows(Devlog, [], {"text": []})
    assert bulk.load_columns(Devlog, {"id": "id"}, "tick > 5")["id"].tolist() == []


def test_every_statement_is_counted(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2 if connection.vendor == "postgresql" else 1):
        ids = add_devlogs(["a"])
    with django_assert_num_queries(1):
        bulk.update_rows(Devlog, ids, {"text": ["b"]})
    with django_assert_num_queries(1):
        bulk.load_columns(Devlog, {"id": "id"}, "tick = 0")


def test_keys_become_places_and_quotes_stay_harmless() -> None:
    add_devlogs(["plain", "it's", "other"])
    place = bulk.index_of("text", ["plain", "it's"])
    assert bulk.load_columns(Devlog, {"place": place}, "tick >= 0")["place"].tolist() == [0, 1, -1]


def test_only_integers_become_sql() -> None:
    assert bulk.integer_list([1, np.int64(2)]) == "1, 2"
    with pytest.raises(ValueError, match="invalid literal"):
        bulk.integer_list(["1); DROP TABLE hackathon_world; --"])  # type: ignore[list-item]
