"""Counter-based randomness: the same question always gets the same answer, whoever asks and in whatever order.

Philox4x32-10 after Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC '11). The key is
the 64-bit seed of a game (or of the world, for the market); the counter is (entity number, tick, purpose, sub-index).
Database ids, row order and sharding never enter, so a game evolves alone as it does among ten thousand.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hackathon.rules.enums import Purpose

Words = NDArray[np.uint64]

_MULTIPLIER_A = np.uint64(0xD2511F53)
_MULTIPLIER_B = np.uint64(0xCD9E8D57)
_WEYL_A = 0x9E3779B9
_WEYL_B = 0xBB67AE85
_GOLDEN = 0x9E3779B97F4A7C15
_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ROUNDS = 10
_TO_UNIT = 2.0**-32


def philox(seeds: ArrayLike, entities: ArrayLike, ticks: ArrayLike, purpose: int, sub: ArrayLike = 0) -> list[Words]:
    """Four arrays of 32-bit words (as uint64), one element for each broadcast (seed, entity, tick, sub)."""
    key = _words(seeds)
    x0, x1, x2, x3 = (_words(part) & _MASK for part in (entities, ticks, int(purpose), sub))
    keys_a, keys_b = key & _MASK, key >> _HALF
    for turn in range(_ROUNDS):
        key_a = (keys_a + np.uint64(turn * _WEYL_A)) & _MASK
        key_b = (keys_b + np.uint64(turn * _WEYL_B)) & _MASK
        product_a, product_b = x0 * _MULTIPLIER_A, x2 * _MULTIPLIER_B
        x0, x1 = (product_b >> _HALF) ^ x1 ^ key_a, product_b & _MASK
        x2, x3 = (product_a >> _HALF) ^ x3 ^ key_b, product_a & _MASK
    return [x0, x1, x2, x3]


def uniforms(
    seeds: ArrayLike, entities: ArrayLike, ticks: ArrayLike, purpose: Purpose, sub: ArrayLike = 0
) -> tuple[NDArray[np.float64], ...]:
    """Four arrays of uniform numbers in [0, 1), one element for each (seed, entity, tick, sub)."""
    return tuple(np.asarray(word * _TO_UNIT, np.float64) for word in philox(seeds, entities, ticks, purpose, sub))


def noise(draws: tuple[NDArray[np.float64], ...]) -> NDArray[np.float64]:
    """Nearly normal noise (mean 0, deviation 1) from four uniforms: their sum, shifted and scaled.

    Only additions and one product, so every platform and vector width agrees to the last bit.
    """
    first, second, third, fourth = draws
    centred: NDArray[np.float64] = (first + second + third + fourth - 2.0) * 1.7320508075688772
    return centred


def seeds64(
    seeds: ArrayLike, entities: ArrayLike, ticks: ArrayLike, purpose: Purpose, sub: ArrayLike = 0
) -> NDArray[np.uint64]:
    """64-bit seeds for things that are made later (a person's name, a listing's text)."""
    high, low, _, _ = philox(seeds, entities, ticks, purpose, sub)
    return (high << _HALF) | low


def variants(seeds: ArrayLike, entities: ArrayLike, ticks: ArrayLike, salt: ArrayLike) -> Words:
    """Cheap 64-bit seeds that only steer wording, never play: the finaliser of SplitMix64 over the coordinates."""
    place = _words(entities) << _HALF | _words(ticks)
    mixed = (_words(seeds) ^ place) + _words(salt) * np.uint64(_GOLDEN)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def _words(values: ArrayLike) -> Words:
    """At least one dimension, so that arithmetic wraps in silence as the algorithms want."""
    return np.atleast_1d(np.asarray(values)).astype(np.uint64)
