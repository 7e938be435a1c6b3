"""Standing orders are left by players, and followed before each tick of their games.

Order of locks as everywhere: hackathons by id, then the market's listings, which a tick locks only where some order
would rent of them now.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from hackathon import catalogue
from hackathon.errors import GameOver
from hackathon.models import Hackathon, LogEntry, StandingOrder
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import GameStatus
from hackathon.rules.orders import Order
from hackathon.rules.tags import tag_matches
from hackathon.selectors.orders import orders_of, plain, version_of
from hackathon.services.auditing import GAME_NUMBERS
from hackathon.services.locking import lock_hackathon, lock_market
from hackathon.services.order_books import book_load
from hackathon.simulation import store
from hackathon.simulation.effects import Effects
from hackathon.simulation.orders import (
    WHY_NOT,
    Book,
    act_on_orders,
    read_orders,
    wants_market,
)
from hackathon.simulation.orders.book import Orders
from hackathon.simulation.store import Shard
from tommy.core import bulk
from tommy.core.audit import note, record
from tommy.core.db import command
from tommy.core.errors import PreconditionFailed

RECORDED = ("acted", "last_acted_tick", "why_not", "why_not_tick")


def orders_replace(*, user_id: UUID, hackathon_id: int, body: object, if_match: str | None, now: datetime) -> None:
    """Leave these orders instead of all others; one that keeps its name keeps its record.

    Raises InvalidOrders, TooManyOrders, GameOver, PreconditionFailed (``if_match`` names other orders), and what
    ``lock_hackathon`` raises.
    """
    orders = read_orders(body, catalogue.rules())
    with command():
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=hackathon_id)
        if hackathon.status not in (GameStatus.RUNNING, GameStatus.PAUSED):
            raise GameOver
        before = orders_of(hackathon)
        if not tag_matches(if_match, version_of(before)):
            raise PreconditionFailed
        records = {row.name: row for row in before}
        StandingOrder.objects.filter(hackathon=hackathon).delete()
        after = [_row(hackathon, place, order, records.get(order.name)) for place, order in enumerate(orders, start=1)]
        StandingOrder.objects.bulk_create(after)
        _tell(hackathon, before, after, now)


def orders_carry_over(*, old: Hackathon, new: Hackathon) -> None:
    """A player's new run begins with the orders of the last one. Runs inside the command that begins it."""
    copies = orders_of(old)
    for row in copies:
        fresh = StandingOrder()
        row.pk, row.hackathon = None, new
        for name in RECORDED:
            setattr(row, name, getattr(fresh, name))
    StandingOrder.objects.bulk_create(copies)


def orders_follow(*, shard: Shard, rules: Rules, effects: Effects, now: datetime) -> None:
    """The turn of all orders of a shard, before its tick. Runs inside the tick's command.

    One statement where no order acts or changes its reason; at most three more to read (orders that this process meets
    for the first time, the market and its lock) and two to write (records, the audit log), for any number of games.
    """
    book = book_load(shard, rules)
    if not len(book):
        return
    before = book.table.copy()
    if wants_market(shard.state, book, rules):
        lock_market()
        shard.state.listings = store.load_listings(rules)
        shard.before.listings = shard.state.listings.copy()
    act_on_orders(shard.state, book, rules, effects)
    _save(book, before)
    _audit(shard, effects, now)


def _row(hackathon: Hackathon, number: int, order: Order, known: StandingOrder | None) -> StandingOrder:
    definition = {name: value for name, value in plain(order).items() if name != "enabled"}
    text = orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)
    row = StandingOrder(
        hackathon=hackathon,
        number=number,
        name=order.name,
        enabled=order.enabled,
        definition=definition,
        digest=int.from_bytes(hashlib.sha256(text).digest()[:8], "big", signed=True),
    )
    for name in RECORDED if known else ():
        setattr(row, name, getattr(known, name))
    return row


def _tell(hackathon: Hackathon, before: list[StandingOrder], after: list[StandingOrder], now: datetime) -> None:
    was, now_is = ([row.name for row in rows] for rows in (before, after))
    note(
        f"hackathon:{hackathon.pk}",
        {"orders": was, "version": version_of(before)},
        {"orders": now_is, "version": version_of(after)},
    )
    LogEntry.objects.create(
        hackathon=hackathon,
        tick=hackathon.tick,
        at=now,
        type="event",
        code="orders_left",
        cause="organiser",
        data={"orders": now_is},
    )


def _save(book: Book, before: Orders) -> None:
    table = book.table
    changed = np.logical_or.reduce([getattr(table, name) != getattr(before, name) for name in RECORDED])
    rows = table.take(np.flatnonzero(changed))
    columns: Mapping[str, Any] = {
        "acted": rows.acted,
        "last_acted_tick": rows.last_acted_tick,
        "why_not": [WHY_NOT[place] for place in rows.why_not.tolist()],
        "why_not_tick": rows.why_not_tick,
    }
    bulk.update_rows(StandingOrder, rows.id, columns)


def _audit(shard: Shard, effects: Effects, now: datetime) -> None:
    """One entry for each game whose orders acted: what they did, and what of the game's numbers it changed."""
    if not effects.deeds:
        return
    games = effects.events.table.game
    done: dict[int, list[dict[str, str]]] = {}
    for deed in effects.deeds:
        told = {"order": deed.order, "action": deed.action, "message": deed.message}
        done.setdefault(int(games[deed.event]), []).append(told)
    was, now_is = shard.before.games, shard.state.games
    record(
        at=now,
        source="orders",
        action="standing_orders",
        actors=[shard.user_ids[game] for game in done],
        targets=[f"hackathon:{shard.hackathon_ids[game]}" for game in done],
        given=[{"tick": int(now_is.tick[game]), "did": deeds} for game, deeds in done.items()],
        before=[{name: getattr(was, name)[game].item() for name in GAME_NUMBERS} for game in done],
        after=[{name: getattr(now_is, name)[game].item() for name in GAME_NUMBERS} for game in done],
    )
