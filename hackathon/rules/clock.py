"""When the world's next tick is due, and how the games are cut into shards: pure arithmetic on ``clock.json``."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from hackathon.rules.base import Content


class ClockModel(Content):
    """How long a tick is, how games are cut into shards, and how many a player may run at a time.

    A wake up to ``early_seconds`` before its time counts, because timers are never exact. While the server is strained,
    a game that nobody watches waits until it is ``thinned_ticks`` behind, and plays them in one go.
    """

    tick_seconds: float = Field(gt=0, le=3600)
    early_seconds: float = Field(ge=0, le=60)
    catch_up_ticks: int = Field(ge=1, le=1000)
    thinned_ticks: int = Field(ge=1, le=1000)
    games_per_shard: int = Field(ge=1, le=100_000)
    running_per_player: int = Field(ge=1, le=100)
    leaderboard_season_days: int = Field(ge=1, le=366)

    @model_validator(mode="after")
    def _thinned_games_catch_up(self) -> Self:
        if self.thinned_ticks > self.catch_up_ticks:
            raise ValueError("expected thinned_ticks of at most catch_up_ticks")
        return self


model = ClockModel


class Due(NamedTuple):
    """``ticks`` to play now, the moment the last of them was due, and how many were missed beyond the limit."""

    ticks: int
    advanced_at: datetime
    missed: int


def due_ticks(advanced_at: datetime, now: datetime, clock: ClockModel) -> Due:
    """What a wake at ``now`` has to do, the last tick having been due at ``advanced_at``.

    A short delay is made up for, so that the clock keeps its pace. After a long standstill (the server was down) only
    ``catch_up_ticks`` are played and time goes on from ``now``: nobody's hackathon burns down in a power cut.
    """
    waited = (now - advanced_at).total_seconds() + clock.early_seconds
    ticks = max(0, int(waited // clock.tick_seconds))
    if ticks <= clock.catch_up_ticks:
        return Due(ticks, advanced_at + timedelta(seconds=ticks * clock.tick_seconds), 0)
    return Due(clock.catch_up_ticks, now, ticks - clock.catch_up_ticks)


def shard_ranges(ids: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Sorted ids cut into ranges (first, last) of at most ``size`` ids, as even as can be."""
    if not ids:
        return []
    shards = -(-len(ids) // size)
    cuts = [len(ids) * place // shards for place in range(shards + 1)]
    return [(ids[low], ids[high - 1]) for low, high in pairwise(cuts)]
