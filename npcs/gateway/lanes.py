"""How many calls a process makes at a time, for each use. Whoever finds no place does not wait: others are before."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from npcs.gateway.errors import AiUnavailable, Reason
from tommy.core.metrics import AI_IN_FLIGHT

_lock = threading.Lock()
_in_flight: Counter[str] = Counter()


@contextmanager
def lane(use: str, places: int) -> Iterator[None]:
    """A place among the calls of this use; raises AiUnavailable where all are taken."""
    with _lock:
        if _in_flight[use] >= places:
            raise AiUnavailable(Reason.BUSY, "The AI is busy with others.")
        _in_flight[use] += 1
        AI_IN_FLIGHT.labels(use).set(_in_flight[use])
    try:
        yield
    finally:
        with _lock:
            _in_flight[use] -= 1
            AI_IN_FLIGHT.labels(use).set(_in_flight[use])
