"""Standing orders on the database: ticks follow them, cheaply, once, beside whatever their player does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hackathon import catalogue
from hackathon.models import Hackathon, HousingListing, LedgerEntry, LogEntry, Participant, StandingOrder
from hackathon.rules.enums import Cause, ListingStatus
from hackathon.selectors.orders import plain
from hackathon.services import order_books, saves, ticks
from hackathon.services import orders as services
from hackathon.services.order_books import book_load
from hackathon.simulation import store
from hackathon.simulation.effects import Effects
from hackathon.simulation.orders import Book
from hackathon.tests.factories import PlayerFactory, begin_game
from hackathon.tests.playing import EVERYONE, TICK, act, at_once, play
from tommy.core.db import command
from tommy.core.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)
REST = {"name": "Breathe", "when": [{"field": "stress", "op": ">", "value": 5}], "do": {"action": "rest"}}
HIRE = {"name": "Hands", "do": {"action": "hire_volunteer"}, "cooldown": 2}
LEASE = {
    "name": "Beds",
    "when": [{"field": "unhoused", "op": ">", "value": 0}],
    "do": {"action": "lease_housing", "parameters": {"beds": 2}, "target": {"sort": "price"}},
}


def leave(game: Hackathon, *orders: Any, now: datetime) -> None:
    services.orders_replace(
        user_id=game.user_id, hackathon_id=game.pk, body={"orders": [*orders]}, if_match=None, now=now
    )


def example() -> list[dict[str, Any]]:
    return [plain(order) for order in catalogue.rules().orders.example]


@contextmanager
def following(games: list[Hackathon], now: datetime) -> Iterator[list[str]]:
    """The statements of the orders' turn of these games, rolled back by nobody."""
    rules = catalogue.rules()
    with command():
        shard = store.load([(game.pk, game.user_id) for game in games], rules)
        statements: list[str] = []
        with CaptureQueriesContext(
            connection,
        ) as captured:
            services.orders_follow(shard=shard, rules=rules, effects=Effects(rules), now=now)
        statements += [query["sql"] for query in captured]
        yield statements


def test_a_tick_follows_orders_and_the_log_names_them(now: datetime) -> None:
    game = begin_game(now)
    leave(game, REST, HIRE, now=now)
    play(1, now)
    lines = LogEntry.objects.filter(hackathon=game, type="action").order_by("id")
    assert [(line.cause, line.data["order"], line.data["action"]) for line in lines] == [
        ("standing_order", "Breathe", "rest"),
        ("standing_order", "Hands", "hire_volunteer"),
    ]
    assert lines[0].data["message"] == "standing order 'Breathe' did rest: You close the laptop for a while."
    assert lines[0].data["changes"]["ap"] == {"action_cost": -2.0}
    assert lines[1].data["changes"]["volunteers"] == {"hiring": 1}
    records = StandingOrder.objects.order_by("number").values_list("acted", "last_acted_tick")
    assert list(records) == [(1, 0), (1, 0)]


def test_the_audit_log_tells_what_was_done_in_the_players_name(now: datetime) -> None:
    game = begin_game(now)
    leave(game, REST, HIRE, now=now)
    play(1, now)
    entry = AuditEntry.objects.get(action="standing_orders")
    assert (entry.actor_id, entry.source, entry.target) == (game.user_id, "orders", f"hackathon:{game.pk}")
    assert [deed["order"] for deed in entry.given["did"]] == ["Breathe", "Hands"]
    assert (entry.before["volunteers"], entry.after["volunteers"]) == (0, 1)
    assert "reputation" not in entry.before


def test_a_game_without_orders_costs_one_statement_and_any_number_the_same(now: datetime) -> None:
    games = [begin_game(now) for _ in range(6)]
    with following(games, now) as none:
        assert len(none) == 1
    Participant.objects.filter(number=1).update(in_person=True, bed=0)
    counts = {}
    for number in (1, 6):
        for game in games[:number]:
            leave(game, REST, HIRE, LEASE, now=now)
        with following(games[:number], now):
            pass  # whatever is met for the first time is read here
        StandingOrder.objects.update(last_acted_tick=-1)
        Hackathon.objects.update(ap=24, volunteers=0)
        with following(games[:number], now) as statements:
            counts[number] = len(statements)
    assert counts[1] == counts[6] <= 5


def test_an_order_is_read_once_by_each_process(now: datetime) -> None:
    game = begin_game(now)
    leave(game, {**HIRE, "name": f"Hands {now}"}, now=now)
    with following([game], now) as first:
        reads = [statement for statement in first if '"definition"' in statement]
    with following([game], now) as second:
        assert not [statement for statement in second if '"definition"' in statement]
    assert len(reads) == 1


def test_a_shards_orders_are_prepared_once_until_somebody_leaves_others(now: datetime) -> None:
    games, rules = [begin_game(now) for _ in range(2)], catalogue.rules()

    def loaded() -> Book:
        return book_load(store.load([(game.pk, game.user_id) for game in games], rules), rules)

    for game in games:
        leave(game, REST, HIRE, now=now)
    first = loaded()
    StandingOrder.objects.update(acted=7)
    again = loaded()
    assert again.when is first.when
    assert (first.table.acted.tolist(), again.table.acted.tolist()) == ([0] * 4, [7] * 4)
    leave(games[1], HIRE, REST, now=now)
    other = loaded()
    assert other.when is not first.when
    assert [order and order.name for order in other.compiled] == ["Breathe", "Hands", "Hands", "Breathe"]
    StandingOrder.objects.filter(name="Hands").update(enabled=False)
    assert [order and order.name for order in loaded().compiled] == ["Breathe"] * 2


