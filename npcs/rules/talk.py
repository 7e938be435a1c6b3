"""How a message is understood without an AI: what the player is up to, and what is worth remembering of it.

Everything that can be tuned stands in ``content/talk.json``.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from npcs.rules.grammar import Name

MESSAGE_LIMIT = 1_000
FACT_LIMIT = 78
_Positive = Annotated[int, Field(ge=1, le=100_000)]
_WORD = re.compile(r"[\w']+")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u0060\u00b4", "'"))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Intent(_Part):
    """What a player may be up to, told by phrases (``*`` ends an open word), and what it does to a mood."""

    key: Name
    mood: Annotated[int, Field(ge=-100, le=100)]
    phrases: Annotated[tuple[str, ...], Field(min_length=1)]


class FactPattern(_Part):
    """A way of saying something worth keeping. ``key`` and ``text`` may use the pattern's groups; facts of equal key
    replace each other, without a key the text itself is it.
    """

    key: str
    weight: Annotated[int, Field(ge=1, le=9)]
    promise: bool = False
    pattern: str
    text: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


class MemoryBounds(_Part):
    """How much is kept of a player: turns whole, facts, characters of the summary and of what is folded into it."""

    turns: _Positive
    facts: _Positive
    summary_characters: _Positive
    folded_characters: _Positive
    asked_facts: Annotated[int, Field(ge=1, le=3)]
    recall_every: _Positive


class MoodWord(_Part):
    up_to: Annotated[int, Field(ge=-100, le=100)]
    word: Name


class MoodModel(_Part):
    half_life_seconds: _Positive
    words: Annotated[tuple[MoodWord, ...], Field(min_length=1)]


class AgendaModel(_Part):
    """``quiet_seconds`` pass between two letters to one player, whoever writes."""

    quiet_seconds: _Positive
    page: _Positive
    letters_per_wake: _Positive
    first_after_ticks: Annotated[int, Field(ge=0)]


class ImprovementsModel(_Part):
    per_wake: _Positive
    younger_than_seconds: _Positive
    kept_hours: _Positive


class TalkModel(_Part):
    """How characters understand, remember and feel without an AI, and what they do of their own accord."""

    memory: MemoryBounds
    mood: MoodModel
    agenda: AgendaModel
    improvements: ImprovementsModel
    fallback_intent: Name
    question_intent: Name
    tell_intent: Name
    promise_intent: Name
    promise_words: Annotated[tuple[str, ...], Field(min_length=1)]
    intents: Annotated[tuple[Intent, ...], Field(min_length=1)]
    facts: tuple[FactPattern, ...]
    flips: Mapping[str, str]

    @cached_property
    def moods(self) -> dict[str, int]:
        return {intent.key: intent.mood for intent in self.intents}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every intent that a message can be found to have."""
        others = {self.fallback_intent, self.question_intent, self.tell_intent, self.promise_intent}
        return frozenset({intent.key for intent in self.intents} | others)

    @cached_property
    def signs(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """(intent, its phrases as one expression), in the order of the file."""
        return tuple((intent.key, _expression(intent.phrases)) for intent in self.intents)

    @cached_property
    def patterns(self) -> tuple[tuple[FactPattern, re.Pattern[str]], ...]:
        return tuple((fact, re.compile(fact.pattern, re.IGNORECASE)) for fact in self.facts)

    @cached_property
    def promise_asked(self) -> re.Pattern[str]:
        """What a question about promises mentions."""
        return re.compile(_expression(self.promise_words).pattern, re.IGNORECASE)

    @cached_property
    def flip(self) -> re.Pattern[str]:
        longest_first = sorted(self.flips, key=len, reverse=True)
        return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, longest_first))})(?![\w'])", re.IGNORECASE)


class Fact(NamedTuple):
    """Something worth keeping, said to the player: "your dog is called Biscuit"."""

    key: str
    text: str
    weight: int
    promise: bool


def cleaned(message: str) -> str:
    """The message on one line, in plain apostrophes, without characters that nobody sees."""
    text = unicodedata.normalize("NFKC", message).translate(_APOSTROPHES)
    visible = "".join(c if c == "\n" or unicodedata.category(c)[0] not in "C" else " " for c in text)
    return " ".join(visible.split())[:MESSAGE_LIMIT]


def understood(message: str, rules: TalkModel) -> tuple[str, tuple[Fact, ...]]:
    """What the player is up to, and the facts told on the way; ``message`` is cleaned."""
    facts = tuple(facts_in(message, rules))
    intent = _intent(message, rules)
    if any(fact.promise for fact in facts) and intent not in {"threat", "insult"}:
        return rules.promise_intent, facts
    telling = intent in {rules.fallback_intent, "compliment", "refuse", "agree", "greeting"}
    if facts and telling and not message.endswith("?"):
        return rules.tell_intent, facts
    return intent, facts


def facts_in(message: str, rules: TalkModel) -> Iterator[Fact]:
    """Everything in the message that one of the patterns knows; a place in the text counts once, questions never."""
    taken: list[range] = []
    for fact, pattern in rules.patterns:
        for found in pattern.finditer(message):
            asked = "?" in message[found.end() - 1 : found.end() + 1]
            if asked or any(found.start() in span for span in taken):
                continue
            taken.append(range(*found.span()))
            groups = {name: _said_back(value or "", rules) for name, value in found.groupdict().items()}
            text = fact.text.format(**groups)[:FACT_LIMIT].strip()
            yield Fact((fact.key.format(**groups) or text).lower()[:60], text, fact.weight, fact.promise)


def shared_words(one: str, other: str) -> int:
    """How many longer words two texts share."""
    return len({word for word in _words(one) if len(word) > 2} & set(_words(other)))


def _intent(message: str, rules: TalkModel) -> str:
    """The intent with the longest phrase in the message; the earlier in the file wins a tie."""
    plain = message.lower()
    best, length = "", 0
    for key, expression in rules.signs:
        longest = max((len(found[0]) for found in expression.finditer(plain)), default=0)
        if longest > length:
            best, length = key, longest
    if best:
        return best
    return rules.question_intent if message.endswith("?") else rules.fallback_intent


def _said_back(text: str, rules: TalkModel) -> str:
    """What the player says of themselves, said to them: "my dog" becomes "your dog"."""
    return rules.flip.sub(lambda found: rules.flips[found[0].lower()], text.strip())


def _expression(phrases: tuple[str, ...]) -> re.Pattern[str]:
    parts = [re.escape(p.removesuffix("*")) + (r"\w*" if p.endswith("*") else r"\b") for p in phrases]
    return re.compile(rf"\b(?:{'|'.join(sorted(parts, key=len, reverse=True))})")


def _words(text: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(text.lower())]
