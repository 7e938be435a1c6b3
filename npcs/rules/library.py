"""All grammar files together: parsed texts, and which rule a symbol means where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from npcs.rules.grammar import (
    Alternative,
    ContextField,
    GrammarFile,
    Kind,
    Problem,
    Voice,
    VoiceSet,
    When,
    alternative,
)
from npcs.rules.template import Choice, FieldRef, Modifier, Nodes, SymbolRef, TemplateError, parse

Address = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One alternative with its text parsed, and the JSON pointer to it."""

    nodes: Nodes
    weight: int
    when: When
    pointer: str


@dataclass(frozen=True, slots=True)
class Rule:
    """The alternatives behind one symbol, or behind a kind's subject or body, with the file whose symbols they see."""

    file: str
    name: str
    options: tuple[Option, ...]

    @property
    def address(self) -> Address:
        return self.file, self.name


@dataclass(frozen=True, slots=True)
class Piece:
    """A kind with its parsed subject and body."""

    kind: Kind
    file: str
    subject: Rule
    body: Rule


class Library:
    """Files by name. Fields, voices and voice sets are one namespace; rules belong to their file and its users."""

    def __init__(self, files: Mapping[str, GrammarFile]) -> None:
        self.files = dict(files)
        self.problems: list[Problem] = []
        self.rules = {rule.address: rule for rule in self._read_rules()}
        self.pieces = dict(self._read_pieces())

    @cached_property
    def fields(self) -> dict[str, ContextField]:
        return {name: field for file in self.files.values() for name, field in file.context.items()}

    @cached_property
    def voices(self) -> dict[str, Voice]:
        return {name: voice for file in self.files.values() for name, voice in file.voices.items()}

    @cached_property
    def voice_sets(self) -> dict[str, VoiceSet]:
        return {name: chosen for file in self.files.values() for name, chosen in file.voice_sets.items()}

    def rule(self, file: str, symbol: str) -> Rule | None:
        """The rule that ``symbol`` means in ``file``: its own first, then those of the files that it uses."""
        for name in (file, *self.files[file].uses):
            if found := self.rules.get((name, symbol)):
                return found
        return None

    def _read_rules(self) -> Iterator[Rule]:
        for name, file in self.files.items():
            for symbol, written in file.rules.items():
                yield self._read(name, symbol, f"/rules/{symbol}", written)

    def _read_pieces(self) -> Iterator[tuple[str, Piece]]:
        for name, file in self.files.items():
            for key, kind in file.kinds.items():
                subject = self._read(name, f"{key} subject", f"/kinds/{key}/subject", kind.subject)
                body = self._read(name, f"{key} body", f"/kinds/{key}/body", kind.body)
                yield key, Piece(kind, name, subject, body)

    def _read(self, file: str, name: str, pointer: str, written: tuple[str | Alternative, ...]) -> Rule:
        options = tuple(self._option(file, f"{pointer}/{i}", entry) for i, entry in enumerate(written))
        return Rule(file, name, options)

    def _option(self, file: str, pointer: str, written: str | Alternative) -> Option:
        full = alternative(written)
        try:
            nodes = parse(full.text)
        except TemplateError as error:
            self.problems.append(Problem(file=file, pointer=pointer, expected=str(error)))
            nodes = ()
        return Option(nodes, full.weight, full.when, pointer)


def symbols(nodes: Nodes) -> Iterator[SymbolRef]:
    """Every symbol that a text mentions, inside choices too."""
    for node in nodes:
        if isinstance(node, SymbolRef):
            yield node
        elif isinstance(node, Choice):
            for option in node.options:
                yield from symbols(option)


def fields(nodes: Nodes) -> Iterator[FieldRef]:
    """Every context field that a text mentions, inside choices too."""
    for node in nodes:
        if isinstance(node, FieldRef):
            yield node
        elif isinstance(node, Choice):
            for option in node.options:
                yield from fields(option)


def direct_fields(nodes: Nodes) -> frozenset[str]:
    """The fields without which this text cannot stand; what only a choice inside it mentions is not among them."""
    return frozenset(node.name for node in nodes if isinstance(node, FieldRef))


def stands(nodes: Nodes, there: frozenset[str]) -> bool:
    """Whether a text can be written with these fields: its own are among them, and each choice leaves one option."""
    choices = (node for node in nodes if isinstance(node, Choice))
    return direct_fields(nodes) <= there and all(
        any(stands(option, there) for option in choice.options) for choice in choices
    )


def modified(nodes: Nodes) -> Iterator[tuple[FieldRef | SymbolRef, Modifier]]:
    """Every modifier with the reference that carries it."""
    references: list[FieldRef | SymbolRef] = [*fields(nodes), *symbols(nodes)]
    for reference in references:
        for modifier in reference.modifiers:
            yield reference, modifier
