"""What the AI may cost in a day: per player, per game, for everyone. Counted on the shared cache."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import caches

from npcs.gateway.errors import AiUnavailable, Reason
from npcs.gateway.settings import Budget, gateway_settings
from tommy.core.cache import count_all
from tommy.core.metrics import AI_TOKENS

KEPT_SECONDS = 2 * 86_400


@dataclass(frozen=True)
class Purse:
    """One budget of one day, and the names of its two counters on the shared cache."""

    key: str
    budget: Budget

    @property
    def calls(self) -> str:
        return f"{self.key}.calls"

    @property
    def tokens(self) -> str:
        return f"{self.key}.tokens"


@dataclass
class Bill:
    """A call's tokens, taken in advance from all purses that it concerns; ``used`` is what it really cost so far."""

    use: str
    purses: Sequence[Purse]
    tokens: int
    used: int = 0

    def settle(self) -> None:
        """Give back what the call did not use; a call that used more is billed for what was agreed."""
        AI_TOKENS.labels(self.use).inc(self.used)
        _give_back({purse.tokens: max(0, self.tokens - self.used) for purse in self.purses})


def reserve(use: str, *, user_id: UUID | None, tokens: int, now: datetime) -> Bill:
    """Take ``tokens`` from every purse; raises AiUnavailable, with nothing taken, where that is too much for one.

    Asks the shared cache, so it belongs on a thread.
    """
    purses = list(_purses(user_id, gateway_settings().uses[use].game, now))
    taken = {name: amount for purse in purses for name, amount in ((purse.calls, 1), (purse.tokens, tokens))}
    spent = count_all(taken, KEPT_SECONDS)
    if any(spent[purse.calls] > purse.budget.calls or spent[purse.tokens] > purse.budget.tokens for purse in purses):
        _give_back(taken)
        raise AiUnavailable(Reason.BUDGET, "Today's share of AI answers is used up.")
    return Bill(use, purses, tokens)


def _purses(user_id: UUID | None, game: str, now: datetime) -> Iterator[Purse]:
    budgets = gateway_settings().budgets
    day = f"npcs.ai.{now:%Y%m%d}"
    if user_id is not None:
        yield Purse(f"{day}.player.{user_id}", budgets.player)
    yield Purse(f"{day}.game.{game}", budgets.game)
    yield Purse(f"{day}.everyone", budgets.everyone)


def _give_back(amounts: Mapping[str, int]) -> None:
    counters = caches["default"]
    for name, amount in amounts.items():
        if amount:
            with suppress(ValueError):  # the cache has dropped it meanwhile
                counters.decr(name, amount)
