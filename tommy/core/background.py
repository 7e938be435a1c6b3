"""One event loop in a daemon thread of this process, for synchronous code that must talk to asynchronous libraries.

``async_to_sync`` makes a new loop each time, and with it new Redis connections; this one stays.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from django.conf import settings

from tommy.core.threads import ThreadPool

logger = structlog.get_logger(__name__)

T = TypeVar("T")
R = TypeVar("R")

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}
_ending = threading.Event()


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


def answer_later(answer: Coroutine[Any, Any, T], then: Callable[[T], R]) -> "Future[R | None]":
    """Await ``answer`` on the background loop, and call ``then`` with it on a thread that may ask the database.

    For jobs: a worker has few threads, and the world ticks on them, so none of them may wait for a network. What fails
    is logged, and what a process has begun and not ended when it ends is lost: a timer or a claim must make up for it.
    """
    _drop_at_exit()
    return submit(_concluded(answer, then))


async def _concluded(answer: Coroutine[Any, Any, T], then: Callable[[T], R]) -> R | None:
    try:
        said = await answer
        return None if _ending.is_set() else await _threads(os.getpid()).run_db(then, said)
    except Exception:
        if not _ending.is_set():  # nothing can be done any more, not even on a thread
            logger.exception("late_answer_lost")
        return None


@lru_cache(maxsize=1)
def _threads(_pid: int) -> ThreadPool:
    return ThreadPool("background", settings.ENV.worker_threads)


@lru_cache(maxsize=1)
def _drop_at_exit() -> None:
    # Registered late, so that it comes before the clients that are waited for are closed.
    atexit.register(_ending.set)


def _start_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="background-loop", daemon=True).start()
    return loop
