"""Three shapes, one reading; what was counted is not counted again."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hackathon.rules.wakatime import DAY_SECONDS, GAP_SECONDS, NotWakaTime, Reading, read, worked

TODAY = date(2026, 3, 2)


def test_a_summary_counts_by_its_day():
    body = {"data": [{"grand_total": {"total_seconds": 5400}, "range": {"date": "2026-03-01"}}]}
    assert read(body, TODAY) == [Reading("day:2026-03-01", 5400)]


def test_the_same_simple_body_has_the_same_key_on_the_same_day_only():
    body = {"coding_time": 60, "languages": {"Rust": 60}}
    assert read(body, TODAY) == read(dict(reversed(body.items())), TODAY)
    assert read(body, TODAY)[0].key != read(body, date(2026, 3, 3))[0].key


def test_short_gaps_between_heartbeats_are_work():
    assert worked((1000, 1060, 1060 + GAP_SECONDS, 9000), until=0) == 60 + GAP_SECONDS


@given(st.lists(st.floats(1, 10**6), unique=True, min_size=2), st.data())
def test_heartbeats_in_two_deliveries_count_as_in_one(moments, data):
    moments = sorted(moments)
    cut = data.draw(st.integers(1, len(moments)))
    first, again = moments[:cut], moments
    split = worked(first, 0) + worked(again, first[-1])
    assert split == pytest.approx(worked(moments, 0))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"coding_time": "much"},
        {"coding_time": True},
        {"coding_time": DAY_SECONDS + 1},
        {"coding_time": float("nan")},
        {"data": {}},
        {"data": [{}]},
        {"data": [{"grand_total": {"total_seconds": 1}, "range": {"date": "soon"}}]},
        {"heartbeats": [{"time": -1}]},
        {"heartbeats": [{}]},
    ],
)
def test_other_shapes_are_refused(body: dict[str, Any]):
    with pytest.raises(NotWakaTime):
        read(body, TODAY)
