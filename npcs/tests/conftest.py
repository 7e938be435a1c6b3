"""Fixtures of the NPC tests: a server that speaks OpenAI's protocol, and an installation that uses it."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import orjson
import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from npcs import bridge
from npcs.tests.factories import NotebookGame
from npcs.tests.openai_server import OpenAIServer, running_server
from tommy.core.content import content, default_path


@pytest.fixture(autouse=True)
def _own_counters(settings: Any) -> None:
    """Budgets, limits and answers kept by another test, or by an earlier run on the same Redis, are not this one's."""
    default = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    settings.CACHES = {**settings.CACHES, "default": default}


@pytest.fixture
def player(db: None) -> User:
    return UserFactory()


@pytest.fixture
def upstream() -> Iterator[OpenAIServer]:
    """A server that speaks OpenAI's protocol; nothing uses it unless ``ai`` is asked for as well."""
    with running_server() as server:
        yield server


@pytest.fixture
def tuned(settings: Any, tmp_path: Any) -> Iterator[Callable[..., None]]:
    """``tuned("npcs/gateway.json", value)``: override content through ``CONTENT_DIR``, the way an operator would."""

    before = settings.ENV

    def override(file: str, **values: Any) -> None:
        defaults = orjson.loads(default_path(file).read_bytes())
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(_merged(defaults, values)))
        settings.ENV = settings.ENV.model_copy(update={"content_dir": tmp_path})
        settings.ENV.__dict__.pop("override_dir", None)  # a cached property comes along with a copy
        assert content.reload() == []

    yield override
    settings.ENV = before
    content.reload()


@pytest.fixture
def ai(settings: Any, upstream: OpenAIServer) -> OpenAIServer:
    """An installation with an AI: the server of ``upstream``."""
    settings.ENV = settings.ENV.model_copy(
        update={"ai_enabled": True, "ai_base_url": upstream.url, "ai_model": "test-model-1"}
    )
    return upstream


def _merged(defaults: Any, values: Any) -> Any:
    if not isinstance(defaults, dict) or not isinstance(values, dict):
        return values
    return {**defaults, **{key: _merged(defaults.get(key), value) for key, value in values.items()}}


@pytest.fixture
def game() -> Iterator[NotebookGame]:
    """A game that notes what characters do to it, in the place of the real one."""
    before, notebook = bridge.game(), NotebookGame()
    bridge.register_game(notebook)
    yield notebook
    if before is not None:
        bridge.register_game(before)
