"""1,000 messages in a row do not read alike; run with ``-s`` to see the measured values."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from npcs.rules.grammar import GrammarFile
from npcs.rules.people import person
from npcs.rules.writer import Writer, compile_grammars
from npcs.tests.rules.variety import Variety, measure

Bar = dict[str, Callable[[float], bool]]
MESSAGES = 1_000
FREQUENT = [
    "complaint.stipend_late",
    "plea.unhoused",
    "plea.ready_to_ship",
    "complaint.flight_late",
    "request.receipt",
    "plea.bullying",
]
LAZY = {
    "about": "What a lazy author would write: a few letters with blanks.",
    "context": {
        "participant": {"otherwise": "somebody"},
        "amount": {"format": "cents", "otherwise": "the money"},
        "count": {"format": "count", "otherwise": "several"},
    },
    "kinds": {
        "lazy": {
            "needs": ["participant", "amount", "count"],
            "body": [
                "[hi] Where is my stipend of {amount}? I have been waiting for {count:count day}. [bye]",
                "[hi] I am still waiting for {amount}. It has been {count:count day}. [bye]",
                "[hi] My stipend has not come yet, and it has been {count:count day}. Please send {amount}. [bye]",
                "[hi] Could you please check my stipend of {amount}? I asked {count:count day} ago. [bye]",
            ],
        }
    },
    "rules": {"hi": ["Hi Tommy,", "Hello,", "Hey,", "Dear Tommy,"], "bye": ["Thanks, {participant}", "{participant}"]},
}


def context(number: int, fields: list[str]) -> dict[str, object]:
    chance = random.Random(number)
    everything: dict[str, object] = {
        "participant": person(number % 24).name,
        "amount": chance.randint(3_000, 90_000),
        "count": chance.randint(2, 20),
    }
    return {name: everything[name] for name in fields if name in everything}


def one_kind(writer: Writer, kind: str, size: int = MESSAGES) -> list[str]:
    fields = ["participant", "amount", "count"]
    return [writer.write(kind, seed=seed, context=context(seed, fields)).body for seed in range(size)]


def busy_game(writer: Writer, kinds: list[dict[str, Any]]) -> list[str]:
    """Kinds as often as the simulation's weights and its share of incidents make them come."""
    chance = random.Random(7)
    of_incidents = [kind for kind in kinds if kind["when"] == "incident"]
    others = [kind for kind in kinds if kind["when"] != "incident"]
    weights = [kind["weight"] for kind in others]
    picked = [
        chance.choice(of_incidents) if chance.random() < 0.35 else chance.choices(others, weights)[0]
        for _ in range(MESSAGES)
    ]
    return [
        writer.write(kind["key"], seed=seed, context=context(seed, kind["context"])).body
        for seed, kind in enumerate(picked)
    ]


def report(name: str, found: Variety, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in found._asdict().items()))  # noqa: T201


ONE_KIND: Bar = {
    "nearest_mean": lambda value: value <= 0.45,
    "nearest_p99": lambda value: value <= 0.75,
    "pair_mean": lambda value: value <= 0.20,
    "distinct_2": lambda value: value >= 0.06,
    "distinct_3": lambda value: value >= 0.12,
    "openings": lambda value: value >= 0.30,
}
MIXED: Bar = {
    "nearest_mean": lambda value: value <= 0.25,
    "nearest_p99": lambda value: value <= 0.50,
    "pair_mean": lambda value: value <= 0.12,
    "distinct_2": lambda value: value >= 0.28,
    "distinct_3": lambda value: value >= 0.42,
    "openings": lambda value: value >= 0.65,
}


def failed(found: Variety, bar: Bar) -> set[str]:
    return {name for name, holds in bar.items() if not holds(getattr(found, name))}


def test_busy_game(writer: Writer, message_kinds: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    found = measure(busy_game(writer, message_kinds))
    report("busy game", found, capsys)
    assert found.duplicates <= 0.01
    assert not failed(found, MIXED)


@pytest.mark.parametrize("kind", FREQUENT)
def test_one_kind_alone(writer: Writer, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = measure(one_kind(writer, kind))
    report(kind, found, capsys)
    assert found.duplicates <= 0.01
    assert not failed(found, ONE_KIND)


@pytest.mark.slow
def test_no_kind_is_lazy(writer: Writer, message_kinds: list[dict[str, Any]]) -> None:
    """Rare kinds come a few times in a season, not a thousand; still none may read like the lazy one."""
    for kind in message_kinds:
        found = measure(one_kind(writer, kind["key"], 200))
        assert found.duplicates <= 0.02, kind["key"]
        assert found.nearest_mean <= 0.55, (kind["key"], found)


def test_a_lazy_grammar_fails(capsys: pytest.CaptureFixture[str]) -> None:
    found = measure(one_kind(compile_grammars({"lazy": GrammarFile.model_validate(LAZY)}), "lazy"))
    report("lazy grammar", found, capsys)
    # Names, sums and days alone keep a lazy grammar's letters from being duplicates: the other measures tell it apart.
    assert failed(found, ONE_KIND) == set(ONE_KIND)
