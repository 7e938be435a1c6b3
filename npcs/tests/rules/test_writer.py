"""What is written: the same for the same seed, whatever the context, and always presentable."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcs.rules.grammar import GrammarFile
from npcs.rules.spacing import GAP
from npcs.rules.writer import GrammarError, UnknownKindError, Writer, compile_grammars

PLAUSIBLE = {
    "participant": "Ana Lopez",
    "sender": "Björn Ek",
    "amount": 12_345,
    "count": 7,
    "city": "Recife",
    "country": "Brazil",
    "project": "Solar Kettle",
    "lease": "Villa Deadlock",
    "incident": "Network outage",
    "request": "a stipend",
    "date": date(2026, 3, 2),
    "days_waiting": 4,
    "previous_count": 2,
    "hackathon": "Sixty Days",
    "budget": 900_000,
    "stress": 71,
    "reputation": 44,
    "day": 12,
    "people": 19,
    "unhoused": 1,
    "open_incidents": 3,
    "open_requests": 2,
}
UGLY = re.compile(
    r"  | [.,;:?!)](?!-)|\( |^[.,;?!)]|,[,.;:?!]|[;:][.,;]|[?!][.,;]|!!!!|\?\?\?\?|(?<!\.)\.\.(?!\.)|\n{3}| \n|\n [^ ]"
)
BARE = re.compile(r"[{}\[\]|]")

# Whatever a careless caller may hand over; without brackets, so that an unexpanded one would be the grammar's.
text = st.text(st.characters(exclude_characters="{}[]|"), max_size=200)
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    text,
    st.dates(),
    st.lists(st.integers(), max_size=2),
    st.just(10**400),
    st.builds(np.int64, st.integers(-(2**63), 2**63 - 1)),
)
contexts = st.dictionaries(st.one_of(st.sampled_from(sorted(PLAUSIBLE)), text), anything, max_size=8)


def every_kind(writer: Writer, context: dict[str, Any], seeds: range) -> Iterator[tuple[str, int, str, str]]:
    for kind in writer.kinds():
        for seed in seeds:
            yield kind, seed, *writer.write(kind, seed=seed, context=context)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), seed=st.integers(), context=contexts)
def test_any_seed_and_any_context_renders(
    writer: Writer, data: st.DataObject, seed: int, context: dict[str, Any]
) -> None:
    kind = data.draw(st.sampled_from(writer.kinds()))
    subject, body = writer.write(kind, seed=seed, context=context)
    assert (subject, body) == writer.write(kind, seed=seed, context=context)
    assert body
    assert len(subject) <= 120
    assert len(body) <= 1_200
    assert "\n" not in subject
    assert not BARE.search(subject + body)
    assert GAP not in subject + body
    assert "\0" not in subject + body
    assert "  " not in subject + body


@pytest.mark.parametrize("fields", [[], ["participant", "amount", "count"], sorted(PLAUSIBLE)])
def test_punctuation_is_sane_in_every_kind(writer: Writer, fields: list[str]) -> None:
    context = {name: PLAUSIBLE[name] for name in fields}
    for kind, seed, subject, body in every_kind(writer, context, range(120)):
        for part in (subject, body):
            assert not UGLY.search(part), (kind, seed, part)
            assert part == part.strip(), (kind, seed, part)
            assert part.count("(") == part.count(")"), (kind, seed, part)
            assert part.count('"') % 2 == 0, (kind, seed, part)


def test_letters_stay_far_from_the_limits(writer: Writer) -> None:
    longest = max(len(body) for _, _, _, body in every_kind(writer, PLAUSIBLE, range(60)))
    assert longest < 900


def test_a_text_too_long_is_cut_between_words() -> None:
    words = "[w] [w] [w] [w] [w] [w] [w] [w] [w] [w] "
    file = {"about": "x", "kinds": {"long": {"subject": [words * 2], "body": [words * 10]}}, "rules": {"w": ["twenty"]}}
    subject, body = compile_grammars({"x": GrammarFile.model_validate(file)}).write("long", seed=1, context={})
    assert len(subject) <= 120
    assert subject.endswith("twenty…")
    body_file = {**file, "kinds": {"long": {"body": [words * 25]}}}
    body = compile_grammars({"x": GrammarFile.model_validate(body_file)}).write("long", seed=1, context={}).body
    assert 1_150 < len(body) <= 1_200
    assert body.endswith("twenty…")


def test_a_value_is_never_taken_for_grammar(writer: Writer) -> None:
    context = {"participant": "{amount}[hi](a|b)", "amount": 100, "count": 3}
    bodies = [writer.write("plea.unhoused", seed=seed, context=context).body.lower() for seed in range(60)]
    assert any("{amount}[hi](a|b)" in body for body in bodies)


def test_values_are_cleaned() -> None:
    file = {
        "about": "x",
        "context": {"who": {"otherwise": "somebody"}},
        "kinds": {"k": {"needs": ["who"], "body": ["{who}"]}},
    }
    writer = compile_grammars({"x": GrammarFile.model_validate(file)})
    for value, expected in [
        (" a\n b\t\x00c\u202e ", "a b c"),
        ("x" * 500, "x" * 80),
        ("\ud800", "somebody"),
        ("", "somebody"),
        (7, "somebody"),
        (None, "somebody"),
    ]:
        assert writer.write("k", seed=1, context={"who": value}).body == expected


def test_numpy_scalars_count_as_numbers(writer: Writer) -> None:
    plain = {"participant": "Ana", "amount": 5_000, "count": 4}
    arrays = {"participant": np.str_("Ana"), "amount": np.int64(5_000), "count": np.int32(4)}
    for seed in range(20):
        expected = writer.write("complaint.stipend_late", seed=seed, context=plain)
        assert writer.write("complaint.stipend_late", seed=np.uint64(seed), context=arrays) == expected


def test_the_same_person_keeps_their_voice(writer: Writer) -> None:
    shouts = set()
    for number in range(60):
        bodies = [writer.write("chat.update", seed=s, context={"participant": f"P{number}"}).body for s in range(9)]
        shouting = {body == body.upper() for body in bodies}
        assert len(shouting) == 1
        shouts |= shouting
    assert shouts == {True, False}


def test_every_process_writes_the_same(writer: Writer) -> None:
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from pathlib import Path\n"
        "from npcs.rules.grammar import GrammarFile\n"
        "from npcs.rules.writer import compile_grammars\n"
        "paths = Path('npcs/content/grammars').glob('*.json')\n"
        "files = {path.stem: GrammarFile.model_validate_json(path.read_text()) for path in paths}\n"
        "writer = compile_grammars(files)\n"
        "print([writer.write('plea.unhoused', seed=s, context={'participant': 'Ana', 'count': 3}) for s in range(5)])\n"
    )
    env = {"PYTHONHASHSEED": "12345", "PYTHONIOENCODING": "utf-8"}
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    here = [writer.write("plea.unhoused", seed=s, context={"participant": "Ana", "count": 3}) for s in range(5)]
    assert out.stdout.strip() == str(here)


def test_declared_kinds_render_with_only_their_declared_context(
    writer: Writer, message_kinds: list[dict[str, Any]]
) -> None:
    for kind in message_kinds:
        assert set(writer.needs(kind["key"])) <= set(kind["context"]), kind["key"]
        context = {name: PLAUSIBLE[name] for name in kind["context"]}
        for seed in range(60):
            subject, body = writer.write(kind["key"], seed=seed, context=context)
            assert subject
            assert not BARE.search(subject + body)


def test_declared_fields_are_used(writer: Writer, message_kinds: list[dict[str, Any]]) -> None:
    """A kind that is given a sum says it, now and then."""
    for kind in message_kinds:
        if "amount" in kind["context"]:
            context = {name: PLAUSIBLE[name] for name in kind["context"]}
            texts = [writer.write(kind["key"], seed=seed, context=context) for seed in range(40)]
            assert any("€123.45" in subject + body for subject, body in texts), kind["key"]


def test_incidents_have_titles_and_outcomes(writer: Writer, incident_types: list[dict[str, Any]]) -> None:
    for incident in incident_types:
        title, description = writer.write(f"incident.{incident['key']}", seed=3, context={"participant": "Ana"})
        assert title
        assert description
        for choice in (*(choice["key"] for choice in incident["choices"]), "timeout"):
            assert writer.write(f"outcome.{incident['key']}.{choice}", seed=3, context={}).body


@pytest.mark.parametrize("kind", ["commit.message", "devlog.entry"])
def test_pools_hold_thousands_of_distinct_lines(writer: Writer, kind: str) -> None:
    lines = writer.pool(kind, seed=5, size=4_000)
    assert len(set(lines)) == len(lines) == 4_000
    assert lines == writer.pool(kind, seed=5, size=4_000)
    assert len(set(lines) & set(writer.pool(kind, seed=6, size=4_000))) < 2_500
    assert max(map(len, lines)) <= (100 if kind == "commit.message" else 500)


def test_a_small_grammar_gives_what_it_has() -> None:
    file = {"about": "x", "kinds": {"k": {"body": ["(a|b|c)"]}}}
    assert sorted(compile_grammars({"x": GrammarFile.model_validate(file)}).pool("k", seed=1, size=50)) == [
        "a",
        "b",
        "c",
    ]


def test_unknown_kinds_and_bad_files_are_refused(writer: Writer) -> None:
    with pytest.raises(UnknownKindError):
        writer.write("nonsense", seed=1, context={})
    with pytest.raises(GrammarError) as caught:
        compile_grammars({"x": GrammarFile.model_validate({"about": "x", "kinds": {"k": {"body": ["[nobody]"]}}})})
    assert caught.value.problems[0].pointer == "/kinds/k/body/0"
