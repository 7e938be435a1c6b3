"""The content that comes with the app is sound, and unsound content is told apart."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from hackathon.rules.checks import check_rules
from hackathon.rules.files import CONTENT_MODELS, DEFAULT_DIRECTORY, read_contents


def document(name: str) -> Any:
    return json.loads((DEFAULT_DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))


def problems_of(name: str, content: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as caught:
        CONTENT_MODELS[f"hackathon/{name}.json"].model_validate(content)
    return [problem["loc"] for problem in caught.value.errors()]


def test_the_contents_fit_together():
    assert check_rules(read_contents()) == []


def test_unknown_keys_are_named():
    content = document("work")
    content["day"]["hourz"] = 3
    assert problems_of("work", content) == [("day", "hourz")]


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf"), "much"])
def test_weights_must_be_positive_numbers(weight):
    content = document("incidents")
    content["types"][2]["weight"] = weight
    assert problems_of("incidents", content) == [("types", 2, "weight")]


@pytest.mark.parametrize("chance", [-0.1, 1.1, float("nan")])
def test_chances_lie_between_0_and_1(chance):
    content = document("requests")
    content["receipt"]["chance"] = chance
    assert problems_of("requests", content) == [("receipt", "chance")]


def test_ranges_must_not_be_turned_round():
    content = document("market")
    content["listings"]["price_factor"] = {"low": 2, "high": 1}
    assert problems_of("market", content) == [("listings", "price_factor")]


def test_choices_of_a_type_must_differ():
    content = document("incidents")
    content["types"][0]["choices"][1]["key"] = content["types"][0]["choices"][0]["key"]
    assert problems_of("incidents", content) == [("types", 0, "choices")]


def test_every_event_needs_one_kind_of_message():
    content = document("message_kinds")
    content["kinds"] = [kind for kind in content["kinds"] if kind["when"] != "event:quit"]
    assert problems_of("message_kinds", content) == [("kinds",)]


def test_message_kinds_know_when_they_are_said():
    content = document("message_kinds")
    content["kinds"][0]["when"] = "full_moon"
    assert problems_of("message_kinds", content) == [("kinds", 0, "when")]


@pytest.mark.parametrize(
    ("file", "path", "value", "pointer"),
    [
        ("work", ("idle", "incident"), "alien_landing", "/idle/incident"),
        ("requests", ("expired", "incident"), "alien_landing", "/expired/incident"),
        ("requests", ("denied", "incident"), "alien_landing", "/denied/incident"),
        ("incidents", ("legal_trouble", "incident"), "alien_landing", "/legal_trouble/incident"),
        ("incidents", ("types", 1, "messages", "opened"), "chat.update", "/types/1/messages/opened"),
        ("work", ("day", "chance_by_morale"), 0.9, "/day/chance_by_morale"),
        ("economy", ("clock", "post_sf_from_day"), 61, "/clock/post_sf_from_day"),
    ],
)
def test_dangling_references_are_found(file, path, value, pointer):
    content = document(file)
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    name = f"hackathon/{file}.json"
    contents = {**read_contents(), name: CONTENT_MODELS[name].model_validate(content)}
    found = check_rules(contents)
    assert [(problem.file, problem.pointer) for problem in found] == [(name, pointer)]


def test_a_reason_without_words_is_found():
    content = document("requests")
    del content["reasons"]["proven_fake"]
    name = "hackathon/requests.json"
    found = check_rules({**read_contents(), name: CONTENT_MODELS[name].model_validate(content)})
    assert [problem.pointer for problem in found] == ["/reasons/proven_fake"]
