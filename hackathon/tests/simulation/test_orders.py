"""Standing orders in memory: when they act, on what, how often, and what stops them."""

from typing import Any

import numpy as np
import pytest

from hackathon.rules.enums import EventCode, FlightState, IncidentStatus, PersonStatus, RequestKind, RequestStatus
from hackathon.rules.orders import Operator, Order
from hackathon.simulation.actions import apply_action, trigger_incident
from hackathon.simulation.effects import Effects
from hackathon.simulation.orders import WHY_NOT, Book, Faults, act_on_orders, compile_order, wants_market
from hackathon.simulation.orders.book import Terms, holds
from hackathon.simulation.orders.compiling import Term
from hackathon.simulation.orders.words import GAME, PLACES, Kind, read_fields
from hackathon.simulation.state import NEVER, State
from hackathon.simulation.tick import run_tick
from hackathon.tests.simulation.comparing import fingerprint


def order(action: str, *when: Any, where: Any = None, sort: str | None = None, **more: Any) -> Order:
    """``order("rest", ("stress", ">", 60), at_most=2)``; ``where`` makes a target rule."""
    doing: dict[str, Any] = {"action": action, "parameters": more.pop("parameters", {})}
    if where is not None:
        doing["target"] = {
            "where": [conditions(*where)] if isinstance(where, tuple) else [conditions(*c) for c in where]
        }
        if sort:
            doing["target"]["sort"] = sort
    name = more.pop("name", action)
    return Order.model_validate({"name": name, "when": [conditions(*c) for c in when], "do": doing, **more})


