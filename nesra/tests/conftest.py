"""Fixtures of Nesra's tests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from nesra.tests.factories import UserFactory

TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """``at_once(n, call)``: what ``call(i)`` returned or raised in n threads that begin at the same moment."""

    def run(count: int, call: Callable[[int], Any]) -> list[Any]:
        barrier = Barrier(count)

        def one(number: int) -> Any:
            barrier.wait()
            try:
                return call(number)
            except Exception as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run


class Statements(CaptureQueriesContext):
    """The SQL statements of a block, without BEGIN and COMMIT."""

    @property
    def all(self) -> list[str]:
        return [query["sql"] for query in self.captured_queries if not query["sql"].startswith(TRANSACTION_CONTROL)]

    def __len__(self) -> int:
        return len(self.all)


@pytest.fixture
def statements() -> Callable[[], Statements]:
    """``with statements() as sql: …; len(sql)``."""
    return lambda: Statements(connection)
