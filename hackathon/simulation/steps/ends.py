"""The tick is over: lost, won, or on to the next."""

import numpy as np

from hackathon.rules.enums import Cause, EndReason, EventCode, GameStatus, PersonStatus
from hackathon.simulation.state import State
from hackathon.simulation.tables import Bytes
from hackathon.simulation.turn import Turn, per_game


def ends_step(state: State, turn: Turn) -> None:
    """Count the tick, and close the games that are lost or have lasted the season."""
    games, clock = state.games, turn.rules.economy.clock
    games.tick[turn.rows] += 1
    _count(state, turn)
    reason = np.where(turn.running, _reasons(state, turn), EndReason.NONE)
    over = np.flatnonzero(reason != EndReason.NONE)
    games.end_reason[over] = reason[over]
    won = reason[over] == EndReason.FINISHED
    games.status[over] = np.where(won, GameStatus.FINISHED, GameStatus.LOST)
    for rows, code in ((over[won], EventCode.GAME_FINISHED), (over[~won], EventCode.GAME_LOST)):
        turn.effects.event(len(rows), code, Cause.SEASON_END, rows, count=games.end_reason[rows])
    moved = turn.rows[games.tick[turn.rows] == clock.post_sf_from_day * clock.ticks_per_day]
    turn.effects.event(len(moved), EventCode.PHASE_STARTED, Cause.SEASON_END, moved, count=clock.post_sf_from_day)


def _count(state: State, turn: Turn) -> None:
    """How long the money has been gone, and the nerves."""
    games, rows, ends = state.games, turn.rows, turn.rules.economy.ends
    games.broke_ticks[rows] = np.where(games.budget_cents[rows] < 0, games.broke_ticks[rows] + 1, 0)
    burning = games.stress[rows] >= ends.burnout_stress
    games.burnout_ticks[rows] = np.where(burning, games.burnout_ticks[rows] + 1, 0)


def _reasons(state: State, turn: Turn) -> Bytes:
    """Why each game ends now, if it does; of several reasons the first in this order."""
    games, people, rules = state.games, state.participants, turn.rules
    ends = rules.economy.ends
    active = per_game(state, people.game[people.status == PersonStatus.ACTIVE])
    days = games.tick // rules.ticks_per_day
    conditions = (
        (games.reputation <= ends.reputation_at, EndReason.SHUT_DOWN),
        (games.legal >= ends.legal_at, EndReason.SUED),
        (games.broke_ticks >= ends.bankrupt_ticks, EndReason.BANKRUPT),
        (games.burnout_ticks >= ends.burnout_ticks, EndReason.BURNOUT),
        ((active < ends.empty_below) & (days > ends.empty_after_day), EndReason.EMPTY),
        (games.tick >= rules.season_ticks, EndReason.FINISHED),
    )
    reasons = [np.int8(reason) for _, reason in conditions]
    return np.select([condition for condition, _ in conditions], reasons, np.int8(EndReason.NONE))
