"""Moods: a level from -100 to 100 that words move and time heals."""

from npcs.rules.talk import MoodModel

LOWEST, HIGHEST = -100, 100


def healed(level: float, base: int, seconds: float, rules: MoodModel) -> int:
    """The level after ``seconds`` of silence: half of the way back to the character's base in each half-life."""
    left: float = 0.5 ** (max(0.0, seconds) / rules.half_life_seconds)
    return round(base + (level - base) * left)


def moved(level: int, by: int) -> int:
    """The level after something was said; the nearer an end, the harder to get there."""
    room = (HIGHEST - level if by > 0 else level - LOWEST) / HIGHEST
    return max(LOWEST, min(HIGHEST, round(level + by * min(1.0, room))))


def word_for(level: int, rules: MoodModel) -> str:
    """The name of a level."""
    return next((entry.word for entry in rules.words if level <= entry.up_to), rules.words[-1].word)
