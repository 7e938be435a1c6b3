"""Fixtures that every app's tests share."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from rest_framework.test import APIClient

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# A property that takes long on a busy machine is no less true.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

LONGEST_ID = 60
DOMAIN = {"rules", "simulation"}


@pytest.fixture
def now() -> datetime:
    """A fixed moment, a Monday morning."""
    return NOW


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """bcrypt's cost is a fact of production; 4 rounds exercise the same code in a millisecond."""
    from django.contrib.auth.hashers import BCryptSHA256PasswordHasher

    monkeypatch.setattr(BCryptSHA256PasswordHasher, "rounds", 4)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Postgres drops no database that somebody is connected to, and threads of pools outlive the tests."""
    yield
    with django_db_blocker.unblock():
        if settings.SERVICES:
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            connection.close()


@pytest.fixture
def api() -> APIClient:
    """A client without a login."""
    return APIClient()


@pytest.fixture
def login_as() -> Callable[..., APIClient]:
    """``login_as(user)``: a client with a real bearer token of that user."""

    def log_in(user: Any) -> APIClient:
        from accounts.services import login_start
        from tommy.core import clock

        client = APIClient()
        _, tokens = login_start(user=user, now=clock.now())
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
        return client

    return log_in


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """``at_once(n, call)``: what ``call(i)`` returned in each of ``n`` threads that run together."""

    def run(count: int, call: Callable[[int], Any]) -> list[Any]:
        def one(index: int) -> Any:
            try:
                return call(index)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run


@pytest.fixture
def capture_events(django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``with capture_events(expected=2) as events``: what the block published after commit, as ``(group, message)``.

    A room's frames are counted one by one, though what one transaction tells a room goes out as one message.
    """
    from tommy.core import realtime

    @contextmanager
    def capturing(expected: int | None = None) -> Iterator[list[tuple[str, dict[str, Any]]]]:
        sent: list[tuple[str, dict[str, Any]]] = []

        def take(group: str, message: dict[str, Any]) -> None:
            frames = [{"type": "room.frame", "frame": frame} for frame in message.get("frames", ())]
            sent.extend((group, one) for one in (frames if message["type"] == "room.frames" else [message]))

        with monkeypatch.context() as patch:
            patch.setattr(realtime, "send_to_group", take)
            with django_capture_on_commit_callbacks(execute=True):
                yield sent
        if expected is not None:
            assert len(sent) == expected, sent

    return capturing


@pytest.fixture
def on_postgres() -> bool:
    return bool(settings.SERVICES)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is in the domain's rooms touches no database, and says nothing more on another one."""
    for item in items:
        if DOMAIN & set(item.path.parts) and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.in_memory)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Names for values that would be megabytes of a name, or (a PDF with its date in it) another in each worker."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > LONGEST_ID) else None
