"""The daily rotation: drawn from the day alone, so that it is the same for everyone."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from nesra.rules.enums import ItemType, Rarity
from nesra.rules.numbers import ShopNumbers
from nesra.rules.rewards import uniform


class Ware(NamedTuple):
    """An item that may be sold."""

    id: str
    type: ItemType
    rarity: Rarity


def rotation(day: date, wares: Iterable[Ware], numbers: ShopNumbers) -> list[Ware]:
    """Up to ``slots`` different wares, rarer ones less often, at least one of every type there is room for."""
    ranked = sorted(wares, key=lambda ware: _rank(day, ware, numbers.rarity_weights), reverse=True)
    firsts = {ware.type: ware for ware in reversed(ranked)}
    chosen = [ware for ware in ranked if firsts[ware.type] is ware]
    return (chosen + [ware for ware in ranked if ware not in chosen])[: numbers.slots]


def _rank(day: date, ware: Ware, weights: Mapping[Rarity, int]) -> tuple[float, str]:
    """Sorting by u^(1/weight) is drawing by weight without putting back."""
    return uniform(f"shop:{day.isoformat()}", ware.id) ** (1 / weights[ware.rarity]), ware.id
