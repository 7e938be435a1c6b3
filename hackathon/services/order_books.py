"""The standing orders of a shard as they are followed, without compiling or reading twice what stays the same.

What an order says is kept by its digest, and what the orders of a whole shard say by the digests of all, in their turn:
from one tick to the next hardly ever does anybody leave others. Both belong to the content in force; another one makes
them anew.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hackathon import catalogue
from hackathon.models import StandingOrder
from hackathon.rules.compiled import Rules
from hackathon.rules.orders import Order
from hackathon.simulation.orders import WHY_NOT, Book, CompiledOrder, Faults, compile_order
from hackathon.simulation.orders.book import Orders
from hackathon.simulation.store import Shard
from tommy.core import bulk

SHELF_SIZE = 50_000
MOST_BOOKS = 16


def book_load(shard: Shard, rules: Rules) -> Book:
    """The enabled orders of a shard with their records; one statement, and one more for orders not met before."""
    ids = shard.hackathon_ids
    columns = {name: f'"{name}"' for name in ("id", "number", "acted", "last_acted_tick", "why_not_tick", "digest")}
    columns |= {"game": "hackathon_id", "why_not": bulk.index_of("why_not", WHY_NOT)}
    where = f"hackathon_id IN ({bulk.integer_list(ids)}) AND enabled"
    loaded = bulk.load_columns(StandingOrder, columns, where, "hackathon_id, number")
    digests = loaded.pop("digest")
    loaded["game"] = np.searchsorted(ids, loaded["game"])
    table = Orders()
    table.append(len(digests), **loaded)
    return replace(_bound(table.id, digests, rules), table=table)


def _bound(ids: NDArray[np.int64], digests: NDArray[np.int64], rules: Rules) -> Book:
    """A book of these orders, without their records; the ones used last are kept."""
    books, key = catalogue.order_books(), digests.tobytes()
    book: Book | None = books.pop(key, None)
    if book is None:  # and not merely empty, as one without records is
        book = Book.of(Orders(), _compiled(ids, digests, rules))
    books[key] = book
    for oldest in list(books)[:-MOST_BOOKS]:
        books.pop(oldest, None)
    return book


def _compiled(ids: NDArray[np.int64], digests: NDArray[np.int64], rules: Rules) -> list[CompiledOrder | None]:
    """The orders by numbers; those that this process has not met are read in one statement, and kept."""
    shelf: dict[int, CompiledOrder | None] = catalogue.order_shelf()
    keys = digests.tolist()
    new = {digest: key for digest, key in zip(keys, ids.tolist(), strict=True) if digest not in shelf}
    if len(shelf) + len(new) > SHELF_SIZE:
        shelf.clear()
        new = dict(zip(keys, ids.tolist(), strict=True))
    if new:
        rows = StandingOrder.objects.filter(id__in=list(new.values())).values_list("digest", "definition")
        shelf.update({digest: compile_order(Order.model_validate(stored), rules, Faults()) for digest, stored in rows})
    return [shelf[digest] for digest in keys]
