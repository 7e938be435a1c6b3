"""Spaces as a typist would leave them, where something optional was left out.

An empty expansion is written as ``GAP``. Most gaps are settled while compiling, inside finished strings; looking for
one character in a message is then nearly free, where looking for every stray space would cost a third of its time.
"""

from __future__ import annotations

import re

GAP = "\b"
_RUN = re.compile(rf" *{GAP}[ {GAP}]*")
_NO_SPACE_AFTER = frozenset("\n(")
_NO_SPACE_BEFORE = frozenset(".,;:!?)\n")


def settle(text: str) -> str:
    """The text without its gaps."""
    return _RUN.sub(_between, text) if GAP in text else text


def settle_inside(text: str) -> str:
    """The same for a text that others will be put beside: gaps at its ends stay."""
    return _RUN.sub(_inside, text) if GAP in text else text


def _between(run: re.Match[str]) -> str:
    text, start, end = run.string, run.start(), run.end()
    if start == 0 or end == len(text) or text[start - 1] in _NO_SPACE_AFTER or text[end] in _NO_SPACE_BEFORE:
        return ""
    return " " if " " in run[0] else ""


def _inside(run: re.Match[str]) -> str:
    return run[0] if run.start() == 0 or run.end() == len(run.string) else _between(run)
