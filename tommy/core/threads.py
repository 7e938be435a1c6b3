"""Small pools of long-lived threads that keep their database connection.

Django opens a thread and a connection for each ASGI request; these do the same work on threads that stay, one hop
between event loop and thread per request (docs/architecture.md shows what that is worth).
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")


class ThreadPool:
    """Runs synchronous code for coroutines; the caller's context variables go along."""

    def __init__(self, name: str, size: int) -> None:
        self._executor = ThreadPoolExecutor(size, thread_name_prefix=name)

    def submit(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """Have ``function`` called, whatever becomes of the caller: a process that ends waits for what is submitted."""
        context = contextvars.copy_context()
        return self._executor.submit(lambda: context.run(function, *args, **kwargs))

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.wrap_future(self.submit(function, *args, **kwargs))

    async def run_db(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """``run``, giving the connection back (to the pool, or to its own age limit) on the way in and out."""

        def guarded() -> R:
            close_old_connections()
            try:
                return function(*args, **kwargs)
            finally:
                close_old_connections()

        return await self.run(guarded)


@lru_cache(maxsize=1)
def request_threads() -> ThreadPool:
    """REST requests."""
    return ThreadPool("request", settings.ENV.http_threads)


@lru_cache(maxsize=1)
def slow_threads() -> ThreadPool:
    """Requests that burn CPU (password hashes) or wait for somebody, so that the quick ones need not."""
    return ThreadPool("slow", settings.ENV.slow_threads)


@lru_cache(maxsize=1)
def socket_threads() -> ThreadPool:
    """Database work of WebSocket and Socket.IO handlers."""
    return ThreadPool("socket", settings.ENV.socket_threads)
