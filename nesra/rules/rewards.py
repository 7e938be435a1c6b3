"""What a success pays: experience, gold, levels, and now and then an item, drawn so that it can be checked later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from nesra.rules.numbers import RewardNumbers
from nesra.rules.seasons import Boost


@dataclass(frozen=True, slots=True)
class Reward:
    exp: int
    gold: int


@dataclass(frozen=True, slots=True)
class Growth:
    """A hero after gaining experience: ``exp`` carried over, ``used`` spent on ``levels`` new levels."""

    level: int
    exp: int
    levels: int
    used: int


@dataclass(frozen=True, slots=True)
class Draw:
    """One roll of the dice, with all that is needed to roll it again.

    ``candidates`` are (item id, weight) in the order of their ids; empty where the roll missed or all are owned.
    """

    seed: str
    chance: float
    roll: float
    candidates: tuple[tuple[str, int], ...] = ()
    item: str | None = None

    @property
    def hit(self) -> bool:
        return self.roll < self.chance

    def record(self) -> dict[str, Any]:
        """Plain JSON for the ledger."""
        return {
            "seed": self.seed,
            "chance": self.chance,
            "roll": self.roll,
            "hit": self.hit,
            "candidates": [list(candidate) for candidate in self.candidates],
            "item": self.item,
        }


def session_reward(minutes: int, boost: Boost, numbers: RewardNumbers) -> Reward:
    """Whole points; fractions that a season's percentage leaves are dropped."""
    return Reward(
        exp=minutes * numbers.exp_per_minute * boost.exp_percent // 100,
        gold=minutes * numbers.gold_per_minute * boost.gold_percent // 100,
    )


def exp_to_next(level: int, numbers: RewardNumbers) -> int:
    """What the level takes from its beginning."""
    return level * numbers.exp_per_level


def gain_exp(level: int, exp: int, gained: int, numbers: RewardNumbers) -> Growth:
    """As many levels as the experience pays for; the rest carries over."""
    before, total = level, exp + gained
    exp = total
    while exp >= exp_to_next(level, numbers):
        exp -= exp_to_next(level, numbers)
        level += 1
    return Growth(level=level, exp=exp, levels=level - before, used=total - exp)


def uniform(seed: str, purpose: str) -> float:
    """A number in [0, 1) that depends on nothing but its arguments."""
    digest = sha256(f"{seed}:{purpose}".encode()).digest()
    # As many bits as a float holds exactly: one more, and the largest would round up to 1.
    return (int.from_bytes(digest[:7]) >> 3) / 2**53


def roll(seed: str, boost: Boost, numbers: RewardNumbers) -> Draw:
    """Whether something drops."""
    chance = min(1.0, numbers.drop_chance * boost.drop_percent / 100)
    return Draw(seed=seed, chance=chance, roll=uniform(seed, "chance"))


def pick(draw: Draw, weights: Mapping[str, int]) -> Draw:
    """The item that drops, out of those not owned (id → weight)."""
    candidates = tuple(sorted(weights.items()))
    return Draw(draw.seed, draw.chance, draw.roll, candidates, _picked(draw.seed, candidates))


def holds(record: Mapping[str, Any]) -> bool:
    """Whether a recorded draw comes out the same when it is made again."""
    hit = uniform(record["seed"], "chance") == record["roll"] and (record["roll"] < record["chance"]) is record["hit"]
    return hit and _picked(record["seed"], [tuple(c) for c in record["candidates"]]) == record["item"]


def _picked(seed: str, candidates: Sequence[tuple[str, int]]) -> str | None:
    target = uniform(seed, "item") * sum(weight for _, weight in candidates)
    for item, weight in candidates:
        target -= weight
        if target < 0:
            return item
    return candidates[-1][0] if candidates else None
