from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nesra.rules.enums import ItemType, Rarity
from nesra.rules.shop import Ware, rotation
from nesra.tests.rules.numbers import SHOP

DAY = date(2026, 3, 2)
RARITIES = [*[Rarity.COMMON] * 4, *[Rarity.RARE] * 3, Rarity.LEGENDARY]
WARES = [Ware(f"{kind}-{i}", kind, rarity) for kind in ItemType for i, rarity in enumerate(RARITIES)]


@given(st.permutations(WARES))
def test_the_rotation_is_the_same_whoever_asks(shuffled: list[Ware]) -> None:
    assert rotation(DAY, shuffled, SHOP) == rotation(DAY, WARES, SHOP)


@given(st.dates(), st.lists(st.sampled_from(WARES), unique=True))
def test_a_rotation_has_different_wares_and_every_type_there_is(day: date, wares: list[Ware]) -> None:
    offered = rotation(day, wares, SHOP)
    assert len(offered) == len(set(offered)) == min(len(wares), SHOP.slots)
    assert {ware.type for ware in offered} == {ware.type for ware in wares}


def test_days_differ_and_rare_wares_come_less_often() -> None:
    days = [rotation(DAY + timedelta(days=offset), WARES, SHOP) for offset in range(400)]
    assert len({tuple(day) for day in days}) > 390
    seen = Counter(ware.rarity for day in days for ware in day)
    assert seen[Rarity.COMMON] / 12 > seen[Rarity.RARE] / 9 > seen[Rarity.LEGENDARY] / 3 > 0
