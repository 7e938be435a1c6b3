"""What the AI may cost in a day: per player, per game, for everyone. Counted on the shared cache."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import cache

from npcs.gateway.errors import AiUnavailable, Reason
from npcs.gateway.settings import Budget, gateway_settings
from tommy.core.metrics import AI_TOKENS

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
            if calls:
                cache.decr(f"{self.key}.calls", calls)
            if tokens:
                cache.decr(f"{self.key}.tokens", tokens)

    def _add(self, unit: str, amount: int) -> int:
        key = f"{self.key}.{unit}"
        try:
            return int(cache.incr(key, amount))
        except ValueError:  # the day's first
            cache.add(key, 0, timeout=KEPT_SECONDS)
            return int(cache.incr(key, amount))


@dataclass
class Bill:
    """A call's tokens, taken in advance from all purses that it concerns; ``used`` is what it really cost so far."""

    use: str
    purses: tuple[Purse, ...]
    tokens: int
    used: int = 0

    def settle(self) -> None:
        """Give back what the call did not use; a call that used more is billed for what was agreed."""
        AI_TOKENS.labels(self.use).inc(self.used)
        spare = max(0, self.tokens - self.used)
        for purse in self.purses:
            purse.give_back(0, spare)


def reserve(use: str, *, user_id: UUID | None, tokens: int, now: datetime) -> Bill:
    """Take ``tokens`` from every purse, the narrowest first; raises AiUnavailable where one is empty.

    Asks the shared cache, so it belongs on a thread.
    """
    taken: list[Purse] = []
    for purse in _purses(user_id, gateway_settings().uses[use].game, now):
        if not purse.take(tokens):
            for earlier in taken:
                earlier.give_back(1, tokens)
            raise AiUnavailable(Reason.BUDGET, "Today's share of AI answers is used up.")
        taken.append(purse)
    return Bill(use, tuple(taken), tokens)


def _purses(user_id: UUID | None, game: str, now: datetime) -> Iterator[Purse]:
    budgets = gateway_settings().budgets
    day = f"npcs.ai.{now:%Y%m%d}"
    if user_id is not None:
        yield Purse(f"{day}.player.{user_id}", budgets.player)
    yield Purse(f"{day}.game.{game}", budgets.game)
    yield Purse(f"{day}.everyone", budgets.everyone)
