"""Is what came back fit to be shown? Length, language, leaks; pure functions over text.

Nothing here trusts the model: an answer that gives away its instructions, speaks another language, steps out of its
part or sends players elsewhere is no answer.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^```[a-z]*\s*|\s*```$")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LINK = re.compile(r"https?://|www\.|\]\(|<\s*/?\s*(?:script|img|iframe|a)\b", re.IGNORECASE)
_SHINGLE = 8
_SHORT = 6
_TELLING = 15


class Fault(StrEnum):
    """What is wrong with an answer."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    LEAK = "leaks_instructions"
    LANGUAGE = "wrong_language"
    LINK = "has_link"
    OUT_OF_PART = "out_of_part"


class Tongue(BaseModel):
    """A language by its most frequent small words; ``script`` is the first word of its letters' Unicode names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    script: Annotated[str, Field(pattern=r"^[A-Z]+$")]
    words: Annotated[tuple[str, ...], Field(min_length=20)]


class AnswersModel(BaseModel):
    """``answers.json``: how languages are told apart, and what nobody in a part would say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    languages: dict[str, Tongue]
    out_of_part: tuple[str, ...]


def tidy(answer: str) -> str:
    """The answer without a model's thinking aloud, fences, control characters and the quotes around it all."""
    text = _THOUGHTS.sub("", answer).strip()
    text = _FENCE.sub("", text).strip()
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    unquoted = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]
    return text[1:-1].strip() if unquoted else text


def fault_of(text: str, *, longest: int, language: str, instructions: str, rules: AnswersModel) -> Fault | None:
    """The first thing wrong with a tidied answer, None for a good one.

    ``instructions`` is the system prompt: eight of its words in a row are a leak.
    """
    checks = (
        (Fault.EMPTY, not text),
        (Fault.TOO_LONG, len(text) > longest),
        (Fault.LEAK, leaks(text, instructions)),
        (Fault.LINK, bool(_LINK.search(text))),
        (Fault.OUT_OF_PART, any(phrase in text.lower() for phrase in rules.out_of_part)),
        (Fault.LANGUAGE, not speaks(text, language, rules)),
    )
    return next((fault for fault, found in checks if found), None)


def leaks(text: str, instructions: str) -> bool:
    """Whether ``text`` repeats eight words in a row of ``instructions``, whatever their case and punctuation."""
    secret = _shingles(instructions)
    return bool(secret & _shingles(text))


def speaks(text: str, language: str, rules: AnswersModel) -> bool:
    """Whether ``text`` is in ``language`` as far as can be told: few words, or a language nobody described, pass."""
    tongue = rules.languages.get(language)
    words = [word.lower() for word in _WORD.findall(text)]
    if tongue is None or not words:
        return True
    letters = [c for word in words for c in word]
    if sum(unicodedata.name(c, "").startswith(tongue.script) for c in letters) < 0.9 * len(letters):
        return False
    if len(words) < _SHORT:
        return True
    hits = {key: sum(word in other.words for word in words) for key, other in rules.languages.items()}
    # A sentence or two may do without a language's small words; as long as it has none of another's, it passes.
    return hits[language] == max(hits.values()) and (hits[language] > 0 or len(words) < _TELLING)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = [word.lower() for word in _WORD.findall(text)]
    return {tuple(words[place : place + _SHINGLE]) for place in range(len(words) - _SHINGLE + 1)}
