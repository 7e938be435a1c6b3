"""Masking what a room does not want to read, by its level; the word list is the library's, the levels are content."""

import threading
from copy import deepcopy
from typing import cast

from pyobscenity import (  # type: ignore[import-untyped]
    Dataset,
    PhraseBuilder,
    RegexMatcher,
    english_dataset,
    english_recommended_blacklist_transformers,
    english_recommended_whitelist_transformers,
)

from tommy.core.content import Contents, content
from voting.catalogue import PROFANITY, Profanity, Tolerance
from voting.rules import ProfanityLevel

MASK = "*"


class WordFilter:
    """One level's list. Matching is stateful in the library, so one text at a time."""

    def __init__(self, tolerance: Tolerance) -> None:
        terms = _dataset(tolerance).build()
        self._lock = threading.Lock()
        self._matcher = RegexMatcher(
            terms["blacklisted_terms"],
            terms["whitelisted_terms"],
            deepcopy(english_recommended_blacklist_transformers),
            deepcopy(english_recommended_whitelist_transformers),
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


def _dataset(tolerance: Tolerance) -> Dataset:
    dataset = Dataset().add_all(english_dataset)
    dataset.remove_phrases_if(lambda phrase: phrase.metadata["originalWord"] in tolerance.allowed)
    for pattern in tolerance.added:
        dataset.add_phrase(_phrase(pattern))
    return dataset


def _phrase(pattern: str):  # type: ignore[no-untyped-def]  # the library is not annotated
    return lambda phrase: cast(PhraseBuilder, phrase).set_metadata({"originalWord": pattern}).add_pattern(pattern)
