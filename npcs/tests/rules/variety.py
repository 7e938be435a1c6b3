"""How alike a row of messages reads; ``docs/writer.md`` says why these measures."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

WINDOW = 50
_NUMBER = re.compile(r"\d[\d,.]*")


class Variety(NamedTuple):
    """``nearest``: trigram similarity of a message to the likest of the 50 before it; mean and 99th percentile."""

    duplicates: float
    nearest_mean: float
    nearest_p99: float
    pair_mean: float
    distinct_2: float
    distinct_3: float
    openings: float


def measure(written: Sequence[str]) -> Variety:
    """Sums and counts are masked first: a template is no richer for the numbers in its blanks."""
    messages = [_NUMBER.sub("0", text.lower()) for text in written]
    nearest, pairs = _similarities([_trigrams(text) for text in messages])
    return Variety(
        duplicates=1 - len(set(written)) / len(written),
        nearest_mean=float(np.mean(nearest)),
        nearest_p99=float(np.quantile(nearest, 0.99)),
        pair_mean=float(np.mean(pairs)),
        distinct_2=_distinct(messages, 2),
        distinct_3=_distinct(messages, 3),
        openings=len({tuple(text.split()[:4]) for text in messages}) / len(messages),
    )


def _trigrams(text: str) -> frozenset[str]:
    plain = " ".join(text.split())
    return frozenset(plain[i : i + 3] for i in range(len(plain) - 2))


def _similarities(grams: Sequence[frozenset[str]]) -> tuple[list[float], list[float]]:
    nearest, pairs = [], []
    for place, mine in enumerate(grams):
        scores = [_jaccard(mine, other) for other in grams[max(0, place - WINDOW) : place]]
        if scores:
            nearest.append(max(scores))
            pairs += scores
    return nearest, pairs


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _distinct(messages: Iterable[str], size: int) -> float:
    """The share of word n-grams that occur for the first time."""
    seen: Counter[tuple[str, ...]] = Counter()
    for text in messages:
        words = text.split()
        seen.update(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
    return len(seen) / seen.total()
