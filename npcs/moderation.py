"""The word filter, with levels: what may be shown to players.

The list, and the seeing through replaced letters (``sh1t``), are pyobscenity's; what a level adds and allows stands in
``content/words.json``.
"""

import re
import threading
from collections.abc import Mapping
from copy import deepcopy
from typing import cast

from pydantic import BaseModel, ConfigDict
from pyobscenity import (  # type: ignore[import-untyped]
    Dataset,
    RegexMatcher,
    english_dataset,
    english_recommended_blacklist_transformers,
    english_recommended_whitelist_transformers,
)

from tommy.core.content import Contents, content

FILE = "npcs/words.json"


class Level(BaseModel):
    """``base``: whether the library's list counts; ``allowed`` are words of it that do not, ``also`` more that do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: bool
    also: tuple[str, ...]
    allowed: tuple[str, ...]


class WordsModel(BaseModel):
    """What each level of the word filter adds to the list of masked words, and allows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    levels: dict[str, Level]


class WordFilter:
    """One level, compiled. Matching is stateful in the library, so one text at a time."""

    def __init__(self, level: Level) -> None:
        self._also = _any_of(level.also)
        self._matcher = _matcher(level.allowed) if level.base else None
        self._lock = threading.Lock()

    def offends(self, text: str) -> bool:
        """Whether the text holds a word that this level does not let through."""
        if self._also is not None and self._also.search(text):
            return True
        if self._matcher is None:
            return False
        with self._lock:
            return bool(self._matcher.has_match(text))


def offends(text: str, level: str) -> bool:
    """Whether ``text`` must not be shown at this level (``off``, ``open``, ``standard``, ``strict``).

    Raises KeyError for a level that the content does not know.
    """
    return content.compiled(_compile)[level].offends(text)


def level_names(files: Contents) -> frozenset[str]:
    """The levels that the content knows."""
    return frozenset(cast(WordsModel, files[FILE]).levels)


def _compile(files: Contents) -> Mapping[str, WordFilter]:
    return {name: WordFilter(level) for name, level in cast(WordsModel, files[FILE]).levels.items()}


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b", re.IGNORECASE)


def _matcher(allowed: tuple[str, ...]) -> RegexMatcher:
    words = Dataset().add_all(english_dataset)
    words.remove_phrases_if(lambda phrase: phrase.metadata["originalWord"] in allowed)
    terms = words.build()
    return RegexMatcher(
        terms["blacklisted_terms"],
        terms["whitelisted_terms"],
        deepcopy(english_recommended_blacklist_transformers),
        deepcopy(english_recommended_whitelist_transformers),
    )
