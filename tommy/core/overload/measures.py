"""What can be measured of load. Apps add their own; ``overload.json`` names those that count."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, transaction

logger = structlog.get_logger(__name__)

Measure = Callable[[], float]
PAGE_BYTES = 4096

_measures: dict[str, Measure] = {}


def register_measure(name: str, measure: Measure) -> None:
    """Let an app or the server add what it can measure."""
    _measures[name] = measure


def sample(names: Iterable[str]) -> dict[str, float]:
    """The present values of these measures; one that fails is left out, and said so."""
    values: dict[str, float] = {}
    for name in names:
        if name in _measures:
            try:
                values[name] = _measures[name]()
            except Exception:
                logger.exception("measure_failed", measure=name)
    return values


def memory_mebibytes() -> float:
    """Resident memory of this process, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * PAGE_BYTES / 2**20


def database_seconds() -> float:
    """How long it takes to get a connection and a transaction that does nothing (on SQLite: the right to write)."""
    begun = time.monotonic()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()  # back into the pool: the next sample waits for one as a request does
    return time.monotonic() - begun


def queue_depth() -> float:
    """How many jobs wait."""
    with current_app.connection_for_write() as link:
        # Not passive: in Redis an empty queue does not exist.
        declared = link.default_channel.queue_declare(settings.CELERY_TASK_DEFAULT_QUEUE)
    return float(declared.message_count)
