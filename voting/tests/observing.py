"""What a test sees of a command from outside: frames and SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

Capture = Any
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def types(events: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """The types of what ``capture_events`` has caught."""
    return [message["frame"]["type"] for _, message in events]


@contextmanager
def statements() -> Iterator[list[str]]:
    """SQL statements of the block, without what opens and closes transactions."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured if not query["sql"].startswith(CONTROL)]
