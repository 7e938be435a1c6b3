"""The score of games, as the game's rules have it."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import GameStatus

if TYPE_CHECKING:
    from hackathon.simulation.state import Games


def scores(games: "Games", rules: Rules) -> NDArray[np.float64]:
    """Points of each game as it stands, shape [games]; never below 0, halved for lost games."""
    worth, clock = rules.economy.score, rules.economy.clock
    raw = (
        worth.first_ship * games.first_ships
        + worth.second_ship * games.second_ships
        + worth.reputation * games.reputation
        + games.budget_cents / (100.0 * worth.euros_per_point)
        + worth.unhoused_night * games.unhoused_nights
        + worth.timeout * games.timeouts
        + worth.person_lost * games.people_lost
        + worth.fraud_paid * games.frauds_paid
        + worth.legal * games.legal
    )
    days = games.tick // clock.ticks_per_day
    lost = np.where(games.status == GameStatus.LOST, worth.lost_factor, 1.0)
    points: NDArray[np.float64] = np.maximum(raw, 0.0) * days / clock.season_days * lost
    return points
