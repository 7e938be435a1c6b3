"""What the steps of one tick share: which games play, what time it is for each, and where effects go."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import Cause, GameStatus, PersonStatus, Purpose, Quantity
from hackathon.simulation.effects import Effects
from hackathon.simulation.random import uniforms
from hackathon.simulation.state import State
from hackathon.simulation.tables import Flags, Floats, Ints, Rows


@dataclass(frozen=True, slots=True)
class Turn:
    """One tick of a shard. Arrays have shape [games] and are as at the tick's start.

    ``tick`` is the tick being played, ``day`` its day; ``rows`` are the indices of the running games.
    """

    rules: Rules
    effects: Effects
    rows: Rows
    running: Flags
    tick: Ints
    day: Ints
    post_sf: Flags
    day_end: Flags

    @classmethod
    def begin(cls, state: State, rules: Rules, effects: Effects | None = None) -> "Turn":
        games, clock = state.games, rules.economy.clock
        running = games.status == GameStatus.RUNNING
        tick = games.tick.copy()
        day = tick // clock.ticks_per_day
        return cls(
            rules=rules,
            effects=effects or Effects(rules),
            rows=np.flatnonzero(running),
            running=running,
            tick=tick,
            day=day,
            post_sf=day >= clock.post_sf_from_day,
            day_end=running & (tick % clock.ticks_per_day == clock.ticks_per_day - 1),
        )

    def change(self, state: State, quantity: Quantity, cause: Cause, deltas: NDArray[Any]) -> None:
        """Change a quantity of the running games; ``deltas`` has shape [games]."""
        self.effects.change(state.games, quantity, cause, self.rows, deltas[self.rows])

    def draw_games(self, state: State, rows: Rows, purpose: Purpose) -> tuple[Floats, ...]:
        """Four uniforms for each of these games, this tick."""
        return uniforms(state.games.seed[rows], 0, self.tick[rows], purpose)

    def draw_people(self, state: State, rows: Rows, purpose: Purpose, sub: int = 0) -> tuple[Floats, ...]:
        """Four uniforms for each of these participant rows, this tick."""
        games = state.participants.game[rows]
        return uniforms(state.games.seed[games], state.participants.number[rows], self.tick[games], purpose, sub)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The active people of the running games, grouped by game, each group in the order of numbers."""

    rows: Rows
    starts: Rows
    counts: Rows

    @classmethod
    def gather(cls, state: State, running: Flags) -> "Crowd":
        people = state.participants
        active = np.flatnonzero((people.status == PersonStatus.ACTIVE) & running[people.game])
        games = people.game[active]
        counts = np.bincount(games, minlength=len(state.games))
        return cls(active[np.argsort(games, kind="stable")], np.cumsum(counts) - counts, counts)

    def pick(self, games: NDArray[np.integer], uniform: Floats) -> Rows:
        """A participant row for each game (repeats allowed) by a uniform, -1 where a game has nobody."""
        counts = self.counts[games]
        offsets = np.minimum((uniform * counts).astype(np.intp), counts - 1)
        places = np.where(counts > 0, self.starts[games] + offsets, 0)
        return np.where(counts > 0, self.rows[places], -1) if len(self.rows) else np.full(len(games), -1, np.intp)


def per_game(state: State, games: NDArray[np.integer], weights: NDArray[Any] | None = None) -> Floats:
    """Sum (or count) by game, in row order so that it is the same in every shard; shape [games]."""
    return np.bincount(games, weights, minlength=len(state.games)).astype(np.float64)
