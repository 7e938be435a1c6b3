"""Standing orders, carried out in the ticks.

``words`` says what they can speak of, ``compiling`` checks them, ``book`` holds a shard's as arrays, ``rooms`` cuts the
shard into games, ``acting`` carries them out. Each module imports only those named before it.
"""

from hackathon.simulation.orders.acting import act_on_orders, wants_market
from hackathon.simulation.orders.book import WHY_NOT, Book
from hackathon.simulation.orders.compiling import BY_ID, CHOICE_RULES, CompiledOrder, Faults, compile_order, read_orders

__all__ = [
    "BY_ID",
    "CHOICE_RULES",
    "WHY_NOT",
    "Book",
    "CompiledOrder",
    "Faults",
    "act_on_orders",
    "compile_order",
    "read_orders",
    "wants_market",
]
