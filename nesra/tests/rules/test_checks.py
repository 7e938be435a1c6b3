from typing import Any

import pytest

from nesra import catalogue
from nesra.rules.checks import check_catalogue, check_rules
from nesra.rules.enums import ItemType, Place, Rarity
from nesra.rules.numbers import Rules, SeededCatalogue


def changed_rules(*path: Any, value: Any) -> Rules:
    raw = catalogue.rules().model_dump(mode="json")
    target = raw
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = value
    return Rules.model_validate(raw)


def test_what_ships_is_whole() -> None:
    assert not list(check_rules("rules", catalogue.rules()))
    assert not list(check_catalogue("catalogue", catalogue.seeded()))


def test_what_ships_is_the_contract() -> None:
    rules = catalogue.rules()
    steps = {step.place: (step.successes, step.level) for step in rules.world_steps}
    assert (steps[Place.STUDY_ROOM], steps[Place.BUILD_ROOM], steps[Place.PLAZA]) == ((5, 2), (15, 2), (30, 2))
    assert Place.TRAINING_ROOM in steps
    assert (rules.rewards.exp_per_minute, rules.rewards.gold_per_minute, rules.rewards.exp_per_level) == (2, 1, 100)
    assert (rules.rewards.drop_chance, rules.streaks.freezes_held_max) == (0.1, 2)
    assert (rules.sessions.tolerance_seconds, rules.sessions.grace_hours) == (5, 24)
    assert len(rules.tasks.defaults) == 5


def test_there_are_thirty_items_of_every_type_and_rarity() -> None:
    items = catalogue.seeded().items
    assert len(items) >= 30
    assert {item.type for item in items} == set(ItemType)
    assert {item.rarity for item in items} == set(Rarity)


@pytest.mark.parametrize(
    ("rules", "pointer"),
    [
        (changed_rules("shop", "prices", value={"common": 1}), "/shop/prices/rare"),
        (changed_rules("world_steps", 0, "level", value=3), "/world_steps"),
        (changed_rules("tasks", "active_max", value=2), "/tasks/defaults"),
    ],
)
def test_faults_of_the_rules_are_found(rules: Rules, pointer: str) -> None:
    assert pointer in {fault.pointer for fault in check_rules("rules", rules)}


def test_faults_of_the_catalogue_are_found() -> None:
    raw = catalogue.seeded().model_dump(mode="json")
    raw["items"][1]["sprite_key"] = raw["items"][0]["sprite_key"]
    raw["items"][2]["event"] = "no_such_season"
    raw["events"][0]["ends_on"] = "2020-01-01"
    faults = check_catalogue("catalogue", SeededCatalogue.model_validate(raw))
    assert {fault.pointer for fault in faults} == {"/items", "/items/2/event", "/events/0/ends_on"}
