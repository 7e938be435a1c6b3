"""Players without a plan."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import (
    GameStatus,
    Purpose,
)
from hackathon.simulation.actions import ACTIONS
from hackathon.simulation.effects import Effects
from hackathon.simulation.policies.base import Hand, Sight
from hackathon.simulation.random import uniforms
from hackathon.simulation.state import State
from hackathon.simulation.tables import Table

_RANDOM_ACTIONS = tuple(name for name in ACTIONS if name != "reply")


class Idle:
    """Does nothing at all."""

    def act(self, state: State, rules: Rules, effects: Effects | None = None) -> None:
        """Let things happen."""


@dataclass(frozen=True, slots=True)
class Random:
    """Tries a few actions a tick, any action on anything."""

    tries: int = 3

    def act(self, state: State, rules: Rules, effects: Effects | None = None) -> None:
        games = np.flatnonzero(state.games.status == GameStatus.RUNNING)
        hand, sight = Hand(state, rules, effects), Sight.of(state)
        for turn in range(self.tries):
            draws = uniforms(state.games.seed[games], turn, state.games.tick[games], Purpose.POLICY)
            for game, what, whom, how in zip(games.tolist(), *(draw.tolist() for draw in draws[:3]), strict=True):
                _try_anything(hand, sight, game, (what, whom, how))


def _try_anything(hand: Hand, sight: Sight, game: int, draws: tuple[float, float, float]) -> None:
    what, whom, how = draws
    action = _RANDOM_ACTIONS[int(what * len(_RANDOM_ACTIONS))]
    target = _any_target(hand.state, sight, game, action, whom)
    if action == "resolve" and target is not None:
        incidents = hand.state.incidents
        choices = hand.rules.incident_types.choices[int(incidents.type[incidents.row(game, target)])]
        hand.attempt(game, action, target, choice=choices[int(how * len(choices))].key)
    elif target is not None or ACTIONS[action].target is None:
        hand.attempt(game, action, target)


def _any_target(state: State, sight: Sight, game: int, action: str, draw: float) -> int | None:
    tables: dict[str, tuple[Table, Mapping[int, list[int]]]] = {
        "lease_housing": (state.listings, sight.listings),
        "renew_lease": (state.leases, sight.leases),
        "approve": (state.requests, sight.requests),
        "deny": (state.requests, sight.requests),
        "verify": (state.requests, sight.requests),
        "resolve": (state.incidents, sight.incidents),
        "ship": (state.participants, sight.people),
        "talk": (state.participants, sight.people),
        "assign": (state.participants, sight.people),
    }
    if action not in tables:
        return None
    table, rows_of = tables[action]
    rows = rows_of.get(game, [])
    numbers: NDArray[np.int32] = getattr(table, "number", np.empty(0, np.int32))
    return int(numbers[rows[int(draw * len(rows))]]) if rows else None
