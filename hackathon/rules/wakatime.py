"""What WakaTime sends, in its three shapes, brought to one: how long somebody coded, under a key that counts once.

* the simple body: ``coding_time`` in seconds; the same body on the same day is the same work;
* summaries: ``data`` of days with ``grand_total.total_seconds``; a day's total only ever grows;
* heartbeats: moments of typing; gaps of up to fifteen minutes between them are work.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

GAP_SECONDS = 15 * 60
DAY_SECONDS = 24 * 60 * 60
LATEST = 4_102_444_800  # 2100: later moments are no moments


class Reading(NamedTuple):
    """``seconds`` in all under ``key``; for heartbeats ``moments`` instead, of which only new ones count."""

    key: str
    seconds: float = 0
    moments: tuple[float, ...] = ()


class NotWakaTime(ValueError):
    """The body has none of the three shapes; the message says what is wrong."""


def read(body: Mapping[str, Any], today: date) -> list[Reading]:
    """The readings of a body; raises NotWakaTime."""
    if "heartbeats" in body:
        return [Reading("heartbeats", moments=_moments(_rows(body, "heartbeats")))]
    if "data" in body:
        return [_summary(row) for row in _rows(body, "data")]
    if "coding_time" in body:
        digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
        return [Reading(f"{today}:{digest[:32]}", _seconds(body["coding_time"]))]
    raise NotWakaTime("coding_time, data or heartbeats is needed.")


def worked(moments: Sequence[float], until: float) -> float:
    """Seconds of work that heartbeats after ``until`` (the last one counted, 0: none) add."""
    fresh = [moment for moment in moments if moment > until]
    return sum(later - earlier for earlier, later in pairwise([until, *fresh]) if later - earlier <= GAP_SECONDS)


def _rows(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = body[name]
    if not isinstance(rows, list) or len(rows) > 1000 or not all(isinstance(row, Mapping) for row in rows):
        raise NotWakaTime(f"{name} is a list of at most 1000 objects.")
    return rows


def _moments(rows: Sequence[Mapping[str, Any]]) -> tuple[float, ...]:
    times: list[Any] = [row.get("time") for row in rows]
    if not all(_is_number(time) and 0 < time <= LATEST for time in times):
        raise NotWakaTime("Every heartbeat has a time, in seconds since 1970.")
    return tuple(sorted({float(time) for time in times}))


def _summary(row: Mapping[str, Any]) -> Reading:
    total, span = row.get("grand_total"), row.get("range")
    if not isinstance(total, Mapping) or not isinstance(span, Mapping):
        raise NotWakaTime("Every summary has a grand_total and a range.")
    try:
        day = date.fromisoformat(str(span.get("date")))
    except ValueError:
        raise NotWakaTime("The range of a summary has a date.") from None
    return Reading(f"day:{day}", _seconds(total.get("total_seconds")))


def _seconds(value: Any) -> float:
    if not _is_number(value) or not 0 <= value <= DAY_SECONDS:
        raise NotWakaTime("Coding time is a number of seconds, at most those of a day.")
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
