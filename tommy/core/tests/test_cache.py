"""Connections to the cache outlive the request that opened them, and counters whatever is dropped."""

from contextvars import copy_context
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache, caches

from tommy.core.cache import count


def pool() -> Any:
    caches["default"].set("cache.test", 1)
    return caches["default"]._cache.get_client().connection_pool  # type: ignore[attr-defined]


@pytest.mark.skipif(not settings.SERVICES, reason="one process keeps its cache in memory")
def test_every_context_uses_the_same_connections() -> None:
    first, second = copy_context().run(pool), copy_context().run(pool)
    assert first is second
    assert (copy_context().run(caches["default"].get, "cache.test")) == 1


def test_a_counter_that_is_dropped_while_it_is_counted_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    key, add, dropped = uuid4().hex, cache.add, list[str]()

    def add_and_drop(key: str, *arguments: Any, **options: Any) -> Any:
        added = add(key, *arguments, **options)
        if not dropped:
            dropped.append(key)
            cache.delete(key)
        return added

    monkeypatch.setattr(cache, "add", add_and_drop)
    assert [count(key, 5, 60), count(key, 5, 60)] == [5, 10]
    assert dropped == [key]
