"""The hot loop: from a compiled table to words.

Choices come from a counter-based hash: block *n* of a text's randomness is BLAKE2b(key, seed, n), cut into 16-bit
draws. One call gives 32 draws in under a microsecond, and no state is shared or kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import chain, count
from struct import Struct

from npcs.rules.compiler import Changed, ChangedSlot, Context, Part, Slot, Table, Values

Draw = Callable[[], int]
_MASK = (1 << 64) - 1
_unpack = Struct("<32H").unpack


def draws(key: bytes, seed: int) -> Draw:
    """An endless source of 16-bit numbers, the same for the same key and seed."""
    # int(): numpy's integers come in here too, and cannot be cut to 64 unsigned bits.
    head = key + (int(seed) & _MASK).to_bytes(8, "little")
    return chain.from_iterable(_blocks(head)).__next__


def _blocks(head: bytes) -> Iterator[tuple[int, ...]]:
    for number in count():
        yield _unpack(blake2b(head + number.to_bytes(4, "little")).digest())


def expand(table: Table, draw: Draw, values: Values, context: Context) -> str:
    """Walk from a table to its words with a stack of its own: calls would cost more than the work."""
    out: list[str] = []
    stack: list[Part] = [table]
    while stack:
        part = stack.pop()
        if type(part) is tuple:
            entry = part[draw() * len(part) >> 16]
            if type(entry) is str:
                out.append(entry)
            else:
                stack.extend(entry)
        elif type(part) is str:
            out.append(part)
        elif isinstance(part, Slot):
            out.append(values[part])
        elif isinstance(part, ChangedSlot):
            out.append(part.write(values, context))
        elif isinstance(part, Changed):
            out.append(part.apply(expand(part.table, draw, values, context)))
    return "".join(out)
