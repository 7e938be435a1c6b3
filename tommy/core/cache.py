"""The cache of many processes: Redis, with connections that last.

Django keeps a cache object, and in it a pool of connections, for each context. A request or a socket's command runs in
a context of its own, so that each would connect anew, which costs more than all that it then asks.
"""

from contextlib import suppress
from functools import cache
from typing import Any

from django.core.cache import cache as counters
from redis import ConnectionPool

TRIES = 3


class ProcessPool(ConnectionPool):
    """The same pool for everyone in the process who names the same server."""

    @classmethod
    def from_url(cls, url: str, **options: Any) -> "ProcessPool":
        return _pool_of(url, tuple(sorted(options.items())))


@cache
def _pool_of(url: str, options: tuple[tuple[str, Any], ...]) -> ProcessPool:
    made: ProcessPool = super(ProcessPool, ProcessPool).from_url(url, **dict(options))
    return made


def count(key: str, by: int, seconds: int) -> int:
    """Add to a counter that is kept for so many seconds from its beginning, and answer where it stands.

    Begins anew where the cache drops it meanwhile.
    """
    for _ in range(TRIES):
        counters.add(key, 0, timeout=seconds)
        with suppress(ValueError):
            return int(counters.incr(key, by))
    return by
