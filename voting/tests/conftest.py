"""Fixtures of the voting tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import orjson
import psycopg
import pytest
from django.conf import settings

from tommy.core.content import default_path
from tommy.tests.processes import create_database, migrated_database, spare_migrations
from voting.tests.live import LiveServer


@pytest.fixture(autouse=True)
def _own_counters(settings: Any) -> None:
    """Guesses counted by another test, or by an earlier run on the same Redis, are not this one's."""
    default = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    settings.CACHES = {**settings.CACHES, "default": default}


@contextmanager
def environment_in(directory: Path, redis_number: int) -> Iterator[dict[str, str]]:
    """What a server of its own needs: a data directory, and in services mode a database and a Redis number."""
    environment = {"DATA_DIR": str(directory), "LOG_LEVEL": "WARNING", "CONTENT_DIR": str(quick_content(directory))}
    if not settings.SERVICES:
        spare_migrations(directory, environment)
        yield environment
        return
    name, admin = f"voting_live_{uuid4().hex[:12]}", settings.ENV.database_url
    create_database(name, migrated_database())
    redis = urlsplit(settings.ENV.redis_url)._replace(path=f"/{redis_number}")
    yield {
        **environment,
        "DATABASE_URL": urlunsplit(urlsplit(admin)._replace(path=f"/{name}")),
        "REDIS_URL": urlunsplit(redis),
    }
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def live_environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """For a server that the test itself starts and kills."""
    with environment_in(tmp_path, redis_number=14) as environment:
        yield environment


@pytest.fixture(scope="module")
def live_server_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A whole server (web, worker, beat) on a port of its own."""
    with environment_in(tmp_path_factory.mktemp("live"), redis_number=15) as environment:
        server = LiveServer(environment).start()
        yield server
        server.stop()


def quick_content(directory: Path) -> Path:
    """The game's numbers with a shorter minimum for phases, so that a deadline can be waited for."""
    numbers = orjson.loads(default_path("voting/game.json").read_bytes())
    for span in ("answer_seconds", "vote_seconds"):
        numbers[span]["min"] = 1
    (directory / "content" / "voting").mkdir(parents=True)
    (directory / "content" / "voting" / "game.json").write_bytes(orjson.dumps(numbers))
    return directory / "content"
