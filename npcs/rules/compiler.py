"""From parsed rules to flat tables: everything that can be decided before a message is asked for is decided here.

A *table* is a tuple of equally likely entries (weights become repetitions); an entry is a finished string or a reversed
sequence of parts, ready to be pushed on the renderer's stack. Conditions never reach the renderer: for every set of
facts that occurs (which optional fields are there, which voice speaks) a kind is compiled once, with the alternatives
that do not apply left out, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import gcd, prod
from typing import TypeAlias

from npcs.rules.formats import TEXT_MODIFIERS, Modify, field_modifier, number
from npcs.rules.library import Address, Library, Option, Piece, Rule, direct_fields, stands
from npcs.rules.spacing import GAP, settle, settle_inside
from npcs.rules.template import Choice, FieldRef, Modifier, Node, Nodes, SymbolRef

# How many strings a text may be multiplied out into: each saves steps while rendering and costs memory while idle.
_MULTIPLY_LIMIT = 48

# Stands between subject and body while a letter is one text; no file and no cleaned value can contain it.
DIVIDER = "\0"

Values = Mapping[str, str]
Context = Mapping[str, object]


@dataclass(frozen=True)
class Fact:
    """Something that an alternative asks for; facts about one context are found once per message."""

    test: str
    field: str = ""
    than: float = 0
    among: tuple[str, ...] = ()

    def holds(self, values: Values, context: Context) -> bool:
        """Whether this is so in the given context (voices are not in it, and are settled by the caller)."""
        if self.test == "has":
            return self.field in values
        if self.test == "lacks":
            return self.field not in values
        if self.test == "equals":
            return values.get(self.field) in self.among
        value = number(context.get(self.field))
        if value is None:
            return False
        return value > self.than if self.test == "above" else value < self.than


Facts = frozenset[Fact]


class Slot(str):
    """A part that stands for the value of the field it names."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ChangedSlot:
    """A field's value on its way through modifiers."""

    name: str
    changes: tuple[Modify, ...]

    def write(self, values: Values, context: Context) -> str:
        text = values[self.name]
        for change in self.changes:
            text = change(text, context.get(self.name))
        return text


@dataclass(frozen=True, slots=True)
class Changed:
    """An expansion on its way through modifiers."""

    table: Table
    changes: tuple[Callable[[str], str], ...]

    def apply(self, text: str) -> str:
        text = settle(text)
        for change in self.changes:
            text = change(text)
        return text


Table: TypeAlias = "tuple[Entry, ...]"
Part: TypeAlias = "str | Slot | ChangedSlot | Changed | Table"
Entry: TypeAlias = "str | tuple[Part, ...]"


def asked(option: Option) -> Iterator[Fact]:
    """What must hold for this alternative itself, whatever its symbols ask for."""
    when = option.when
    yield from (Fact("has", name) for name in (*when.has, *sorted(direct_fields(option.nodes))))
    yield from (Fact("lacks", name) for name in when.lacks)
    yield from (Fact("above", name, than=limit) for name, limit in when.above.items())
    yield from (Fact("below", name, than=limit) for name, limit in when.below.items())
    yield from (Fact("equals", name, among=words) for name, words in when.equals.items())
    if when.voice:
        yield Fact("voice", among=when.voice)


