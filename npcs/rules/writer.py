"""The offline writer: asked for a kind of message, it writes one, from grammars and a seed alone.

The same kind, seed and context always give the same text, in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from npcs.rules.checks import check_grammars
from npcs.rules.compiler import DIVIDER, Compiler, Context, Fact, Table, Values
from npcs.rules.formats import FORMATTERS, SCALARS, Formatter, plain
from npcs.rules.grammar import BODY_LIMIT, SUBJECT_LIMIT, GrammarFile, Problem, Voice, VoiceSet
from npcs.rules.library import Library, Piece
from npcs.rules.rendering import Draw, draws, expand
from npcs.rules.spacing import GAP, settle

__all__ = [
    "GrammarError",
    "GrammarFile",
    "Problem",
    "Text",
    "UnknownKindError",
    "Writer",
    "check_grammars",
    "compile_grammars",
]

_GOLDEN = 0x9E3779B97F4A7C15
# Contexts decide how many plans a kind can have; beyond this many it starts afresh, so that memory stays bounded.
_PLANS_LIMIT = 512
# A grammar that has had nothing new to say for so long has said it all.
_POOL_PATIENCE = 500
# Gaps are most often at the ends, where they need no looking into.
_EDGES = f" \n{GAP}"


class GrammarError(ValueError):
    """Grammar files that do not make sense; ``problems`` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.file}{p.pointer}: expected {p.expected}" for p in problems))


class UnknownKindError(LookupError):
    """No grammar writes this kind."""


class Text(NamedTuple):
    """What was written; ``subject`` is empty for kinds that are a single line."""

    subject: str
    body: str


class _Plan(NamedTuple):
    """A kind under one set of facts, ready to be rendered."""

    text: Table
    style: Callable[[str], str] | None


def compile_grammars(files: Mapping[str, GrammarFile]) -> Writer:
    """Check the files and make a writer of them; raise :class:`GrammarError` with everything that is wrong."""
    if problems := check_grammars(files):
        raise GrammarError(problems)
    library = Library(files)
    compiler = Compiler(library)
    return Writer({key: _Script(key, piece, library, compiler) for key, piece in library.pieces.items()})


class Writer:
    """Writes texts of the kinds that its grammars know. Safe to share between threads."""

    def __init__(self, scripts: Mapping[str, _Script]) -> None:
        self._scripts = dict(scripts)

    def kinds(self) -> tuple[str, ...]:
        """Everything that can be written, sorted."""
        return tuple(sorted(self._scripts))

    def needs(self, kind: str) -> tuple[str, ...]:
        """The context fields that a caller of this kind hands over; the others are optional."""
        return self._script(kind).needs

    def write(self, kind: str, *, seed: int, context: Context) -> Text:
        """Write one text. Unknown or unusable context values are as good as missing, so this never fails for one."""
        script = self._script(kind)
        values, raw = script.values(context)
        draw = draws(script.key, seed)
        plan = script.plan(values, raw, draw)
        text = expand(plan.text, draw, values, raw)
        if plan.style is not None:
            text = plan.style(text)
        subject, _, body = text.partition(DIVIDER)
        return Text(_finished(subject, SUBJECT_LIMIT), _finished(body, BODY_LIMIT))

    def pool(self, kind: str, *, seed: int, size: int) -> list[str]:
        """Distinct bodies of one kind for callers that index: ``size`` of them, or as many as the grammar offers."""
        lines: dict[str, None] = {}
        tries = idle = 0
        while len(lines) < size and idle < _POOL_PATIENCE:
            before = len(lines)
            lines[self.write(kind, seed=int(seed) * _GOLDEN + tries, context={}).body] = None
            tries += 1
            idle = idle + 1 if len(lines) == before else 0
        return list(lines)

    def _script(self, kind: str) -> _Script:
        try:
            return self._scripts[kind]
        except KeyError:
            raise UnknownKindError(f"no grammar writes '{kind}'") from None


class _Script:
    """One kind: finds the facts of a context, and keeps a compiled plan for each set of facts that has occurred."""

    def __init__(self, key: str, piece: Piece, library: Library, compiler: Compiler) -> None:
        self.key = blake2b(key.encode(), digest_size=8).digest()
        self.needs = piece.kind.needs
        self._piece, self._compiler, self._voices = piece, compiler, library.voices
        chosen = library.voice_sets[piece.kind.voices] if piece.kind.voices else None
        self._cast, self._by = _cast(chosen), chosen.by if chosen else None
        self._facts = compiler.facts(piece.subject) | compiler.facts(piece.body)
        self._optional = sorted(_names(self._facts) - set(self.needs))
        self._tests = sorted((f for f in self._facts if f.test in ("above", "below", "equals")), key=repr)
        self._formats = self._formatters(library)
        self._fallbacks = {name: library.fields[name].otherwise for name in self.needs}
        self._plans: dict[object, _Plan] = {}

    def values(self, context: Context) -> tuple[Values, Context]:
        """The fields of the context that this kind can use, as words and as they came."""
        formats, values, raw = self._formats, self._fallbacks.copy(), {}
        for name, given in context.items():
            if (formatter := formats.get(name)) is not None:
                value = given if type(given) in SCALARS else plain(given)
                if (text := formatter(value)) is not None:
                    values[name] = text
                    raw[name] = value
        return values, raw

    def plan(self, values: Values, raw: Context, draw: Draw) -> _Plan:
        """The plan for these facts and for the voice that speaks."""
        voice = self._voice(values, draw)
        there = tuple(map(values.__contains__, self._optional))
        tests = tuple([test.holds(values, raw) for test in self._tests])
        found = self._plans.get((voice, there, tests))
        return found or self._compile((voice, there, tests), values, raw)

    def _compile(self, key: tuple[str | None, object, object], values: Values, raw: Context) -> _Plan:
        voice = key[0]
        facts = frozenset(
            fact for fact in self._facts if (voice in fact.among if fact.test == "voice" else fact.holds(values, raw))
        )
        text = self._compiler.letter(self._piece, facts)
        plan = _Plan(text, _style(self._voices[voice]) if voice else None)
        if len(self._plans) >= _PLANS_LIMIT:
            self._plans.clear()
        self._plans[key] = plan
        return plan

    def _voice(self, values: Values, draw: Draw) -> str | None:
        if not self._cast:
            return None
        who = values.get(self._by) if self._by else None
        return self._cast[(crc32(who.encode()) if who else draw()) % len(self._cast)]

    def _formatters(self, library: Library) -> dict[str, Formatter]:
        names = {*_names(self._facts), *self.needs, *([self._by] if self._by else [])}
        return {name: FORMATTERS[library.fields[name].format] for name in names}


def _names(facts: frozenset[Fact]) -> set[str]:
    return {fact.field for fact in facts if fact.field}


def _cast(voices: VoiceSet | None) -> tuple[str, ...]:
    return tuple(name for name, weight in voices.weights.items() for _ in range(weight)) if voices else ()


def _style(voice: Voice) -> Callable[[str], str] | None:
    """The spelling of a voice as one function, or None where it leaves every text as it is."""
    if voice == Voice():
        return None
    case = {"keep": None, "lower": str.lower, "upper": str.upper}[voice.case]
    replace = tuple(voice.replace.items())

    def style(text: str) -> str:
        if case is not None:
            text = case(text)
        for old, new in replace:
            text = text.replace(old, new)
        return text if voice.final_stop else _without_stop(text)

    return style


def _without_stop(text: str) -> str:
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def _finished(text: str, limit: int) -> str:
    """No gaps, and no more than ``limit`` characters, cut between words."""
    text = settle(text.strip(_EDGES))
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"