def conditions(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def book_of(rules: Any, *orders: Order, games: int = 1) -> Book:
    faults = Faults()
    compiled = [compile_order(one, rules, faults) for one in orders]
    assert faults.found == {}
    return Book.copied([one for one in compiled if one is not None], games)


def follow(state: State, rules: Any, *orders: Order) -> tuple[Effects, Book]:
    effects, book = Effects(rules), book_of(rules, *orders, games=len(state.games))
    act_on_orders(state, book, rules, effects)
    return effects, book


def did(effects: Effects) -> list[str]:
    return [deed.action for deed in effects.deeds]


def why(book: Book, place: int = 0) -> str:
    return WHY_NOT[book.table.why_not[place]]


def add_request(state: State, game: int = 0, **columns: Any) -> int:
    number = int(state.numbers_from("next_request", np.array([game]))[0])
    people = state.participants
    columns = {
        "participant": int(people.number[people.game == game][0]),
        "amount_cents": 10_000,
        "due_tick": 20,
        **columns,
    }
    state.requests.append(1, game=game, number=number, kind=RequestKind.RECEIPT, **columns)
    return number


class TestWhen:
    def test_an_order_does_what_its_player_would(self, begin, rules):
        mine, theirs = begin(7), begin(7)
        apply_action(mine, 0, "rest", None, {}, rules)
        follow(theirs, rules, order("rest", ("stress", ">", 5)))
        assert fingerprint(mine, 7) == fingerprint(theirs, 7)
        run_tick(mine, rules)
        run_tick(theirs, rules)
        assert fingerprint(mine, 7) == fingerprint(theirs, 7)

    @pytest.mark.parametrize(
        ("condition", "acts"),
        [
            (("stress", ">", 10), False),
            (("stress", ">=", 10), True),
            (("stress", "<", 10), False),
            (("stress", "<=", 10), True),
            (("stress", "==", 10), True),
            (("stress", "!=", 10), False),
            (("phase", "==", "pre_sf"), True),
            (("phase", "!=", "pre_sf"), False),
            (("phase", "in", ["post_sf"]), False),
            (("phase", "not_in", ["post_sf"]), True),
            (("budget_left", "==", 30_000), True),
            (("action_points", "<", 12), False),
            (("participants", "==", 12), True),
            (("fundraise_in", "==", 0), True),
        ],
    )
    def test_operators(self, game, rules, condition, acts):
        effects, book = follow(game, rules, order("rest", condition))
        assert did(effects) == ["rest"] * acts
        assert why(book) == ("" if acts else "conditions")

    def test_all_conditions_must_hold(self, game, rules):
        assert did(follow(game, rules, order("rest", ("stress", ">", 5), ("day", ">", 0)))[0]) == []

    def test_an_order_is_judged_again_when_its_turn_comes(self, game, rules):
        first, second = order("rest", ("stress", ">", 5)), order("fundraise", ("stress", ">", 5))
        effects, book = follow(game, rules, first, second)
        assert did(effects) == ["rest"]
        assert why(book, 1) == "conditions"
        effects, _ = follow(game, rules, second, first)
        assert did(effects) == []

    def test_the_order_of_orders_decides_who_gets_the_points(self, game, rules):
        game.games.ap[0] = 4.0
        effects, book = follow(game, rules, order("fundraise"), order("hire_volunteer"))
        assert did(effects) == ["fundraise"]
        assert (why(book, 0), why(book, 1)) == ("", "not_enough_ap")

    def test_only_running_games_act(self, begin, rules):
        state = begin(1, 2)
        state.games.status[0] = 1
        effects, _ = follow(state, rules, order("rest"))
        assert effects.events.table.game.tolist() == [1]


class TestHowOften:
    def test_at_most_so_often_and_only_while_it_holds(self, game, rules):
        game.games.stress[0] = 28
        rests = order("rest", ("stress", ">", 15), at_most=6)
        assert did(follow(game, rules, rests)[0]) == ["rest", "rest"]

    def test_once_by_default(self, game, rules):
        assert did(follow(game, rules, order("rest"))[0]) == ["rest"]

    def test_a_cooldown_in_ticks(self, game, rules):
        book, acted = book_of(rules, order("rest", cooldown=3)), []
        for tick in range(9):
            game.games.tick[0], game.games.ap[0] = tick, 12
            effects = Effects(rules)
            act_on_orders(game, book, rules, effects)
            acted += [tick] * len(effects.deeds)
        assert acted == [0, 4, 8]
        assert (why(book), book.table.why_not_tick[0], book.table.acted[0]) == ("cooling_down", 5, 3)

    def test_the_reason_is_dated_from_its_first_tick_in_a_row(self, game, rules):
        book = book_of(rules, order("rest", ("stress", ">", 90)))
        for tick in range(5):
            game.games.tick[0] = tick
            act_on_orders(game, book, rules, Effects(rules))
        assert (why(book), book.table.why_not_tick[0], book.table.last_acted_tick[0]) == ("conditions", 0, NEVER)

    def test_refusals_are_bounded_and_the_next_target_is_tried(self, game, rules):
        for _ in range(12):
            add_request(game, amount_cents=10**9)
        add_request(game, amount_cents=100)
        effects, book = follow(game, rules, order("approve", where=[], at_most=6))
        assert (did(effects), why(book)) == ([], "not_enough_money")
        effects, _ = follow(game, rules, order("approve", where=[], sort="amount", at_most=6))
        assert did(effects) == ["approve"]


class TestTargets:
    def test_the_rule_chooses_by_conditions_and_sort(self, game, rules):
        small, great, doubtful = (
            add_request(game, amount_cents=cents, suspicion=suspicion)
            for cents, suspicion in ((1_000, 0.1), (9_000, 0.3), (2_000, 0.8))
        )
        follow(game, rules, order("approve", where=("suspicion", "<", 0.4), sort="-amount"))
        status = {int(n): int(s) for n, s in zip(game.requests.number, game.requests.status, strict=True)}
        assert status == {small: RequestStatus.OPEN, great: RequestStatus.APPROVED, doubtful: RequestStatus.OPEN}

    def test_without_a_sort_the_oldest_comes_first(self, game, rules):
        first, second = add_request(game), add_request(game)
        effects, _ = follow(game, rules, order("deny", where=[]))
        taken = effects.events.table.request[effects.events.table.code == EventCode.ACTION_TAKEN]
        assert taken.tolist() == [first] != [second]

    def test_nothing_that_fits(self, game, rules):
        effects, book = follow(game, rules, order("approve", where=("kind", "==", "flight")))
        assert (did(effects), why(book)) == ([], "no_target")

    def test_a_person_by_condition(self, game, rules):
        people = game.participants
        people.morale[:] = 70
        people.morale[[3, 5]] = 20, 10
        effects, _ = follow(game, rules, order("talk", where=("morale", "<", 30), sort="morale"))
        assert effects.events.table.participant.tolist()[0] == people.number[5]

    @pytest.mark.parametrize(
        ("rule", "chosen"),
        [("@first", "hotspots"), ("@second", "blame_isp"), ("@last", "wait"), ("blame_isp", "blame_isp")],
    )
    def test_an_incident_of_a_type_with_a_choice(self, game, rules, rule, chosen):
        trigger_incident(game, 0, rules, "visa_panic")
        trigger_incident(game, 0, rules, "network_outage")
        rule = order("resolve", where=("type", "==", "network_outage"), parameters={"choice": rule})
        effects, _ = follow(game, rules, rule)
        place = int(game.incidents.choice[1])
        kind = rules.incident_types.index["network_outage"]
        assert rules.incident_types.choices[kind][place].key == chosen
        assert game.incidents.status.tolist() == [IncidentStatus.OPEN, IncidentStatus.RESOLVED]
        assert did(effects) == ["resolve"]

    def test_the_first_choice_that_can_be_paid(self, game, rules):
        trigger_incident(game, 0, rules, "network_outage")
        game.games.budget_cents[0] = 100
        follow(game, rules, order("resolve", where=("severity", "in", ["high"]), parameters={"choice": "@affordable"}))
        kind = rules.incident_types.index["network_outage"]
        assert rules.incident_types.choices[kind][int(game.incidents.choice[0])].key == "blame_isp"

    def test_a_lease_that_ends_soon(self, game, rules):
        ends = int(game.leases.ends_tick[0])
        renew = order("renew_lease", where=[("ends_in", "<=", 12), ("residents", ">", 0)])
        assert did(follow(game, rules, renew)[0]) == []
        game.games.tick[0] = ends - 12
        assert did(follow(game, rules, renew)[0]) == ["renew_lease"]
        assert game.leases.ends_tick[0] > ends

    def test_the_market_is_wanted_only_when_somebody_would_rent(self, game, rules):
        lease = order("lease_housing", ("unhoused", ">", 0), where=[], sort="price", parameters={"beds": 1})
        people = game.participants
        people.in_person[:] = False
        assert not wants_market(game, book_of(rules, lease), rules)
        people.in_person[0], people.bed[0] = True, 0
        assert wants_market(game, book_of(rules, lease), rules)
        assert did(follow(game, rules, lease)[0]) == ["lease_housing"]
        assert people.bed[0] > 0

    def test_rows_that_actions_add_come_back_to_the_shard(self, begin, rules):
        state = begin(1, 2, 3)
        state.participants.hours[:] = 100
        state.participants.ship_state[:] = 1
        before = len(state.shipments)
        effects, _ = follow(state, rules, order("ship", where=("ready_to_ship", "==", True), at_most=2))
        assert did(effects) == ["ship"] * 6
        assert len(state.shipments) == before + 6
        assert np.unique(state.shipments.game, return_counts=True)[1].tolist() == [2, 2, 2]
        assert state.games.first_ships.tolist() == [2, 2, 2]

    def test_a_refusal_costs_what_it_costs_a_player(self, game, rules):
        stress = float(game.games.stress[0])
        effects, book = follow(game, rules, order("ship", where=[]))
        assert why(book) == "nothing_to_ship"
        assert game.games.stress[0] > stress
        assert {deed.order for deed in effects.deeds} == {"ship"}


def test_every_field_is_one_finite_number_for_each_row(begin, rules):
    state = begin(1, 2, 3)
    for _ in range(60):
        run_tick(state, rules)
    values = read_fields(GAME, set(range(len(GAME))), state, rules, np.arange(3))
    assert values.shape == (len(GAME), 3)
    assert np.isfinite(values).all()
    for place in PLACES.values():
        rows = place.rows(state)
        values = read_fields(place.words, set(range(len(place.words))), state, rules, rows)
        assert values.shape == (len(place.words), len(rows))
        assert np.isfinite(values).all()
        keys = [word.keys(rules) for word in place.words.values() if word.keys]
        assert all(keys)


def test_fields_are_read_alike_from_a_shard_and_from_a_game_alone(begin, rules):
    state = begin(4, 5, 6)
    for _ in range(40):
        run_tick(state, rules)
    state.participants.flight[:3] = FlightState.BOOKED
    state.participants.status[3] = PersonStatus.LEFT
    together = read_fields(GAME, set(range(len(GAME))), state, rules, np.arange(3))
    for game in range(3):
        alone = read_fields(GAME, set(range(len(GAME))), state.select(np.array([game])), rules, np.arange(1))
        assert together[:, [game]].tolist() == alone.tolist()


def test_many_conditions_at_once_are_judged_as_each_by_itself(begin, rules):
    """The arrays that judge a shard and the plain loop that judges one order agree, for every field and operator."""
    state = begin(*range(20))
    for _ in range(50):
        run_tick(state, rules)
    games, draw = np.arange(20), np.random.default_rng(3)
    terms = []
    for place, word in enumerate(GAME.values()):
        values = word.read(state, rules, games)
        for op, operator in enumerate(Operator):
            keyed = operator in (Operator.IN, Operator.NOT_IN)
            keys = frozenset({0}) if keyed else None
            if not keyed or word.kind is Kind.KEY:
                terms.append(Term(place, op, float(draw.choice(values)), keys))
    groups = [
        tuple(terms[place] for place in draw.integers(0, len(terms), count)) for count in range(6) for _ in range(40)
    ]
    values = read_fields(GAME, set(range(len(GAME))), state, rules, games)
    orders, columns = np.divmod(np.arange(len(groups) * 20), 20)
    together = Terms.of(groups).hold(orders, columns, values)
    alone = [all(holds(term, values[term.field, [game]])[0] for term in group) for group in groups for game in games]
    assert together.tolist() == alone
    assert 0.1 < together.mean() < 0.9


def test_what_the_content_no_longer_knows_is_passed_over(game, rules):
    book = Book.of(book_of(rules, order("rest")).table, [None])
    act_on_orders(game, book, rules, Effects(rules))
    assert why(book) == "outdated"
