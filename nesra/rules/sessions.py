"""The window in which a session may be completed, on the server's clock."""

from datetime import datetime, timedelta
from enum import Enum, auto
from math import ceil

from nesra.rules.numbers import SessionNumbers


class Window(Enum):
    """Where a moment lies."""

    EARLY = auto()
    OPEN = auto()
    LATE = auto()


def expected_end(started_at: datetime, minutes: int) -> datetime:
    return started_at + timedelta(minutes=minutes)


def window(expected_end_at: datetime, numbers: SessionNumbers, now: datetime) -> Window:
    """Open from the end less the tolerance to the end plus the grace, both included."""
    if now < expected_end_at - numbers.tolerance:
        return Window.EARLY
    return Window.OPEN if now <= expected_end_at + numbers.grace else Window.LATE


def remaining_seconds(expected_end_at: datetime, now: datetime) -> int:
    """Whole seconds until the end, rounded up: whoever waits so long is never early."""
    return max(0, ceil((expected_end_at - now).total_seconds()))