def test_only_so_many_shards_are_remembered(now: datetime) -> None:
    game, rules = begin_game(now), catalogue.rules()
    for number in range(order_books.MOST_BOOKS + 5):
        leave(game, {**REST, "name": f"Rest {number}"}, now=now)
        book_load(store.load([(game.pk, game.user_id)], rules), rules)
    assert len(catalogue.order_books()) == order_books.MOST_BOOKS


def test_money_that_orders_spend_is_in_the_ledger(now: datetime) -> None:
    game = begin_game(now)
    leave(game, *example(), now=now)
    play(40, now)
    game.refresh_from_db()
    booked = sum(LedgerEntry.objects.filter(hackathon=game).values_list("amount_cents", flat=True))
    assert booked == game.budget_cents
    assert LedgerEntry.objects.filter(hackathon=game, cause=Cause.REQUEST_APPROVED).exists()


def test_a_player_who_acts_while_orders_run_never_conflicts(now: datetime) -> None:
    game = begin_game(now)
    leave(game, {**HIRE, "cooldown": 0}, now=now)
    ticks.world_advance(now=now + 3 * TICK)

    def work(number: int) -> None:
        if number % 4 == 0:
            ticks.shard_tick(**EVERYONE, now=now + 3 * TICK)
        elif number % 4 == 1:
            leave(game, {**HIRE, "cooldown": number}, now=now)
        else:
            act(game, "rest", now)

    outcomes = at_once(16, work)
    assert set(outcomes) <= {"ok", "not_enough_ap"}
    game.refresh_from_db()
    assert game.tick == 3
    lines = LogEntry.objects.filter(hackathon=game, type="action")
    hired = lines.filter(data__action="hire_volunteer").count()
    assert (hired, StandingOrder.objects.get().acted) == (game.volunteers, game.volunteers)
    accounts = LogEntry.objects.filter(hackathon=game, type__in=["tick", "action"]).exclude(cause="standing_order")
    spent = sum(sum(line.data["changes"].get("ap", {}).values()) for line in accounts)
    assert game.ap == pytest.approx(12 + spent)


def test_two_games_want_the_last_beds_and_one_gets_them(now: datetime) -> None:
    games = [begin_game(now), begin_game(now)]
    listing = HousingListing.objects.filter(status=ListingStatus.OPEN).order_by("id")[0]
    HousingListing.objects.exclude(pk=listing.pk).update(status=ListingStatus.GONE)
    HousingListing.objects.filter(pk=listing.pk).update(capacity=2, occupied=0)
    Participant.objects.filter(number=1).update(in_person=True, bed=0)
    for game in games:
        leave(game, LEASE, now=now)
    play(1, now)
    listing.refresh_from_db()
    assert (listing.capacity, listing.occupied) == (2, 2)
    assert sorted(StandingOrder.objects.values_list("acted", flat=True)) == [0, 1]
    loser = StandingOrder.objects.get(acted=0)
    assert loser.why_not == "no_target"


def test_loading_a_save_brings_back_the_orders_and_their_records(now: datetime) -> None:
    game = begin_game(now)
    leave(game, REST, HIRE, now=now)
    now = play(3, now)
    before = list(StandingOrder.objects.order_by("id").values())
    saved = saves.game_save(user_id=game.user_id, hackathon_id=game.pk, name="", now=now)
    leave(game, {**REST, "name": "Other"}, now=now)
    now = play(3, now)
    saves.game_load(user_id=game.user_id, save_id=saved.pk, now=now)
    assert list(StandingOrder.objects.order_by("id").values()) == before


def test_leaving_orders_anew_keeps_the_record_of_those_that_keep_their_name(now: datetime) -> None:
    game = begin_game(now)
    leave(game, REST, HIRE, now=now)
    play(1, now)
    leave(game, {**HIRE, "cooldown": 9}, {**REST, "name": "New"}, now=now)
    assert list(StandingOrder.objects.order_by("number").values_list("name", "acted")) == [("Hands", 1), ("New", 0)]
    line = LogEntry.objects.filter(hackathon=game, code="orders_left").latest("id")
    assert line.data == {"orders": ["Hands", "New"]}


def test_orders_whose_content_has_gone_stay_and_say_so(now: datetime) -> None:
    game = begin_game(now)
    leave(game, REST, now=now)
    stored = StandingOrder.objects.get()
    stored.definition["when"][0]["field"] = "mood"
    stored.digest = 1
    stored.save()
    play(1, now)
    stored.refresh_from_db()
    assert (stored.acted, stored.why_not) == (0, "outdated")


def test_two_players_leave_orders_at_once(now: datetime) -> None:
    games = [begin_game(now, PlayerFactory()) for _ in range(2)]
    outcomes = at_once(12, lambda number: leave(games[number % 2], REST, HIRE, now=now))
    assert outcomes == {"ok": 12}
    assert StandingOrder.objects.count() == 4
