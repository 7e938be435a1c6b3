"""Whole seasons in memory: many games under one policy, each with a market of its own."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hackathon.rules.compiled import Rules
from hackathon.rules.enums import (
    EndReason,
    GameStatus,
    IncidentStatus,
    LeaseStatus,
    ListingStatus,
    PersonStatus,
    Purpose,
    RequestStatus,
    ShipmentState,
)
from hackathon.rules.flights import IN_THE_AIR
from hackathon.rules.score import scores
from hackathon.simulation.beginning import new_games
from hackathon.simulation.market import market_step
from hackathon.simulation.policies import Policy
from hackathon.simulation.random import seeds64
from hackathon.simulation.state import Games, State, Worlds
from hackathon.simulation.tick import run_tick

CURVES = ("stress", "reputation", "legal", "budget_cents")
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Seasons:
    """How games went: their final rows, scores, and day by day (shape [days + 1, games]) the curves.

    A game that has ended keeps its last values; ``alive`` tells where that is so.
    """

    games: Games
    scores: NDArray[np.float64]
    curves: dict[str, NDArray[np.float64]]
    alive: NDArray[np.bool_]

    @property
    def survived(self) -> int:
        return int(np.count_nonzero(self.games.status == GameStatus.FINISHED))

    def causes(self) -> dict[str, int]:
        """How many games ended for each reason, the most frequent first."""
        counts = np.bincount(self.games.end_reason, minlength=len(EndReason))
        return {
            EndReason(place).name.lower(): int(counts[place])
            for place in np.argsort(-counts, kind="stable")
            if counts[place]
        }


def game_seeds(seed: int, games: int) -> NDArray[np.uint64]:
    """Seeds of a row of games, from one seed."""
    return seeds64(np.uint64(seed), np.arange(games), 0, Purpose.POLICY)


def prune(state: State) -> State:
    """The same state without rows that can no longer change, as it would be loaded from a database."""
    state.participants = state.participants.take(state.participants.status == PersonStatus.ACTIVE)
    state.incidents = state.incidents.take(state.incidents.status == IncidentStatus.OPEN)
    flying = np.isin(state.requests.journey, IN_THE_AIR)
    state.requests = state.requests.take((state.requests.status == RequestStatus.OPEN) | flying)
    state.shipments = state.shipments.take(state.shipments.state != ShipmentState.DELIVERED)
    state.leases = state.leases.take(state.leases.status == LeaseStatus.ACTIVE)
    state.listings = state.listings.take(state.listings.status == ListingStatus.OPEN)
    return state


def play_seasons(
    policy: Policy, seeds: NDArray[np.uint64], rules: Rules, progress: Progress | None = None, at_once: int = 100
) -> Seasons:
    """Play a season for each seed; ``progress`` hears how many games each finished batch had."""
    parts = []
    for start in range(0, len(seeds), at_once):
        batch = seeds[start : start + at_once]
        parts.append(_play(policy, batch, rules))
        if progress is not None:
            progress(len(batch))
    return _join(parts, rules)


@dataclass(slots=True)
class _Batch:
    games: Games
    curves: dict[str, NDArray[np.float64]]
    alive: NDArray[np.bool_]


def _play(policy: Policy, seeds: NDArray[np.uint64], rules: Rules) -> _Batch:
    """One batch; games that end are put aside each day, so that short lives cost little."""
    days, count = rules.economy.clock.season_days, len(seeds)
    state, worlds = new_games(seeds, rules, worlds=np.arange(count)), Worlds()
    worlds.append(count, seed=seeds)
    batch = _Batch(
        state.games.copy(),
        {name: np.zeros((days + 1, count)) for name in CURVES},
        np.zeros((days + 1, count), np.bool_),
    )
    places = np.arange(count)
    for day in range(days + 1):
        _record(batch, state, places, day)
        running = np.flatnonzero(state.games.status == GameStatus.RUNNING)
        places, state = places[running], state.select(running)
        if day == days or not len(places):
            continue
        market_step(state.listings, worlds, day, 1, rules)
        for _ in range(rules.ticks_per_day):
            policy.act(state, rules)
            run_tick(state, rules)
        state = prune(state)
    return batch


def _record(batch: _Batch, state: State, places: NDArray[np.intp], day: int) -> None:
    """Note the day's values; games put aside keep those of the day before."""
    for name in Games.column_names():
        getattr(batch.games, name)[places] = getattr(state.games, name)
    for name, curve in batch.curves.items():
        curve[day] = curve[max(day - 1, 0)]
        curve[day, places] = getattr(state.games, name)
    batch.alive[day] = (batch.games.status == GameStatus.RUNNING) | (batch.games.status == GameStatus.FINISHED)


def _join(parts: list[_Batch], rules: Rules) -> Seasons:
    games = Games(
        **{name: np.concatenate([getattr(part.games, name) for part in parts]) for name in Games.column_names()}
    )
    curves = {name: np.concatenate([part.curves[name] for part in parts], axis=1) for name in CURVES}
    alive = np.concatenate([part.alive for part in parts], axis=1)
    return Seasons(games, scores(games, rules), curves, alive)


def survival_table(results: dict[str, Seasons], rules: Rules) -> str:
    """A Markdown table: survivors, median day and score, and what the others died of."""
    lines = [
        "| policy | games | survived | share | median day | median score | ends |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, seasons in results.items():
        count = len(seasons.games)
        day = float(np.median(seasons.games.tick)) / rules.ticks_per_day
        ends = ", ".join(f"{cause} {times}" for cause, times in seasons.causes().items())
        score = float(np.median(seasons.scores))
        share = seasons.survived / count
        lines.append(f"| {name} | {count} | {seasons.survived} | {share:.0%} | {day:.0f} | {score:,.0f} | {ends} |")
    return "\n".join(lines)
