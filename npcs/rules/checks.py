"""The sense check of grammar files: everything that a schema cannot see, reported by file and JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from npcs.rules.formats import TEXT_MODIFIERS, field_modifier
from npcs.rules.grammar import GrammarFile, Kind, Problem
from npcs.rules.library import Address, Library, Option, Piece, Rule, fields, modified, stands, symbols
from npcs.rules.template import FieldRef


def check_grammars(files: Mapping[str, GrammarFile]) -> list[Problem]:
    """Everything wrong with these files, in their order; an empty list means that they compile and render."""
    if unknown := list(_unknown_files(files)):
        return unknown
    library = Library(files)
    problems = [*library.problems, *_doubled(files)]
    for rule in _all_rules(library):
        problems += _check_rule(library, rule)
    for piece in library.pieces.values():
        problems += _check_kind(library, piece)
    problems += _cycles(library)
    return problems or [*_unreachable(library), *_uncovered(library)]


def _unknown_files(files: Mapping[str, GrammarFile]) -> Iterator[Problem]:
    for name, file in files.items():
        for i, used in enumerate(file.uses):
            if used not in files:
                yield Problem(file=name, pointer=f"/uses/{i}", expected=f"one of {sorted(files)}")


def _doubled(files: Mapping[str, GrammarFile]) -> Iterator[Problem]:
    for part in ("context", "voices", "voice_sets", "kinds"):
        owners: dict[str, str] = {}
        for name, file in files.items():
            for key in getattr(file, part):
                owner = owners.setdefault(key, name)
                if owner != name:
                    yield Problem(file=name, pointer=f"/{part}/{key}", expected=f"one declaration; {owner} has it")


def _all_rules(library: Library) -> Iterator[Rule]:
    yield from library.rules.values()
    for piece in library.pieces.values():
        yield from (piece.subject, piece.body)


def _check_rule(library: Library, rule: Rule) -> Iterator[Problem]:
    for option in rule.options:
        for expected in _option_errors(library, rule, option):
            yield Problem(file=rule.file, pointer=option.pointer, expected=expected)


def _option_errors(library: Library, rule: Rule, option: Option) -> Iterator[str]:
    for symbol in symbols(option.nodes):
        if library.rule(rule.file, symbol.name) is None:
            yield f"a rule named '{symbol.name}' in this file or in one that it uses"
    for name in (*(field.name for field in fields(option.nodes)), *_condition_fields(option)):
        if name not in library.fields:
            yield f"'{name}' declared under /context"
    for voice in option.when.voice:
        if voice not in library.voices:
            yield f"a voice among {sorted(library.voices)} instead of '{voice}'"
    for reference, modifier in modified(option.nodes):
        if not _modifier_known(reference, modifier.name, modifier.argument):
            yield f"a known modifier instead of '{modifier.name}' on '{reference.name}'"


def _modifier_known(reference: object, name: str, argument: str) -> bool:
    if isinstance(reference, FieldRef):
        return field_modifier(name, argument) is not None
    return name in TEXT_MODIFIERS and not argument


def _condition_fields(option: Option) -> tuple[str, ...]:
    when = option.when
    return (*when.has, *when.lacks, *when.above, *when.below, *when.equals)


def _check_kind(library: Library, piece: Piece) -> Iterator[Problem]:
    key = piece.body.name.removesuffix(" body")
    for i, field in enumerate(piece.kind.needs):
        if field not in library.fields:
            yield Problem(file=piece.file, pointer=f"/kinds/{key}/needs/{i}", expected=f"'{field}' under /context")
    cast = piece.kind.voices
    if cast is None:
        return
    pointer = f"/kinds/{key}/voices"
    if cast not in library.voice_sets:
        yield Problem(file=piece.file, pointer=pointer, expected=f"one of {sorted(library.voice_sets)}")
    elif unknown := sorted(set(library.voice_sets[cast].weights) - set(library.voices)):
        yield Problem(file=piece.file, pointer=pointer, expected=f"declared voices, not {unknown}")


def _callees(library: Library, rule: Rule) -> Iterator[Rule]:
    for option in rule.options:
        for symbol in symbols(option.nodes):
            if found := library.rule(rule.file, symbol.name):
                yield found


def _cycles(library: Library) -> Iterator[Problem]:
    done: set[Address] = set()
    for rule in library.rules.values():
        if cycle := _find_cycle(library, rule, (), done):
            yield Problem(
                file=rule.file, pointer=f"/rules/{rule.name}", expected=f"no cycle, but found {' → '.join(cycle)}"
            )


def _find_cycle(library: Library, rule: Rule, path: tuple[Address, ...], done: set[Address]) -> tuple[str, ...]:
    if rule.address in path:
        return (*(name for _file, name in path[path.index(rule.address) :]), rule.name)
    if rule.address in done:
        return ()
    for callee in _callees(library, rule):
        if cycle := _find_cycle(library, callee, (*path, rule.address), done):
            return cycle
    done.add(rule.address)
    return ()


def _reachable(library: Library, start: Rule, seen: dict[Address, Rule]) -> None:
    seen[start.address] = start
    for callee in _callees(library, start):
        if callee.address not in seen:
            _reachable(library, callee, seen)


def _unreachable(library: Library) -> Iterator[Problem]:
    seen: dict[Address, Rule] = {}
    for piece in library.pieces.values():
        _reachable(library, piece.subject, seen)
        _reachable(library, piece.body, seen)
    for address, rule in library.rules.items():
        if address not in seen:
            yield Problem(file=rule.file, pointer=f"/rules/{rule.name}", expected="a kind that reaches this rule")


def _uncovered(library: Library) -> Iterator[Problem]:
    """Rules that could be left without any alternative when a caller hands over nothing but what the kind needs."""
    for key, piece in library.pieces.items():
        seen: dict[Address, Rule] = {}
        _reachable(library, piece.subject, seen)
        _reachable(library, piece.body, seen)
        for rule in seen.values():
            for voice in _kind_voices(library, piece.kind):
                if not any(_always(option, voice, piece.kind.needs) for option in rule.options):
                    pointer = rule.options[0].pointer.rsplit("/", 1)[0]
                    expected = f"an unconditional alternative for kind '{key}' in voice '{voice}'"
                    yield Problem(file=rule.file, pointer=pointer, expected=expected)


def _kind_voices(library: Library, kind: Kind) -> tuple[str | None, ...]:
    return tuple(library.voice_sets[kind.voices].weights) if kind.voices else (None,)


def _always(option: Option, voice: str | None, needs: tuple[str, ...]) -> bool:
    when = option.when
    if when.lacks or when.above or when.below or when.equals or not set(when.has) <= set(needs):
        return False
    return (not when.voice or voice in when.voice) and stands(option.nodes, frozenset(needs))
