"""Standing orders are followed: once before each tick, game by game, each game's in their order.

First all orders of the shard are judged at once, by arrays: most rest on most ticks, and cost no more than that. Those
whose conditions hold and that have something to act on are then carried out one by one through ``apply_action``, as
their player would; each is judged again in its turn, because what earlier orders did may have changed the matter. So an
order acts where its conditions hold both when the orders' turn begins and when its own comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hackathon.rules.compiled import CompiledChoice, Rules
from hackathon.rules.enums import GameStatus
from hackathon.simulation.actions import apply_action, apply_penalty
from hackathon.simulation.effects import Effects
from hackathon.simulation.orders.book import (
    CONDITIONS,
    COOLING_DOWN,
    NO_TARGET,
    OUTDATED,
    PLACE_OF,
    REFUSED,
    Book,
    holds,
)
from hackathon.simulation.orders.compiling import CompiledOrder, Term
from hackathon.simulation.orders.rooms import Rooms
from hackathon.simulation.orders.words import GAME, PLACES, Place, Word, read_fields
from hackathon.simulation.state import NEVER, State
from hackathon.simulation.tables import Flags, Rows
from tommy.core.errors import DomainError

_MARKET = list(PLACES).index("listing")


def act_on_orders(state: State, book: Book, rules: Rules, effects: Effects) -> None:
    """The turn of all standing orders of a shard, before its tick; state, book and effects change in place."""
    if not len(book):
        return
    ready = _judge(state, book, rules)
    rooms = Rooms(state) if len(ready) else None
    games = book.table.game[ready]
    for game in np.unique(games).tolist():
        assert rooms is not None
        room = rooms.enter(game)
        hand = _Hand(room, game, book, rules, effects)
        for order in ready[games == game].tolist():
            hand.follow(order)
        rooms.leave(game, room)
    if rooms is not None:
        rooms.close()


def wants_market(state: State, book: Book, rules: Rules) -> bool:
    """Whether some order would act on the market's listings, which are not loaded (and locked) unless somebody does."""
    return bool((book.target[_due(state, book, rules, note=False)] == _MARKET).any())


def _judge(state: State, book: Book, rules: Rules) -> Rows:
    """The orders that have something to do, by game and number; the others are told why not."""
    due = _due(state, book, rules, note=True)
    fits = np.ones(len(due), np.bool_)
    for number, place in enumerate(PLACES.values()):
        aimed = np.flatnonzero(book.target[due] == number)
        if len(aimed):
            fits[aimed] = _has_target(state, book, rules, due[aimed], place)
    idle = due[~fits]
    book.note_why_not(idle, PLACE_OF[NO_TARGET], state.games.tick[book.table.game[idle]])
    ready: Rows = due[fits]
    return ready


def _due(state: State, book: Book, rules: Rules, *, note: bool) -> Rows:
    """The orders of running games whose conditions hold and that are not cooling down."""
    games, table = state.games, book.table
    running = np.flatnonzero(games.status[table.game] == GameStatus.RUNNING)
    ticks = games.tick[table.game[running]]
    last = table.last_acted_tick[running]
    cooling = (last != NEVER) & (ticks - last <= book.cooldown[running])
    values = read_fields(GAME, book.when.used(running), state, rules, np.arange(len(games)))
    holds = book.when.hold(running, table.game[running].astype(np.intp), values)
    if note:
        outdated = ~book.usable[running]
        codes = np.select(
            [outdated, ~holds, cooling], [PLACE_OF[code] for code in (OUTDATED, CONDITIONS, COOLING_DOWN)]
        )
        still = np.flatnonzero(codes)
        book.note_why_not(running[still], codes[still], ticks[still])
    due: Rows = running[holds & ~cooling & book.usable[running]]
    return due


def _has_target(state: State, book: Book, rules: Rules, orders: Rows, place: Place) -> Flags:
    """Whether anything fits the target rule of each of these orders."""
    table: Any = getattr(state, place.table)
    rows = place.rows(state)
    rows = rows[np.argsort(getattr(table, table.PARENT)[rows], kind="stable")]
    parents = getattr(table, table.PARENT)[rows]
    mine = book.table.game[orders]
    owners = state.games.world[mine] if table.PARENT == "world" else mine
    starts = np.searchsorted(parents, owners)
    counts = np.searchsorted(parents, owners, side="right") - starts
    pair = np.repeat(np.arange(len(orders)), counts)
    columns = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(starts, counts)
    values = read_fields(place.words, book.where.used(orders), state, rules, rows)
    fits = book.where.hold(orders[pair], columns, values)
    found: Flags = np.bincount(pair[fits], minlength=len(orders)) > 0
    return found


