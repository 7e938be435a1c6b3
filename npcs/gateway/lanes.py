"""How many calls a process makes at a time, for each use.

Whoever finds no place does not wait, because somebody waits for them. Jobs, for which nobody does, take turns.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from npcs.gateway.errors import AiUnavailable, Reason
from npcs.gateway.settings import gateway_settings
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


def turn(use: str) -> asyncio.Semaphore:
    """To be entered before a call of a use that only jobs make, on the background loop: one of its places comes free
    in time.
    """
    return _turns(use, gateway_settings().uses[use].concurrent)


@lru_cache(maxsize=16)
def _turns(use: str, places: int) -> asyncio.Semaphore:
    return asyncio.Semaphore(places)
