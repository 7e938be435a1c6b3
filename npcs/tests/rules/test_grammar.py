"""What a grammar file may say, and how what is wrong with it is reported."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from npcs.rules.grammar import GrammarFile
from npcs.rules.template import Choice, FieldRef, Modifier, SymbolRef, TemplateError, parse
from npcs.rules.writer import check_grammars, compile_grammars


def grammar(**parts: Any) -> GrammarFile:
    return GrammarFile.model_validate({"about": "A test.", **parts})


def problems(file: GrammarFile) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.expected) for problem in check_grammars({"x": file})]


def body(text: str, *, rules: dict[str, Any] | None = None, **context: Any) -> str:
    """The text of a kind whose needed fields are the given ones."""
    fields = {name: {"format": formatted, "otherwise": "?"} for name, (formatted, _) in context.items()}
    file = grammar(context=fields, kinds={"k": {"needs": list(fields), "body": [text]}}, rules=rules or {})
    values = {name: value for name, (_, value) in context.items()}
    return compile_grammars({"x": file}).write("k", seed=1, context=values).body


def test_the_packaged_grammars_make_sense(grammars: dict[str, GrammarFile]) -> None:
    assert check_grammars(grammars) == []


def test_a_text_is_parsed() -> None:
    assert parse("a (b) [c:a] (d|{e:count day/days}|)") == (
        "a ",
        "(",
        "b",
        ")",
        " ",
        SymbolRef("c", (Modifier("a", ""),)),
        " ",
        Choice((("d",), (FieldRef("e", (Modifier("count", "day/days"),)),), ())),
    )


@pytest.mark.parametrize("text", ["{a", "a}", "[a", "a]", "(a", "a)", "a|b", "{}", "{A}", "[a b]", "{a:}", "[[a]]"])
def test_a_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse(text)


@given(st.text("ab {}[]()|:", max_size=30))
def test_parsing_ends_in_nodes_or_in_its_own_error(text: str) -> None:
    with suppress(TemplateError):
        assert isinstance(parse(text), tuple)


@pytest.mark.parametrize(
    ("text", "formatted", "value", "expected"),
    [
        ("{v}", "cents", 12_345, "€123.45"),
        ("{v}", "cents", 123_400, "€1,234"),
        ("{v}", "euros", -12.5, "-€12.50"),
        ("{v}", "count", 1_234, "1,234"),
        ("{v}", "percent", 7, "7%"),
        ("{v}", "date", "2026-03-02", "2026-03-02"),
        ("{v:count day}", "count", 1, "1 day"),
        ("{v:count person/people}", "count", 3, "3 people"),
        ("{v:count city}", "count", 2, "2 cities"),
        ("{v:ordinal}", "count", 22, "22nd"),
        ("{v:ordinal}", "count", 13, "13th"),
        ("{v:words}", "count", 4, "four"),
        ("{v:words}", "count", 40, "40"),
        ("{v:span 6}", "count", 1, "4 hours"),
        ("{v:span 6}", "count", 12, "2 days"),
        ("{v:span 6}", "count", 0, "a moment"),
        ("{v:span 6}", "count", None, "some time"),
        ("{v:a}", "text", "hour", "an hour"),
        ("{v:a}", "text", "useful thing", "a useful thing"),
        ("{v:a}", "text", "apple", "an apple"),
        ("{v:a}", "text", "8-bit tune", "an 8-bit tune"),
        ("{v:possessive}", "text", "Jonas", "Jonas'"),
        ("{v:first:upper}", "text", "Ana Lopez", "ANA"),
        ("{v}", "count", float("nan"), "?"),
        ("{v}", "count", True, "?"),
        ("{v}", "count", 10**30, "?"),
    ],
)
def test_fields_are_formatted(text: str, formatted: str, value: object, expected: str) -> None:
    assert body(text, v=(formatted, value)) == expected


def test_symbols_take_modifiers() -> None:
    rules = {"fruit": ["orange"], "said": ["(well|well) [fruit]s"]}
    assert body("[fruit:a], [fruit:plural], [said:cap]", rules=rules) == "an orange, oranges, Well oranges"


def test_something_left_out_leaves_no_space_behind() -> None:
    rules = {"none": [""]}
    assert body("[none] a [none] b [none], c ([none] d [none]) e [none].", rules=rules) == "a b, c (d) e."


def test_alternatives_wait_for_their_conditions() -> None:
    file = grammar(
        context={"n": {"format": "count", "otherwise": "some"}, "who": {"otherwise": "somebody"}},
        kinds={
            "k": {
                "body": [
                    {"text": "many", "when": {"above": {"n": 5}}, "weight": 100},
                    {"text": "few", "when": {"below": {"n": 5}}, "weight": 100},
                    {"text": "you", "when": {"equals": {"who": ["Ana"]}}, "weight": 100},
                    {"text": "nobody", "when": {"lacks": ["n", "who"]}, "weight": 100},
                    {"text": "else", "weight": 1},
                ]
            }
        },
    )
    writer = compile_grammars({"x": file})

    def said(**context: object) -> set[str]:
        return {writer.write("k", seed=seed, context=context).body for seed in range(300)}

    assert said(n=9) == {"many", "else"}
    assert said(n=1) == {"few", "else"}
    assert said(n=5, who="Bo") == {"else"}
    assert said(who="Ana") == {"you", "else"}
    assert said() == {"nobody", "else"}


def test_weights_are_kept() -> None:
    file = grammar(kinds={"k": {"body": [{"text": "often", "weight": 9}, "seldom"]}})
    writer = compile_grammars({"x": file})
    often = sum(writer.write("k", seed=seed, context={}).body == "often" for seed in range(2_000))
    assert 1_720 < often < 1_880


def test_a_file_sees_the_rules_of_those_it_uses() -> None:
    shared = grammar(rules={"a": ["shared"], "b": ["from below"]})
    file = grammar(uses=["shared"], kinds={"k": {"body": ["[a] [b]"]}, "l": {"body": ["x"]}}, rules={"a": ["own"]})
    other = grammar(uses=["shared"], kinds={"m": {"body": ["[a]"]}})
    writer = compile_grammars({"x": file, "y": other, "shared": shared})
    assert writer.write("k", seed=1, context={}).body == "own from below"
    assert writer.write("m", seed=1, context={}).body == "shared"


@pytest.mark.parametrize(
    "parts",
    [
        {"kinds": {"k": {"body": []}}},
        {"kinds": {"k": {"body": [{"text": "x", "weight": 0}]}}},
        {"kinds": {"k": {"body": ["a\x00b"]}}},
        {"kinds": {"Bad Key": {"body": ["x"]}}},
        {"kinds": {"k": {"body": ["x"], "surprise": 1}}},
        {"surprise": 1},
    ],
)
def test_the_schema_refuses(parts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        grammar(**parts)


@pytest.mark.parametrize(
    ("parts", "pointer", "expected"),
    [
        ({"kinds": {"k": {"body": ["[gone]"]}}}, "/kinds/k/body/0", "a rule named 'gone'"),
        ({"kinds": {"k": {"body": ["{gone}"]}}}, "/kinds/k/body/0", "'gone' declared"),
        ({"kinds": {"k": {"body": ["x", "(a"]}}}, "/kinds/k/body/1", "a ')'"),
        ({"kinds": {"k": {"body": ["x", {"text": "y", "when": {"has": ["gone"]}}]}}}, "/kinds/k/body/1", "'gone'"),
        ({"kinds": {"k": {"body": ["x", {"text": "y", "when": {"voice": ["gone"]}}]}}}, "/kinds/k/body/1", "a voice"),
        ({"kinds": {"k": {"needs": ["gone"], "body": ["x"]}}}, "/kinds/k/needs/0", "'gone' under /context"),
        ({"kinds": {"k": {"voices": "gone", "body": ["x"]}}}, "/kinds/k/voices", "one of"),
        (
            {"kinds": {"k": {"voices": "v", "body": ["x"]}}, "voice_sets": {"v": {"weights": {"gone": 1}}}},
            "/kinds/k/voices",
            "declared voices",
        ),
        ({"kinds": {"k": {"body": ["[a:gone]"]}}, "rules": {"a": ["x"]}}, "/kinds/k/body/0", "a known modifier"),
        ({"kinds": {"k": {"body": ["[a:ordinal]"]}}, "rules": {"a": ["x"]}}, "/kinds/k/body/0", "a known modifier"),
        ({"kinds": {"k": {"body": ["[a]"]}}, "rules": {"a": ["[b]"], "b": ["[a]"]}}, "/rules/a", "no cycle"),
        ({"kinds": {"k": {"body": ["x"]}}, "rules": {"a": ["x"]}}, "/rules/a", "a kind that reaches"),
        (
            {"kinds": {"k": {"body": ["[a]"]}}, "rules": {"a": ["{f}"]}, "context": {"f": {"otherwise": "?"}}},
            "/rules/a",
            "an unconditional alternative for kind 'k'",
        ),
        ({"uses": ["gone"]}, "/uses/0", "one of ['x']"),
    ],
)
def test_the_sense_check_names_the_place(parts: dict[str, Any], pointer: str, expected: str) -> None:
    found = problems(grammar(**parts))
    assert found
    assert found[0][0] == pointer
    assert expected in found[0][1]


def test_one_name_has_one_declaration() -> None:
    file = grammar(kinds={"k": {"body": ["x"]}})
    (problem,) = check_grammars({"x": file, "y": file})
    assert problem.file == "y"
    assert problem.pointer == "/kinds/k"