@dataclass(slots=True)
class _Hand:
    """Carries out the orders of one game, in a state of its own rows."""

    state: State
    game: int
    book: Book
    rules: Rules
    effects: Effects
    touched: bool = False

    def follow(self, order: int) -> None:
        """Act as often as the order says, as long as it holds and finds something to act on."""
        compiled, tick = self.book.compiled[order], int(self.state.games.tick[self.game])
        done, why = self._act(compiled) if compiled else (0, "")
        if done:
            self.book.note_acted(order, done, tick)
        elif why:
            self.book.note_why_not(np.array([order]), PLACE_OF[why], np.array([tick]))

    def _act(self, compiled: CompiledOrder) -> tuple[int, str]:
        """How often it acted, and the first thing that kept it from acting more."""
        done, why, tried = 0, "", list[int]()
        for _ in range(self.rules.orders.tries_a_tick):
            if done == compiled.at_most:
                break
            if self.touched and not self._fitting(compiled.when, GAME, np.array([self.game]))[0]:
                why = why or CONDITIONS
                break
            target = self._target(compiled, tried) if compiled.target else None
            if compiled.target and target is None:
                why = why or NO_TARGET
                break
            refusal = self._attempt(compiled, target)
            done += not refusal
            why = why or refusal
            if target is not None:
                tried.append(target)
            elif refusal:
                break
        return done, why

    def _fitting(self, terms: tuple[Term, ...], words: Mapping[str, Word], rows: Rows) -> Flags:
        """Which of these rows fulfil all conditions: for one order what ``Terms.hold`` is for many."""
        readers, fits = list(words.values()), np.ones(len(rows), np.bool_)
        for term in terms:
            fits &= holds(term, readers[term.field].read(self.state, self.rules, rows))
        return fits

    def _target(self, compiled: CompiledOrder, tried: list[int]) -> int | None:
        """The number of what the target rule chooses now, leaving out what was tried in this tick."""
        place = PLACES[str(compiled.target)]
        table: Any = getattr(self.state, place.table)
        rows = place.rows(self.state)
        if table.PARENT == "world":
            rows = rows[table.world[rows] == self.state.games.world[self.game]]
        for number in tried:  # a few at most
            rows = rows[table.number[rows] != number]
        rows = rows[self._fitting(compiled.where, place.words, rows)]
        if not len(rows):
            return None
        numbers = table.number[rows]
        if compiled.sort < 0:
            return int(numbers.min())
        keys = list(place.words.values())[compiled.sort].read(self.state, self.rules, rows)
        return int(numbers[np.lexsort((numbers, -keys if compiled.descending else keys))[0]])

    def _attempt(self, compiled: CompiledOrder, target: int | None) -> str:
        """Act; a refusal costs what it costs a player, and is answered with its code."""
        self.touched = True
        state, rules, into, name = self.state, self.rules, self.effects, compiled.name
        parameters = self._parameters(compiled, target)
        try:
            apply_action(
                state, self.game, compiled.action, target, parameters, rules, into=into, tell=False, order=name
            )
        except DomainError as refusal:
            penalty = getattr(refusal, "penalty", None)
            if penalty is not None:
                apply_penalty(state, self.game, penalty, rules, into=into, order=name)
            return refusal.code if refusal.code in PLACE_OF else REFUSED
        return ""

    def _parameters(self, compiled: CompiledOrder, target: int | None) -> dict[str, Any]:
        parameters = dict(compiled.parameters)
        rule = parameters.get("choice", "")
        if compiled.action == "resolve" and rule.startswith("@"):
            incidents = self.state.incidents
            kind = int(incidents.type[incidents.row(self.game, target or 0)])
            parameters["choice"] = self._choice(rule, self.rules.incident_types.choices[kind]).key
        return parameters

    def _choice(self, rule: str, choices: tuple[CompiledChoice, ...]) -> CompiledChoice:
        games = self.state.games
        if rule == "@affordable":
            ap, money = float(games.ap[self.game]), int(games.budget_cents[self.game])
            return next((choice for choice in choices if choice.ap <= ap and choice.cents <= money), choices[0])
        return {"@first": choices[0], "@second": choices[min(1, len(choices) - 1)], "@last": choices[-1]}[rule]
