"""History is kept for a time and a size (``tommy/retention.json``), and pruned from its old end in small batches.

Each batch is a transaction of its own, of a few milliseconds and over rows that nobody writes any more, with a pause
after it: a tick or a request waits for one batch at most. Tables register themselves; their rows only ever get older
in the order of their ids, so the oldest are found by the primary key, without an index on time and without counting.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import models
from pydantic import BaseModel, ConfigDict, Field

from tommy.core.content import Contents, Problem, content
from tommy.core.db import command

logger = structlog.get_logger(__name__)

FILE = "tommy/retention.json"


class Kept(BaseModel):
    """How long rows of a table stay, and how many of the newest at most."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: float = Field(gt=0, le=36_500)
    rows: int = Field(gt=0)


class RetentionModel(BaseModel):
    """For how long, and up to how many rows, each table that only grows is kept.

    ``pause_seconds`` lies between two batches.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch_rows: int = Field(ge=1, le=10_000)
    batches_per_wake: int = Field(ge=1, le=10_000)
    pause_seconds: float = Field(ge=0, le=10)
    tables: dict[str, Kept]


class History(NamedTuple):
    """A table that only grows at its new end; ``at`` names the column that says when a row was written."""

    model: type[models.Model]
    at: str


_histories: dict[str, History] = {}


def register_history(name: str, model: type[models.Model], at: str = "at") -> None:
    """Let a table be pruned as ``retention.json`` says under ``name``."""
    _histories[name] = History(model, at)


def register() -> None:
    content.register(FILE, RetentionModel)
    content.register_check(check_tables)


def check_tables(files: Contents) -> Iterable[Problem]:
    named = files[FILE].tables  # type: ignore[attr-defined]
    for name in sorted(_histories.keys() ^ named.keys()):
        yield Problem(FILE, f"/tables/{name}", f"exactly the tables {', '.join(sorted(_histories))}")


def history_prune(*, now: datetime, sleep: Callable[[float], None] = time.sleep) -> dict[str, int]:
    """Remove what is too old or too much, as far as one wake's batches reach; answers the rows removed by table.

    What is left over is found by the next wake, so a process that dies in the middle loses nothing.
    """
    settings = content.get(FILE, RetentionModel)
    removed = {
        name: _prune(history, settings.tables[name], settings, now, sleep)
        for name, history in _histories.items()
        if name in settings.tables
    }
    if any(removed.values()):
        logger.info("history_pruned", **removed)
    return removed


def _prune(
    history: History, kept: Kept, settings: RetentionModel, now: datetime, sleep: Callable[[float], None]
) -> int:
    newest = history.model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    total = 0
    for _ in range(settings.batches_per_wake):
        removed = _prune_batch(history, newest - kept.rows, now - timedelta(days=kept.days), settings.batch_rows)
        total += removed
        if removed < settings.batch_rows:
            break
        sleep(settings.pause_seconds)
    return total


def _prune_batch(history: History, last_surplus: int, oldest: datetime, size: int) -> int:
    """Remove the oldest rows up to the first that may stay, at most ``size``."""
    rows = history.model._default_manager.order_by("pk").values_list("pk", history.at)[:size]
    gone = [pk for pk, at in rows if pk <= last_surplus or at < oldest]
    if not gone:
        return 0
    with command():
        history.model._default_manager.filter(pk__in=gone).delete()
    return len(gone)