class Compiler:
    """Compiles rules of one library, and shares what different kinds and facts have in common."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._facts: dict[Address, Facts] = {}
        self._tables: dict[tuple[Address, Facts], Table] = {}

    def facts(self, rule: Rule) -> Facts:
        """Every fact that an expansion of this rule may depend on."""
        if rule.address not in self._facts:
            found = [fact for option in rule.options for fact in asked(option)]
            for option in rule.options:
                found += self._inner_facts(rule.file, option.nodes)
            self._facts[rule.address] = frozenset(found)
        return self._facts[rule.address]

    def table(self, rule: Rule, facts: Facts) -> Table:
        """The rule's alternatives that apply under these facts; shared with all callers for which that is the same."""
        key = rule.address, facts & self.facts(rule)
        if key not in self._tables:
            there = _fields_there(facts)
            options = [o for o in rule.options if facts.issuperset(asked(o)) and stands(o.nodes, there)]
            divisor = gcd(*(option.weight for option in options))
            entries: list[Entry] = []
            for option in options:
                entries += [self._entry(rule.file, option.nodes, facts)] * (option.weight // divisor)
            self._tables[key] = tuple(entries)
        return self._tables[key]

    def letter(self, piece: Piece, facts: Facts) -> Table:
        """A kind's subject and body as one table, with a ``DIVIDER`` between them: one walk is cheaper than two."""
        subject, body = self.table(piece.subject, facts), self.table(piece.body, facts)
        return ((*_inlined(body)[::-1], DIVIDER, *_inlined(subject)[::-1]),)

    def _inner_facts(self, file: str, nodes: Nodes) -> Iterator[Fact]:
        for node in nodes:
            if isinstance(node, SymbolRef):
                yield from self.facts(self._rule(file, node))
            elif isinstance(node, Choice):
                for option in node.options:
                    yield from (Fact("has", name) for name in direct_fields(option))
                    yield from self._inner_facts(file, option)

    def _rule(self, file: str, reference: SymbolRef) -> Rule:
        rule = self._library.rule(file, reference.name)
        if rule is None:
            raise LookupError(f"{file} knows no rule {reference.name}")
        return rule

    def _entry(self, file: str, nodes: Nodes, facts: Facts) -> Entry:
        parts = [part for node in nodes for part in self._parts(file, node, facts)]
        merged = tuple(_multiplied(_merged(parts)))
        if len(merged) == 1 and type(merged[0]) is str:
            return merged[0]
        return merged[::-1] if merged else GAP

    def _parts(self, file: str, node: Node, facts: Facts) -> tuple[Part, ...]:
        if isinstance(node, FieldRef):
            return (_slot(node),)
        if isinstance(node, SymbolRef):
            return _changed(self.table(self._rule(file, node), facts), node.modifiers)
        if isinstance(node, Choice):
            return _inlined(self._choice(file, node, facts))
        return (node,)

    def _choice(self, file: str, choice: Choice, facts: Facts) -> Table:
        there = _fields_there(facts)
        options = (option for option in choice.options if stands(option, there))
        return tuple(self._entry(file, option, facts) for option in options)


def _fields_there(facts: Facts) -> frozenset[str]:
    return frozenset(fact.field for fact in facts if fact.test == "has")


def _slot(reference: FieldRef) -> Part:
    if not reference.modifiers:
        return Slot(reference.name)
    changes = (field_modifier(modifier.name, modifier.argument) for modifier in reference.modifiers)
    return ChangedSlot(reference.name, tuple(change for change in changes if change))


def _changed(table: Table, modifiers: tuple[Modifier, ...]) -> tuple[Part, ...]:
    if not modifiers:
        return _inlined(table)
    changed = Changed(table, tuple(TEXT_MODIFIERS[modifier.name] for modifier in modifiers))
    if _is_leaf(table):
        return _inlined(tuple(changed.apply(entry) for entry in table if isinstance(entry, str)))
    return (changed,)


def _inlined(table: Table) -> tuple[Part, ...]:
    """A table of one entry needs no choosing: its parts stand directly in the text."""
    if len(table) != 1:
        return (table,)
    entry = table[0]
    return (entry,) if isinstance(entry, str) else entry[::-1]


def _is_leaf(table: Table) -> bool:
    return all(type(entry) is str for entry in table)


def _strings(part: Part) -> tuple[str, ...] | None:
    """The finished strings that a part may become, or None where that takes a context."""
    if type(part) is str:
        return (part,)
    if isinstance(part, tuple) and _is_leaf(part):
        return tuple(entry for entry in part if isinstance(entry, str))
    return None


def _merged(parts: list[Part]) -> list[Part]:
    """Neighbouring literals become one."""
    merged: list[Part] = []
    for part in parts:
        if merged and type(part) is str and type(merged[-1]) is str:
            merged[-1] = settle_inside(merged[-1] + part)
        elif part != "":
            merged.append(part)
    return merged


def _multiplied(parts: list[Part]) -> Iterator[Part]:
    """Runs of parts without a context become one table of finished strings, as far as the limit allows."""
    run: list[tuple[str, ...]] = []
    for part in parts:
        strings = _strings(part)
        if strings is None or prod(map(len, run)) * len(strings) > _MULTIPLY_LIMIT:
            yield from _run(run)
            run = []
        if strings is None:
            yield part
        else:
            run.append(strings)
    yield from _run(run)


def _run(run: list[tuple[str, ...]]) -> tuple[Part, ...]:
    if not run:
        return ()
    strings = tuple(settle_inside("".join(pieces)) for pieces in product(*run))
    return (strings[0],) if len(strings) == 1 else (strings,)
