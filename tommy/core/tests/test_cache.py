"""Connections to the cache outlive the request that opened them."""

from contextvars import copy_context
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches

pytestmark = pytest.mark.skipif(not settings.SERVICES, reason="one process keeps its cache in memory")


def pool() -> Any:
    caches["default"].set("cache.test", 1)
    return caches["default"]._cache.get_client().connection_pool  # type: ignore[attr-defined]


def test_every_context_uses_the_same_connections() -> None:
    first, second = copy_context().run(pool), copy_context().run(pool)
    assert first is second
    assert (copy_context().run(caches["default"].get, "cache.test")) == 1
