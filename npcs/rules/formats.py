"""How values of a context become words: formats for fields, modifiers for whatever a grammar refers to."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

import numpy as np

FIELD_LIMIT = 80
# Only values of these very types become words: all of them are immutable and can be remembered.
SCALARS = frozenset({str, int, float, date, datetime})
_LARGEST = 10**12
_SILENT_H = ("hour", "honest", "honour", "heir")
_CONSONANT_VOWEL = ("uni", "use", "usu", "eu", "one", "once", "uk", "us ")
_VOWEL_NUMBER = re.compile(r"(8\d*|11|18)(\D|$)")
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class Format(StrEnum):
    """What kind of value a context field holds."""

    TEXT = "text"
    EUROS = "euros"
    CENTS = "cents"
    COUNT = "count"
    PERCENT = "percent"
    DATE = "date"


Formatter = Callable[[object], str | None]
Modify = Callable[[str, object], str]


def plain(value: object) -> object:
    """The value as one of ``SCALARS``, or None: numpy's scalars and subclasses of str are taken for what they hold."""
    if type(value) in SCALARS:
        return value
    if isinstance(value, np.generic):
        return plain(value.item())
    return str.__str__(value) if isinstance(value, str) else None


def clean(value: str) -> str | None:
    """One line of printable characters, at most ``FIELD_LIMIT`` of them; None where nothing is left."""
    line = " ".join(value.split())
    if not line.isprintable():
        line = " ".join("".join(c for c in line if c.isprintable()).split())
    return line[:FIELD_LIMIT].rstrip() or None


def number(value: object) -> float | None:
    """The value as a number that can be written out, or None: no booleans, no NaN, nothing astronomical."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_LARGEST < value < _LARGEST and not math.isnan(value) else None


def _text(value: object) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _euros(value: object) -> str | None:
    amount = number(value)
    if amount is None:
        return None
    whole = round(amount * 100) % 100 == 0
    digits = f"{abs(amount):,.0f}" if whole else f"{abs(amount):,.2f}"
    return f"-€{digits}" if amount < 0 and digits != "0" else f"€{digits}"


def _cents(value: object) -> str | None:
    amount = number(value)
    return None if amount is None else _euros(amount / 100)


def _count(value: object) -> str | None:
    amount = number(value)
    if amount is None:
        return None
    return f"{round(amount):,}" if amount == int(amount) else f"{amount:,.1f}"


def _percent(value: object) -> str | None:
    amount = _count(value)
    return None if amount is None else f"{amount}%"


def _date(value: object) -> str | None:
    if isinstance(value, date):
        return f"{value.day} {value:%B}"
    return clean(value) if isinstance(value, str) else None


# Names and sums come back in message after message. Typed, because True and 1 are one key otherwise.
_remembered = lru_cache(maxsize=16_384, typed=True)

FORMATTERS: dict[Format, Formatter] = {
    Format.TEXT: _remembered(_text),
    Format.EUROS: _remembered(_euros),
    Format.CENTS: _remembered(_cents),
    Format.COUNT: _remembered(_count),
    Format.PERCENT: _remembered(_percent),
    Format.DATE: _remembered(_date),
}


def article(text: str) -> str:
    """``text`` behind the indefinite article that its sound asks for."""
    word = text.lower()
    vowel = word[:1] in "aeiou" and not word.startswith(_CONSONANT_VOWEL)
    if vowel or word.startswith(_SILENT_H) or _VOWEL_NUMBER.match(word):
        return f"an {text}"
    return f"a {text}"


def plural(noun: str) -> str:
    """The regular English plural; irregular nouns are written ``person/people`` in the grammar."""
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def capitalise(text: str) -> str:
    """The first letter large, all others as they are."""
    return text[:1].upper() + text[1:]


def _possessive(text: str) -> str:
    return f"{text}'" if text.endswith("s") else f"{text}'s"


def _ordinal(text: str, raw: object) -> str:
    value = number(raw)
    if value is None or value != int(value) or value < 0:
        return text
    ending = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(int(value) % 10, "th")
    return f"{text}{ending}"


def _times(text: str, raw: object) -> str:
    """How often: once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(int(number(raw) or 0), f"{text} times")


def _words(text: str, raw: object) -> str:
    value = number(raw)
    if value is None or value != int(value) or not 0 <= value < len(_SMALL):
        return text
    return _SMALL[int(value)]


def _span(argument: str) -> Modify | None:
    """A number of ticks as people say it: in hours up to a day and a half, then in days."""
    if not argument.isdecimal() or not 1 <= int(argument) <= 24:
        return None
    ticks_a_day = int(argument)

    def say(_text: str, raw: object) -> str:
        ticks = number(raw)
        if ticks is None:
            return "some time"
        hours, days = round(ticks * 24 / ticks_a_day), round(ticks / ticks_a_day)
        few = ticks < 1.5 * ticks_a_day
        if hours == 0:
            return "a moment"
        return f"{hours} hour{'' if hours == 1 else 's'}" if few else f"{days} days"

    return say


def _counter(argument: str) -> Modify:
    singular, _, several = argument.partition("/")
    several = several or plural(singular)
    return lambda text, raw: f"{text} {singular if number(raw) == 1 else several}"


TEXT_MODIFIERS: dict[str, Callable[[str], str]] = {
    "a": article,
    "cap": capitalise,
    "lower": str.lower,
    "upper": str.upper,
    "plural": plural,
    "possessive": _possessive,
}
_FIELD_MODIFIERS: dict[str, Modify] = {
    "ordinal": _ordinal,
    "times": _times,
    "words": _words,
    "first": lambda text, _raw: text.split(" ", 1)[0],
}


def field_modifier(name: str, argument: str) -> Modify | None:
    """The function behind a modifier of a field, or None where there is none of that name."""
    if name == "count" and argument:
        return _counter(argument)
    if name == "span":
        return _span(argument)
    if argument:
        return None
    if name in TEXT_MODIFIERS:
        change = TEXT_MODIFIERS[name]
        return lambda text, _raw: change(text)
    return _FIELD_MODIFIERS.get(name)
