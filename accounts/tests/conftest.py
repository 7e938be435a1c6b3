"""Fixtures of the account tests."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.conf import settings as django_settings

from accounts import extensions
from accounts.limits import FILE
from accounts.models import User
from accounts.tests.factories import UserFactory
from tommy.core.content import content, default_path
from tommy.settings.env import Environment


@pytest.fixture(autouse=True)
def _own_counters(settings: Any) -> None:
    """Attempts counted by another test, or by an earlier run on the same Redis, are not this one's."""
    default = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    settings.CACHES = {**settings.CACHES, "default": default}


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


@pytest.fixture
def limit(settings: Any, tmp_path: Any) -> Iterator[Callable[..., None]]:
    """``limit(name=value)``: override limits the way an operator does, in a ``CONTENT_DIR`` of this test's own."""

    def override(**values: Any) -> None:
        defaults = orjson.loads(default_path(FILE).read_bytes())
        content.override(FILE, orjson.dumps({**defaults, **values}).decode())

    before = django_settings.ENV
    settings.ENV = Environment(**{**before.model_dump(), "content_dir": tmp_path})
    yield override
    settings.ENV = before
    content.load()


@pytest.fixture
def no_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no game had added anything to the profile."""
    monkeypatch.setattr(extensions, "_profile", {})
