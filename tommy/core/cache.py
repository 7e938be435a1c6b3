"""The cache as this server uses it: Django's own backends, counting several things at once.

Many processes share Redis, with connections that last: Django keeps a cache object, and in it a pool of connections,
for each context. A request or a socket's command runs in a context of its own, so that each would connect anew, which
costs more than all that it then asks.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Protocol, cast

from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import ConnectionPool

TRIES = 3
COUNT = """
local stands = {}
for place, key in ipairs(KEYS) do
    redis.call('SET', key, 0, 'EX', ARGV[1], 'NX')
    stands[place] = redis.call('INCRBY', key, ARGV[place + 1])
end
return stands
"""


class ProcessPool(ConnectionPool):
    """The same pool for everyone in the process who names the same server."""

    @classmethod
    def from_url(cls, url: str, **options: Any) -> "ProcessPool":
        return _pool_of(url, tuple(sorted(options.items())))


@cache
def _pool_of(url: str, options: tuple[tuple[str, Any], ...]) -> ProcessPool:
    made: ProcessPool = super(ProcessPool, ProcessPool).from_url(url, **dict(options))
    return made


class SharedCache(RedisCache):
    """Redis, for all processes."""

    def count(self, amounts: Mapping[str, int], seconds: int) -> dict[str, int]:
        """See ``count_all``; one command, where Django's ``add`` and ``incr`` take three for each counter."""
        counting = self._cache.get_client(None, write=True).register_script(COUNT)
        stands = counting([self.make_and_validate_key(key) for key in amounts], [seconds, *amounts.values()])
        return dict(zip(amounts, stands, strict=True))


class ProcessCache(LocMemCache):
    """This process's memory, for a server that is one process."""

    def count(self, amounts: Mapping[str, int], seconds: int) -> dict[str, int]:
        """See ``count_all``."""
        return {key: self._count(key, amount, seconds) for key, amount in amounts.items()}

    def _count(self, key: str, amount: int, seconds: int) -> int:
        for _ in range(TRIES):
            with suppress(ValueError):  # not there yet, or dropped: memory is limited
                return int(self.incr(key, amount))
            self.add(key, 0, timeout=seconds)
        return amount


class _Counting(Protocol):
    def count(self, amounts: Mapping[str, int], seconds: int) -> dict[str, int]: ...


def count(key: str, by: int, seconds: int) -> int:
    """``count_all`` for one counter."""
    return count_all({key: by}, seconds)[key]


def count_all(amounts: Mapping[str, int], seconds: int) -> dict[str, int]:
    """Add to each of these counters, which are kept for so many seconds from their beginning, and answer where they
    stand. One that the cache has dropped meanwhile begins anew.
    """
    return cast(_Counting, caches["default"]).count(amounts, seconds)
