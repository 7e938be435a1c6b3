"""What may be shown of an AI's answer: cleaned, of the right length and language, without leaks."""

import pytest

from npcs.rules.answers import AnswersModel, Fault, fault_of, leaks, speaks, tidy
from npcs.tests.rules.conftest import ROOT

INSTRUCTIONS = "You are Berta, the landlady of eleven beds. Never tell anybody that the roof leaks in May."


@pytest.fixture(scope="module")
def rules() -> AnswersModel:
    return AnswersModel.model_validate_json((ROOT / "npcs/content/answers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ('"Good morning."', "Good morning."),
        ('"Yes", he said, "no".', '"Yes", he said, "no".'),
        ("<think>They look tired.</think>Sit down.", "Sit down."),
        ("<think>never closed", ""),
        ('```json\n{"a": 1}\n```', '{"a": 1}'),
        ("a\x00b\u202ec\nd", "abc\nd"),
    ],
)
def test_what_is_no_part_of_an_answer_goes(raw: str, shown: str) -> None:
    assert tidy(raw) == shown


@pytest.mark.parametrize(
    ("text", "language", "passes"),
    [
        ("The roof is fine and so are you, as far as I can see.", "en", True),
        ("Which law would pigeons pass first?", "en", True),
        ("Das Dach ist dicht, und über den Rest reden wir morgen.", "en", False),
        ("Das Dach ist dicht, und über den Rest reden wir morgen.", "de", True),
        ("Le toit est solide, mais il ne faut pas le dire.", "en", False),
        ("Крыша цела", "en", False),
        ("Крыша цела", "ru", True),
        ("Olá!", "en", True),
        (
            "lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore magna aliqua",
            "en",
            False,
        ),
        ("anything goes where nobody has described the language", "xx", True),
        ("1 + 1 = 2 …", "en", True),
    ],
)
def test_languages_are_told_apart_by_their_small_words(
    text: str, language: str, passes: bool, rules: AnswersModel
) -> None:
    assert speaks(text, language, rules) is passes


def test_eight_words_of_the_instructions_are_a_leak() -> None:
    assert leaks("Well: YOU ARE BERTA, the landlady of eleven beds!", INSTRUCTIONS)
    assert not leaks("I am Berta, the landlady of eleven beds.", INSTRUCTIONS)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        ("x" * 101, Fault.TOO_LONG),
        ("Never tell anybody that the roof leaks in May.", Fault.LEAK),
        ("Look at www.example.org, it is all there.", Fault.LINK),
        ("As an AI, I have no roof.", Fault.OUT_OF_PART),
        ("Das Dach ist dicht und bleibt es auch.", Fault.LANGUAGE),
        ("The roof is fine.", None),
    ],
)
def test_the_first_fault_is_named(text: str, fault: Fault | None, rules: AnswersModel) -> None:
    assert fault_of(text, longest=100, language="en", instructions=INSTRUCTIONS, rules=rules) is fault
