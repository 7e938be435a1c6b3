"""Philox gives the published answers, and asks for nobody's neighbours."""

import numpy as np

from hackathon.rules.enums import Purpose
from hackathon.simulation.random import noise, philox, seeds64, uniforms, variants

PI_KEY = 0x299F31D0_A4093822


def words(*args):
    return [int(word[0]) for word in philox(*args)]


def test_known_answers_of_random123():
    assert words([0], [0], [0], 0, [0]) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    ones = 0xFFFFFFFF
    assert words([2**64 - 1], [ones], [ones], ones, [ones]) == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]
    digits = words([PI_KEY], [0x243F6A88], [0x85A308D3], 0x13198A2E, [0x03707344])
    assert digits == [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


def test_the_same_question_has_the_same_answer_in_any_company():
    seeds = np.arange(50, dtype=np.uint64) * np.uint64(0x123456789ABCDEF)
    together = uniforms(seeds, np.arange(50), 17, Purpose.WORK)
    order = np.arange(50)[::-1]
    turned = uniforms(seeds[order], order, 17, Purpose.WORK)
    alone = uniforms(seeds[33], 33, 17, Purpose.WORK)
    for all_of_them, reverse, one in zip(together, turned, alone, strict=True):
        assert (all_of_them[order] == reverse).all()
        assert all_of_them[33] == one[0]


def test_uniforms_are_uniform_and_noise_is_centred():
    draws = uniforms(1, np.arange(20_000), 3, Purpose.MESSAGES)
    for draw in draws:
        assert draw.min() >= 0
        assert draw.max() < 1
        assert abs(draw.mean() - 0.5) < 0.01
    bell = noise(draws)
    assert abs(bell.mean()) < 0.03
    assert abs(bell.std() - 1) < 0.03


def test_purposes_and_numbers_do_not_share_seeds():
    seeds = [seeds64(5, np.arange(1000), 0, purpose) for purpose in (Purpose.PERSON_SEED, Purpose.LISTING_SEED)]
    assert len(np.unique(np.concatenate(seeds))) == 2000
    assert len(np.unique(variants(5, np.arange(1000), 2, 1))) == 1000
