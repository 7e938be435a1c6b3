"""What must hold across Nesra's content files."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nesra.rules.enums import Rarity
from nesra.rules.numbers import Rules, SeededCatalogue


class Fault(NamedTuple):
    """What is wrong where; the shape that the content loader asks for."""

    file: str
    pointer: str
    expected: str


def check_rules(file: str, rules: Rules) -> Iterator[Fault]:
    """Every rarity has its weight and price, and the steps of a place rise."""
    tables = {
        "/rewards/rarity_weights": rules.rewards.rarity_weights,
        "/shop/rarity_weights": rules.shop.rarity_weights,
        "/shop/prices": rules.shop.prices,
    }
    for pointer, table in tables.items():
        for rarity in Rarity:
            if rarity not in table:
                yield Fault(file, f"{pointer}/{rarity}", "a number for every rarity")
    for place in {step.place for step in rules.world_steps}:
        steps = [(step.successes, step.level) for step in rules.world_steps if step.place == place]
        levels = [level for _, level in sorted(steps)]
        if levels != list(range(2, 2 + len(levels))):
            yield Fault(file, "/world_steps", f"the levels 2, 3, … of {place}, each at more successes than the last")
    if len(rules.tasks.defaults) > rules.tasks.active_max:
        yield Fault(file, "/tasks/defaults", "no more templates than a player may keep")


def check_catalogue(file: str, catalogue: SeededCatalogue) -> Iterator[Fault]:
    """Keys are unique, seasons end after they start and within a year, items refer to seasons that exist."""
    yield from _repeated(file, "/items", [item.sprite_key for item in catalogue.items])
    yield from _repeated(file, "/events", [event.key for event in catalogue.events])
    known = {event.key for event in catalogue.events}
    for place, event in enumerate(catalogue.events):
        if not 0 <= (event.ends_on - event.starts_on).days < 365:
            yield Fault(file, f"/events/{place}/ends_on", "a day from starts_on on, within a year")
    for place, item in enumerate(catalogue.items):
        if item.event is not None and item.event not in known:
            yield Fault(file, f"/items/{place}/event", f"one of {', '.join(sorted(known))}")


def _repeated(file: str, pointer: str, keys: Iterable[str]) -> Iterator[Fault]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Fault(file, pointer, f"{key} only once")
