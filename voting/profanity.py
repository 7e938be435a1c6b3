"""Masking what a room does not want to read, by its level; the word list is the library's, the levels are content."""

import threading
from collections.abc import Iterable
from typing import Any, cast

from pyobscenity import (  # type: ignore[import-untyped]
    Dataset,
    PhraseBuilder,
    RegexMatcher,
    english_dataset,
    english_recommended_blacklist_transformers,
    english_recommended_whitelist_transformers,
)
from pyobscenity.transformers import CollapseDuplicateTransformer, Transformer  # type: ignore[import-untyped]

from tommy.core.content import Contents, content
from voting.catalogue import PROFANITY, Profanity, Tolerance
from voting.rules import ProfanityLevel

MASK = "*"


class Collapse(CollapseDuplicateTransformer):  # type: ignore[misc]  # the library is not annotated
    """Remembers the last letter from one letter to the next, and forgets it after each text.

    The library's own forgets at each letter; and a copy of it shares the memory of the original, for ever.
    """

    def transform_text(self, text: str) -> str:
        return str(Transformer.transform_text(self, text))


class QuickMatcher(RegexMatcher):  # type: ignore[misc]  # the library is not annotated
    """Looks for the exceptions of the list only where there is something to except: most texts hold nothing."""

    def get_all_matches(self, input: str, sorted: bool | None = False) -> list[Any]:  # the library's names
        _, plain = self.apply_transformers(input, self.blacklist_transformers)
        if not any(term["regex"].search(plain) for term in self.compiled_blacklisted_terms):
            return []
        matches: list[Any] = super().get_all_matches(input, sorted)
        return matches


class WordFilter:
    """One level's list. Matching is stateful in the library, so one text at a time."""

    def __init__(self, tolerance: Tolerance) -> None:
        terms = _dataset(tolerance).build()
        self._lock = threading.Lock()
        self._matcher = QuickMatcher(
            terms["blacklisted_terms"],
            terms["whitelisted_terms"],
            _own(english_recommended_blacklist_transformers),
            _own(english_recommended_whitelist_transformers),
        )

    def mask(self, text: str) -> str:
        """``text`` in its own length, every profane stretch starred out."""
        with self._lock:
            matches = self._matcher.get_all_matches(text)
        letters = list(text)
        for match in matches:
            letters[match.startIndex : match.endIndex] = MASK * match.matchLength
        return "".join(letters)


def masked(text: str, level: ProfanityLevel) -> str:
    """``text`` as a room with this level may show it."""
    found = content.compiled(_filters)[level]
    return text if found is None else found.mask(text)


def _filters(files: Contents) -> dict[ProfanityLevel, WordFilter | None]:
    levels = cast(Profanity, files[PROFANITY]).levels
    return {level: WordFilter(tolerance) if tolerance else None for level, tolerance in levels.items()}


def _own(transformers: Iterable[Any]) -> list[Any]:
    """The library's transformers, those that remember something replaced by ones of our own."""
    return [
        Collapse(one.default_threshold, one.custom_thresholds) if isinstance(one, CollapseDuplicateTransformer) else one
        for one in transformers
    ]


def _dataset(tolerance: Tolerance) -> Dataset:
    dataset = Dataset().add_all(english_dataset)
    dataset.remove_phrases_if(lambda phrase: phrase.metadata["originalWord"] in tolerance.allowed)
    for pattern in tolerance.added:
        dataset.add_phrase(_phrase(pattern))
    return dataset


def _phrase(pattern: str):  # type: ignore[no-untyped-def]  # the library is not annotated
    return lambda phrase: cast(PhraseBuilder, phrase).set_metadata({"originalWord": pattern}).add_pattern(pattern)
