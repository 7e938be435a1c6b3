"""Connections to the cache outlive the request that opened them, and counters whatever is dropped."""

from contextvars import copy_context
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache, caches

from tommy.core.cache import count, count_all


def pool() -> Any:
    caches["default"].set("cache.test", 1)
    return caches["default"]._cache.get_client().connection_pool  # type: ignore[attr-defined]


@pytest.mark.skipif(not settings.SERVICES, reason="one process keeps its cache in memory")
def test_every_context_uses_the_same_connections() -> None:
    first, second = copy_context().run(pool), copy_context().run(pool)
    assert first is second
    assert (copy_context().run(caches["default"].get, "cache.test")) == 1


def test_counters_are_kept_for_as_long_as_was_said_and_counted_together() -> None:
    one, other = uuid4().hex, uuid4().hex
    assert count_all({one: 5, other: 1}, 60) == {one: 5, other: 1}
    assert count_all({one: 5, other: 2}, 60) == {one: 10, other: 3}
    assert count(one, -4, 60) == 6
    assert cache.get(one) == 6
    cache.touch(one, 0)
    assert count(one, 1, 60) == 1


@pytest.mark.skipif(settings.SERVICES, reason="Redis counts in one command")
def test_a_counter_that_is_dropped_while_it_is_counted_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    store, dropped, key = caches["default"], list[str](), uuid4().hex
    add = store.add

    def add_and_drop(key: str, *arguments: Any, **options: Any) -> Any:
        added = add(key, *arguments, **options)
        if not dropped:
            dropped.append(key)
            store.delete(key)
        return added

    monkeypatch.setattr(store, "add", add_and_drop)
    assert [count(key, 5, 60), count(key, 5, 60)] == [5, 10]
    assert dropped == [key]


@pytest.mark.skipif(not settings.SERVICES, reason="of Redis")
def test_counters_end_on_redis_too() -> None:
    key = uuid4().hex
    count(key, 1, 60)
    client = caches["default"]._cache.get_client()  # type: ignore[attr-defined]
    assert 0 < client.ttl(caches["default"].make_key(key)) <= 60
