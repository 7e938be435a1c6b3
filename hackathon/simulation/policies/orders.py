"""A player who has left standing orders and does nothing else."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.orders import Order
from hackathon.simulation.effects import Effects
from hackathon.simulation.orders import Book, CompiledOrder, Faults, act_on_orders, compile_order
from hackathon.simulation.state import NEVER, State


@dataclass(slots=True)
class Ordered:
    """The same orders for every game: the given ones, or the example of the content.

    What they did last is kept by the games' seeds, from a season's first tick on.
    """

    orders: tuple[Order, ...] = ()
    _compiled: tuple[Rules, list[CompiledOrder]] | None = None
    _last: dict[int, NDArray[np.int32]] = field(default_factory=dict)

    def act(self, state: State, rules: Rules, effects: Effects | None = None) -> None:
        orders, seeds = self._orders(rules), state.games.seed.tolist()
        fresh = np.full(len(orders), NEVER, np.int32)
        book = Book.copied(orders, len(seeds))
        remembered = [
            self._last.get(seed, fresh) if tick else fresh
            for seed, tick in zip(seeds, state.games.tick.tolist(), strict=True)
        ]
        book.table.last_acted_tick[:] = np.concatenate([*remembered, fresh[:0]])
        act_on_orders(state, book, rules, effects or Effects(rules))
        self._last = dict(zip(seeds, book.table.last_acted_tick.reshape(len(seeds), -1), strict=True))

    def _orders(self, rules: Rules) -> list[CompiledOrder]:
        if self._compiled is None or self._compiled[0] is not rules:
            orders = self.orders or rules.orders.example
            found = [compile_order(order, rules, Faults()) for order in orders]
            self._compiled = (rules, [order for order in found if order is not None])
        return self._compiled[1]
