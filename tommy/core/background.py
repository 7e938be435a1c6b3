"""One event loop in a daemon thread of this process, for synchronous code that must talk to asynchronous libraries.

``async_to_sync`` makes a new loop each time, and with it new Redis connections; this one stays.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def background_loop() -> asyncio.AbstractEventLoop:
    """The loop of this process; a forked worker gets its own."""
    pid = os.getpid()
    with _lock:
        if pid not in _loops:
            _loops.clear()
            _loops[pid] = _start_loop()
        return _loops[pid]


def submit(coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
    """Start ``coroutine`` on the background loop; the caller may wait for the future or leave it."""
    return asyncio.run_coroutine_threadsafe(coroutine, background_loop())


def _start_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="background-loop", daemon=True).start()
    return loop
