"""People from seeds: the same every time, spread over the world, with addresses that nobody else has."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from npcs.rules.people import PeopleFile, latin, packaged_people, person

PACKAGED = Path(__file__).parents[2] / "content/people.json"


def packaged(**changes: Any) -> dict[str, Any]:
    return {**json.loads(PACKAGED.read_text(encoding="utf-8")), **changes}


@given(st.integers())
def test_any_seed_is_somebody(seed: int) -> None:
    somebody = person(seed)
    assert somebody == person(seed)
    assert re.fullmatch(r"[a-z]+\.[a-z]+\d+@([a-z]+\.)?example(\.(org|com|net))?", somebody.email)
    assert re.fullmatch(r"[a-z][a-z0-9-]{1,60}", somebody.github_username)
    assert re.fullmatch(r"[A-Z]{3}", somebody.airport)
    assert somebody.name.isprintable()
    assert " " in somebody.name
    assert 2 <= len(set(somebody.skills)) == len(somebody.skills) <= 5


def test_a_population_is_varied() -> None:
    people = [person(seed) for seed in range(20_000)]
    assert len({somebody.email for somebody in people}) == 20_000
    assert len({somebody.github_username for somebody in people}) == 20_000
    assert len({somebody.name for somebody in people}) > 15_000
    assert len({somebody.locale for somebody in people}) >= 20
    assert len({somebody.skills for somebody in people}) > 400


def test_every_process_makes_the_same_people() -> None:
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from npcs.rules.people import person\n"
        "print([person(seed) for seed in range(9)])"
    )
    env = {"PYTHONHASHSEED": "54321", "PYTHONIOENCODING": "utf-8"}
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    assert out.stdout.strip() == str([person(seed) for seed in range(9)])


def test_the_pools_are_made_once() -> None:
    assert packaged_people() is packaged_people()


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Šťastný", "stastny"),
        ("Søren", "soren"),
        ("Łukasz", "lukasz"),
        ("O'Neil", "oneil"),
        ("Akça", "akca"),
        ("\u0131", "i"),
    ],
)
def test_names_become_addresses(name: str, handle: str) -> None:
    assert latin(name) == handle


@pytest.mark.parametrize(
    "changes",
    [
        {"email_domains": ["gmail.com"]},
        {"handles": ["{surname}"]},
        {"skills_each": [4, 2]},
        {"locales": []},
        {"surprise": 1},
    ],
)
def test_a_file_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PeopleFile.model_validate(packaged(**changes))
