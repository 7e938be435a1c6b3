"""Content: typed, checked, swapped whole, taken up while running."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from tommy.core import content as module
from tommy.core.content import BadContent, Contents, ContentStore, Problem
from tommy.core.signals import reload_content_on_hangup


class Prices(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    coffee: float = Field(gt=0)
    sizes: dict[str, float] = {}


class Menu(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    drink: str


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project root with one app's content, and an empty folder of overrides."""
    defaults = tmp_path / "cafe/content"
    (defaults / "menus").mkdir(parents=True)
    (defaults / "prices.json").write_text('{"coffee": 2}')
    (defaults / "menus/summer.json").write_text('{"drink": "coffee"}')
    overrides = tmp_path / "overrides"
    overrides.mkdir()
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"content_dir": overrides}))
    monkeypatch.setattr(module, "POLL_SECONDS", 0.0)
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest.fixture
def store(folders: Path) -> ContentStore:
    made = ContentStore()
    made.register("cafe/prices.json", Prices)
    made.register_folder("cafe/menus", Menu)
    made.register_check(drinks_have_prices)
    return made


def drinks_have_prices(files: Contents) -> Iterator[Problem]:
    for name, file in files.items():
        if isinstance(file, Menu) and file.drink not in Prices.model_fields:
            yield Problem(name, "/drink", "a drink with a price")


def test_defaults_are_read_and_validated(store: ContentStore) -> None:
    assert store.get("cafe/prices.json", Prices).coffee == 2
    assert store.get("cafe/menus/summer.json", Menu).drink == "coffee"


def test_an_override_replaces_its_file_and_is_taken_up_while_running(store: ContentStore, folders: Path) -> None:
    assert store.get("cafe/prices.json", Prices).coffee == 2
    (folders / "overrides/cafe").mkdir()
    (folders / "overrides/cafe/prices.json").write_text('{"coffee": 3.5}')
    assert store.get("cafe/prices.json", Prices).coffee == 3.5


def test_a_file_that_only_this_installation_has_joins_its_folder(store: ContentStore, folders: Path) -> None:
    store.load()
    (folders / "overrides/cafe/menus").mkdir(parents=True)
    (folders / "overrides/cafe/menus/winter.json").write_text('{"drink": "coffee"}')
    assert store.get("cafe/menus/winter.json", Menu).drink == "coffee"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"coffee": -1}', "cafe/prices.json#/coffee: Input should be greater than 0"),
        ('{"coffee": 2, "tea": 1}', "cafe/prices.json#/tea: Extra inputs are not permitted"),
        ('{"coffee": 2, "sizes": {"a/b": "x"}}', "cafe/prices.json#/sizes/a~1b: Input should be a valid number"),
        ("{", "cafe/prices.json#: valid JSON"),
    ],
)
def test_a_bad_file_is_named_with_pointer_and_expectation_and_never_half_loads(
    store: ContentStore, folders: Path, text: str, problem: str
) -> None:
    store.load()
    (folders / "overrides/cafe").mkdir()
    (folders / "overrides/cafe/prices.json").write_text(text)
    (folders / "overrides/cafe/menus").mkdir()
    (folders / "overrides/cafe/menus/winter.json").write_text('{"drink": "coffee"}')
    problems = store.reload()
    assert str(problems[0]).startswith(problem)
    assert store.get("cafe/prices.json", Prices).coffee == 2
    assert "cafe/menus/winter.json" not in store.snapshot().files


def test_checks_look_across_files(store: ContentStore, folders: Path) -> None:
    (folders / "cafe/content/menus/summer.json").write_text('{"drink": "gin"}')
    with pytest.raises(BadContent, match="a drink with a price"):
        store.load()


def test_an_unknown_override_is_a_mistake_worth_a_word(store: ContentStore, folders: Path) -> None:
    (folders / "overrides/cafe").mkdir()
    (folders / "overrides/cafe/price.json").write_text("{}")
    with pytest.raises(BadContent, match="one of the known files: cafe/menus/summer"):
        store.load()


def test_what_is_built_of_the_files_is_built_once_for_each_load(store: ContentStore) -> None:
    built = []

    def build(files: Contents) -> int:
        built.append(files)
        return len(files)

    assert store.compiled(build) == store.compiled(build) == 2
    assert len(built) == 1
    store.load()
    store.compiled(build)
    assert len(built) == 2


def test_an_edit_is_checked_before_it_is_written(store: ContentStore, folders: Path) -> None:
    store.load()
    with pytest.raises(BadContent):
        store.override("cafe/prices.json", '{"coffee": 0}')
    assert not store.is_overridden("cafe/prices.json")
    store.override("cafe/prices.json", '{"coffee": 4}')
    assert store.get("cafe/prices.json", Prices).coffee == 4
    assert json.loads((folders / "overrides/cafe/prices.json").read_text()) == {"coffee": 4}
    store.reset("cafe/prices.json")
    assert store.get("cafe/prices.json", Prices).coffee == 2


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
def test_a_hangup_reloads(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(module.content, "reload", lambda: calls.append(1))
    before = signal.getsignal(signal.SIGHUP)
    try:
        reload_content_on_hangup()
        os.kill(os.getpid(), signal.SIGHUP)
        assert calls == [1]
    finally:
        signal.signal(signal.SIGHUP, before)
