"""The packaged grammars, read once a session, without a database or settings."""

import json
from pathlib import Path
from typing import Any

import pytest

from npcs.rules.grammar import GrammarFile
from npcs.rules.writer import Writer, compile_grammars

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def grammars() -> dict[str, GrammarFile]:
    paths = sorted((ROOT / "npcs/content/grammars").glob("*.json"))
    return {path.stem: GrammarFile.model_validate_json(path.read_text(encoding="utf-8")) for path in paths}


@pytest.fixture(scope="session")
def writer(grammars: dict[str, GrammarFile]) -> Writer:
    return compile_grammars(grammars)


@pytest.fixture(scope="session")
def message_kinds() -> list[dict[str, Any]]:
    """What the simulation says that it will ask for."""
    text = (ROOT / "hackathon/content/message_kinds.json").read_text(encoding="utf-8")
    kinds: list[dict[str, Any]] = json.loads(text)["kinds"]
    return kinds


@pytest.fixture(scope="session")
def incident_types() -> list[dict[str, Any]]:
    text = (ROOT / "hackathon/content/incidents.json").read_text(encoding="utf-8")
    types: list[dict[str, Any]] = json.loads(text)["types"]
    return types
