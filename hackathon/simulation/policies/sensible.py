"""A player with sense, and what is left of one who lacks a habit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hackathon.rules.compiled import CompiledChoice, Rules
from hackathon.rules.enums import (
    GameStatus,
)
from hackathon.simulation.effects import Effects
from hackathon.simulation.policies.base import Hand, Sight
from hackathon.simulation.state import State


@dataclass(frozen=True, slots=True)
class Habits:
    """What a sensible player does, each of which can be taken away, and from where on."""

    rests: bool = True
    talks: bool = True
    houses: bool = True
    resolves: bool = True
    decides: bool = True
    ships: bool = True
    hires: bool = True
    fundraises: bool = True
    every_ticks: int = 1
    at_tick: int = 0
    only_choice: int | None = None
    denies_all: bool = False
    rest_above: float = 45.0
    talk_below: float = 45.0
    talk_spare_ap: float = 5.0
    approve_below: float = 0.42
    deny_above: float = 0.62
    reserve_cents: int = 100_000
    fundraise_below_cents: int = 2_000_000
    hire_above_cents: int = 900_000


@dataclass(frozen=True, slots=True)
class Sensible:
    """Does what is due, the pressing first, and keeps nerves, people and purse in shape."""

    habits: Habits = Habits()

    def act(self, state: State, rules: Rules, effects: Effects | None = None) -> None:
        ticks = state.games.tick
        due = (state.games.status == GameStatus.RUNNING) & (ticks % self.habits.every_ticks == self.habits.at_tick)
        games = np.flatnonzero(due).tolist()
        if games:
            hand, sight = Hand(state, rules, effects), Sight.of(state)
            for game in games:
                _Day(state, rules, hand, sight, game, self.habits).act()


@dataclass(frozen=True, slots=True)
class _Day:
    """One player's look at one game."""

    state: State
    rules: Rules
    hand: Hand
    sight: Sight
    game: int
    habits: Habits

    def act(self) -> None:
        habits = self.habits
        if habits.rests:
            self._rest()
        if habits.resolves:
            self._resolve()
        if habits.fundraises and self._money < habits.fundraise_below_cents:
            self._do("fundraise")
        if habits.houses:
            self._house()
        if habits.decides:
            self._decide()
        if habits.ships:
            self._ship()
        if habits.talks:
            self._talk()
        if habits.hires and self._money > habits.hire_above_cents and self._ap >= self.rules.actions.hire_volunteer.ap:
            self._do("hire_volunteer")

    @property
    def _ap(self) -> float:
        return float(self.state.games.ap[self.game])

    @property
    def _money(self) -> int:
        return int(self.state.games.budget_cents[self.game])

    @property
    def _tick(self) -> int:
        return int(self.state.games.tick[self.game])

    def _do(self, action: str, target: int | None = None, **parameters: Any) -> bool:
        return self.hand.attempt(self.game, action, target, **parameters)

    def _rest(self) -> None:
        while self.state.games.stress[self.game] > self.habits.rest_above and self._do("rest"):
            pass

    def _resolve(self) -> None:
        incidents = self.state.incidents
        rows = self.sight.incidents.get(self.game, [])
        for row in sorted(rows, key=lambda place: int(incidents.deadline_tick[place])):
            choice = self._choose(row)
            if choice is not None:
                self._do("resolve", int(incidents.number[row]), choice=choice.key)

    def _choose(self, row: int) -> CompiledChoice | None:
        """The best choice that can be paid for; a lesser one only when time runs out."""
        incidents, habits = self.state.incidents, self.habits
        choices = self.rules.incident_types.choices[int(incidents.type[row])]
        if habits.only_choice is not None:
            return choices[min(habits.only_choice, len(choices) - 1)]
        if self._can_pay(choices[0], habits.reserve_cents):
            return choices[0]
        last_chance = int(incidents.deadline_tick[row]) - self._tick <= habits.every_ticks
        affordable = [choice for choice in choices if self._can_pay(choice, 0)]
        return affordable[0] if last_chance and affordable else None

    def _can_pay(self, choice: CompiledChoice, reserve: int) -> bool:
        free_of_charge = choice.cents == 0
        return choice.ap <= self._ap and (free_of_charge or choice.cents + reserve <= self._money)

    def _house(self) -> None:
        people, leases = self.state.participants, self.state.leases
        mine = self.sight.leases.get(self.game, [])
        beds = {int(leases.number[row]): int(leases.beds[row]) for row in mine}
        for row in self.sight.people.get(self.game, []):
            if people.bed[row]:
                beds[int(people.bed[row])] -= 1
        self._renew(mine, beds)
        unhoused = self.sight.unhoused.get(self.game, [])
        while unhoused and sum(beds.values()) > 0 and self._do("assign", int(people.number[unhoused[0]])):
            unhoused = unhoused[1:]
            beds[max(beds, key=lambda number: beds[number])] -= 1
        if unhoused:
            self._lease(len(unhoused))

    def _renew(self, mine: list[int], free: Mapping[int, int]) -> None:
        """Keep houses that are lived in."""
        leases, day = self.state.leases, self.rules.ticks_per_day
        for row in mine:
            lived_in = free[int(leases.number[row])] < int(leases.beds[row])
            if lived_in and int(leases.ends_tick[row]) - self._tick <= day and self._needed(row):
                self._do("renew_lease", int(leases.number[row]))

    def _needed(self, row: int) -> bool:
        return int(self.state.leases.ends_tick[row]) < self.rules.season_ticks

    def _lease(self, people: int) -> None:
        """The cheapest listing with room enough, only as many beds as may soon be needed."""
        listings = self.state.listings
        rows = self.sight.listings.get(self.game, [])
        for row in sorted(rows, key=lambda place: (int(listings.price_cents[place]), place)):
            free = int(listings.capacity[row] - listings.occupied[row])
            if free and self._do("lease_housing", int(listings.number[row]), beds=min(free, people + 1)):
                return

    def _decide(self) -> None:
        requests, habits = self.state.requests, self.habits
        rows = self.sight.requests.get(self.game, [])
        for row in sorted(rows, key=lambda place: int(requests.due_tick[place])):
            number, score = int(requests.number[row]), float(requests.suspicion[row])
            if habits.denies_all or score > habits.deny_above:
                self._do("deny", number)
            elif score < habits.approve_below:
                self._do("approve", number)
            elif self._ap > self.rules.actions.verify.ap + 2:
                self._do("verify", number)
            elif int(requests.due_tick[row]) - self._tick <= habits.every_ticks:
                self._do("approve", number)

    def _ship(self) -> None:
        people = self.state.participants
        for row in self.sight.ready.get(self.game, []):
            self._do("ship", int(people.number[row]))

    def _talk(self) -> None:
        people = self.state.participants
        rows = self.sight.people.get(self.game, [])
        worries = [row for row, worried in zip(rows, self._worrying(rows), strict=True) if worried]
        for row in sorted(worries, key=lambda place: float(people.morale[place])):
            if self._ap < self.habits.talk_spare_ap or not self._do("talk", int(people.number[row])):
                return

    def _worrying(self, rows: list[int]) -> list[bool]:
        """Who is low, or about to go missing."""
        people = self.state.participants
        silent = people.idle_days[rows] == self.rules.work.idle.after_days - 1
        worrying: list[bool] = (silent | (people.morale[rows] < self.habits.talk_below)).tolist()
        return worrying
