"""The little language inside a grammar's texts, and its parser.

``{field}`` stands for a value of the context, ``[symbol]`` for an expansion of another rule, ``(a|b|)`` for one of the
texts between the bars. Fields and symbols take modifiers after a colon: ``{days:count day}``, ``[fruit:a]``.
Parentheses without a bar are ordinary parentheses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_REFERENCE = re.compile(r"[a-z][a-z0-9_]*(?::[a-z]+(?: [^:\[\]{}]+)?)*")
_SPECIAL = re.compile(r"[\[\]{}()|]")


class TemplateError(ValueError):
    """A text that is not in the language; the message says what was expected, and where."""


@dataclass(frozen=True, slots=True)
class Modifier:
    """One ``:name argument`` behind a reference."""

    name: str
    argument: str


@dataclass(frozen=True, slots=True)
class FieldRef:
    """``{name:…}``: a value of the context."""

    name: str
    modifiers: tuple[Modifier, ...]


@dataclass(frozen=True, slots=True)
class SymbolRef:
    """``[name:…]``: an expansion of another rule."""

    name: str
    modifiers: tuple[Modifier, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """``(a|b|c)``: one of the options, each as likely as the others."""

    options: tuple[Nodes, ...]


Node = str | FieldRef | SymbolRef | Choice
Nodes = tuple[Node, ...]


def parse(text: str) -> Nodes:
    """Parse one text of a grammar; raise :class:`TemplateError` where it is malformed."""
    reader = _Reader(text)
    options = reader.options()
    if reader.position < len(text):
        raise TemplateError(f"an opening '(' for the ')' at character {reader.position}")
    if len(options) > 1:
        raise TemplateError("parentheses around alternatives: '(a|b)'")
    return options[0]


class _Reader:
    """A recursive-descent reader over one text; ``position`` is the next unread character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def options(self) -> tuple[Nodes, ...]:
        """Read sequences separated by bars, up to a closing parenthesis or the end."""
        found: list[list[Node]] = [[]]
        while self.position < len(self.text) and self.text[self.position] != ")":
            if self.text[self.position] == "|":
                self.position += 1
                found.append([])
            else:
                found[-1].extend(self._nodes())
        return tuple(tuple(nodes) for nodes in found)

    def _nodes(self) -> Nodes:
        character = self.text[self.position]
        if character == "(":
            return self._group()
        if character == "{":
            return (FieldRef(*self._reference("}")),)
        if character == "[":
            return (SymbolRef(*self._reference("]")),)
        if character in "]}":
            raise TemplateError(f"an opening bracket for the '{character}' at character {self.position}")
        return (self._literal(),)

    def _literal(self) -> str:
        start = self.position
        special = _SPECIAL.search(self.text, start)
        self.position = special.start() if special else len(self.text)
        return self.text[start : self.position]

    def _group(self) -> Nodes:
        start = self.position
        self.position += 1
        options = self.options()
        if self.position >= len(self.text):
            raise TemplateError(f"a ')' for the '(' at character {start}")
        self.position += 1
        if len(options) == 1:
            return ("(", *options[0], ")")
        return (Choice(options),)

    def _reference(self, closing: str) -> tuple[str, tuple[Modifier, ...]]:
        start = self.position + 1
        end = self.text.find(closing, start)
        inside = self.text[start:end] if end > 0 else ""
        if not _REFERENCE.fullmatch(inside):
            raise TemplateError(f"'name' or 'name:modifier' before a '{closing}' at character {start}")
        self.position = end + 1
        name, *modifiers = inside.split(":")
        return name, tuple(Modifier(*_split(modifier)) for modifier in modifiers)


def _split(modifier: str) -> tuple[str, str]:
    name, _, argument = modifier.partition(" ")
    return name, argument
