"""What the action handlers share: the action at hand, checks that refuse, and paying for it.

A handler checks everything first and only then pays and changes, so a refusal leaves the state as it was.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from hackathon import errors
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import (
    Cause,
    EventCode,
    GameStatus,
    IncidentStatus,
    LeaseStatus,
    PersonStatus,
    Quantity,
    RequestStatus,
)
from hackathon.rules.parameters import Parameters
from hackathon.simulation.effects import Effects
from hackathon.simulation.state import State


@dataclass(frozen=True, slots=True)
class Act:
    """One player's action on one game row; ``target`` is a game-local number, 0 for none."""

    state: State
    game: int
    target: int
    parameters: Parameters
    rules: Rules
    effects: Effects

    @property
    def tick(self) -> int:
        return int(self.state.games.tick[self.game])

    def check_running(self) -> None:
        status = int(self.state.games.status[self.game])
        if status == GameStatus.PAUSED:
            raise errors.GamePaused
        if status != GameStatus.RUNNING:
            raise errors.GameOver

    def check_means(self, ap: float, money: int = 0) -> None:
        """Refuse what the game cannot pay for."""
        games = self.state.games
        have, left = float(games.ap[self.game]), int(games.budget_cents[self.game])
        if ap > have:
            raise errors.NotEnoughAp(needed=ap, available=round(have, 2))
        if money > 0 and money > left:
            raise errors.NotEnoughMoney(needed=money / 100, available=left / 100)

    def pay(self, ap: float, money: int, cause: Cause) -> None:
        """Take action points and cents; every point spent wears on the nerves."""
        self.change(Quantity.AP, Cause.ACTION_COST, -ap)
        self.change(Quantity.STRESS, Cause.EFFORT, ap * self.rules.actions.stress_per_ap)
        self.change(Quantity.BUDGET_CENTS, cause, -money)

    def change(self, quantity: Quantity, cause: Cause, delta: float) -> None:
        self.effects.change_one(self.state.games, quantity, cause, self.game, delta)

    def event(self, code: EventCode, cause: Cause, **columns: Any) -> None:
        self.effects.event(1, code, cause, self.game, **columns)

    def person(self, number: int) -> int:
        """Row of an active participant."""
        row = self.state.participants.row(self.game, number)
        if row < 0:
            raise errors.ParticipantNotFound
        if int(self.state.participants.status[row]) != PersonStatus.ACTIVE:
            raise errors.ParticipantGone
        return row

    def incident(self) -> int:
        """Row of the open incident that is the target."""
        row = self.state.incidents.row(self.game, self.target)
        if row < 0:
            raise errors.IncidentNotFound
        if int(self.state.incidents.status[row]) != IncidentStatus.OPEN:
            raise errors.IncidentClosed
        return row

    def request(self) -> int:
        """Row of the open request that is the target."""
        row = self.state.requests.row(self.game, self.target)
        if row < 0:
            raise errors.RequestNotFound
        if int(self.state.requests.status[row]) != RequestStatus.OPEN:
            raise errors.RequestClosed
        return row

    def lease(self, number: int) -> int:
        """Row of an active lease."""
        row = self.state.leases.row(self.game, number)
        if row < 0:
            raise errors.LeaseNotFound
        if int(self.state.leases.status[row]) != LeaseStatus.ACTIVE:
            raise errors.LeaseEnded
        return row

    def free_beds(self, lease: int) -> int:
        """Beds of a lease row that nobody sleeps in."""
        people, leases = self.state.participants, self.state.leases
        taken = (
            (people.game == self.game) & (people.bed == leases.number[lease]) & (people.status == PersonStatus.ACTIVE)
        )
        return int(leases.beds[lease]) - int(np.count_nonzero(taken))
