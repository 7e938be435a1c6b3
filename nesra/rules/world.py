"""How the town grows, from one fact: how many sessions a player has finished."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from nesra.rules.enums import Place
from nesra.rules.numbers import WorldStep


class Unlock(NamedTuple):
    place: Place
    level: int


def levels_at(successes: int, steps: Iterable[WorldStep]) -> dict[Place, int]:
    """The level of every place after so many successes."""
    levels = dict.fromkeys(Place, 1)
    for step in steps:
        if successes >= step.successes:
            levels[step.place] = max(levels[step.place], step.level)
    return levels


def unlocks(current: Mapping[Place, int], successes: int, steps: Iterable[WorldStep]) -> list[Unlock]:
    """What is due and not there yet, one entry a level; nothing when asked again with these applied.

    A place never falls: numbers that are raised later take nothing away.
    """
    due = levels_at(successes, steps)
    return [Unlock(place, level) for place in Place for level in range(current[place] + 1, due[place] + 1)]
