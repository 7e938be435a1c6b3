"""What the AI may cost in a day: per player, per game, for everyone. Counted on the shared cache."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import cache

from npcs.gateway.errors import AiUnavailable, Reason
from npcs.gateway.settings import Budget, gateway_settings

KEPT_SECONDS = 2 * 86_400


@dataclass(frozen=True)
class Purse:
    """One budget of one day."""

    key: str
    budget: Budget

    def take(self, tokens: int) -> bool:
        """Spend a call and ``tokens``; False, with nothing spent, where that is too much."""
        within = self._add("calls", 1) <= self.budget.calls
        within = self._add("tokens", tokens) <= self.budget.tokens and within
        if not within:
            self.give_back(1, tokens)
        return within

    def give_back(self, calls: int, tokens: int) -> None:
        with suppress(ValueError):  # the cache has dropped it meanwhile
            cache.decr(f"{self.key}.calls", calls)
            cache.decr(f"{self.key}.tokens", tokens)

    def _add(self, unit: str, amount: int) -> int:
        cache.add(f"{self.key}.{unit}", 0, timeout=KEPT_SECONDS)
        return int(cache.incr(f"{self.key}.{unit}", amount))


@dataclass(frozen=True)
class Bill:
    """A call's tokens, taken in advance from all purses that it concerns."""

    purses: tuple[Purse, ...]
    tokens: int

    def settle(self, used: int) -> None:
        """Give back what the call did not use; a call that used more is billed for what was agreed."""
        spare = max(0, self.tokens - used)
        for purse in self.purses:
            purse.give_back(0, spare)


def reserve(*, user_id: UUID | None, game: str, tokens: int, now: datetime) -> Bill:
    """Take ``tokens`` from every purse, the narrowest first; raises AiUnavailable where one is empty."""
    taken: list[Purse] = []
    for purse in _purses(user_id, game, now):
        if not purse.take(tokens):
            for earlier in taken:
                earlier.give_back(1, tokens)
            raise AiUnavailable(Reason.BUDGET, "Today's share of AI answers is used up.")
        taken.append(purse)
    return Bill(tuple(taken), tokens)


def _purses(user_id: UUID | None, game: str, now: datetime) -> Iterator[Purse]:
    budgets = gateway_settings().budgets
    day = f"npcs.ai.{now:%Y%m%d}"
    if user_id is not None:
        yield Purse(f"{day}.player.{user_id}", budgets.player)
    yield Purse(f"{day}.game.{game}", budgets.game)
    yield Purse(f"{day}.everyone", budgets.everyone)
