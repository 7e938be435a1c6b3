"""Rules and small worlds for the simulation's tests; nothing here needs a database."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hackathon.rules.compiled import Rules, compile_rules, default_rules
from hackathon.rules.files import CONTENT_MODELS, DEFAULT_DIRECTORY
from hackathon.simulation.beginning import new_games
from hackathon.simulation.market import market_step
from hackathon.simulation.state import State, Worlds


@pytest.fixture(scope="session")
def rules() -> Rules:
    return default_rules()


@pytest.fixture(scope="session")
def altered_rules() -> Callable[[dict[str, Any]], Rules]:
    """Rules with some numbers changed: {"work/day/base_chance": 1.0}."""

    def build(changes: dict[str, Any]) -> Rules:
        documents = {
            name: json.loads((DEFAULT_DIRECTORY / Path(name).name).read_text(encoding="utf-8"))
            for name in CONTENT_MODELS
        }
        for path, value in changes.items():
            file, *keys, last = path.split("/")
            place = documents[f"hackathon/{file}.json"]
            for key in keys:
                place = place[key]
            place[last] = value
        return compile_rules({name: CONTENT_MODELS[name].model_validate(doc) for name, doc in documents.items()})

    return build


@pytest.fixture
def begin(rules: Rules) -> Callable[..., State]:
    """Fresh games with a market."""

    def build(*seeds: int, using: Rules | None = None) -> State:
        state, worlds = new_games(np.array(seeds, np.uint64), using or rules, worlds=np.arange(len(seeds))), Worlds()
        worlds.append(len(seeds), seed=np.array(seeds, np.uint64))
        market_step(state.listings, worlds, 0, 1, using or rules)
        return state

    return build


@pytest.fixture
def game(begin: Callable[..., State]) -> State:
    """One fresh game."""
    return begin(7)
