"""The NPCs' content in force: the grammars, and the writer made of them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import cast as cast_to

from npcs import moderation
from npcs.gateway import settings as gateway
from npcs.gateway.calls import ANSWERS
from npcs.rules.answers import AnswersModel
from npcs.rules.cast import CastModel, cast_faults
from npcs.rules.checks import check_grammars
from npcs.rules.grammar import GrammarFile, Problem
from npcs.rules.people import People, PeopleFile
from npcs.rules.talk import TalkModel
from npcs.rules.writer import Writer, compile_grammars
from tommy.core.content import Contents, content

FOLDER = "npcs/grammars"
CAST = "npcs/npcs.json"
TALK = "npcs/talk.json"
PEOPLE = "npcs/people.json"


def register() -> None:
    """Make the files known to the loader; called once when the app is ready."""
    content.register_folder(FOLDER, GrammarFile)
    content.register(gateway.FILE, gateway.GatewaySettings)
    content.register(ANSWERS, AnswersModel)
    content.register(moderation.FILE, moderation.WordsModel)
    content.register(CAST, CastModel)
    content.register(TALK, TalkModel)
    content.register(PEOPLE, PeopleFile)
    content.register_check(check_files)
    content.register_check(check_uses)
    content.register_check(check_cast)


def writer() -> Writer:
    """The offline writer in force."""
    return content.compiled(compile_writer)


def cast() -> CastModel:
    """The characters in force."""
    return content.get(CAST, CastModel)


def talk() -> TalkModel:
    """The rules of talking in force."""
    return content.get(TALK, TalkModel)


def compile_writer(files: Contents) -> Writer:
    return compile_grammars(_grammars(files))


def compile_people(files: Contents) -> People:
    """The population of ``people.json``; equal files share one, because making it takes most of a second."""
    return _population(cast_to(PeopleFile, files[PEOPLE]).model_dump_json())


@lru_cache(maxsize=2)
def _population(text: str) -> People:
    return People(PeopleFile.model_validate_json(text))


def check_files(files: Contents) -> Iterable[Problem]:
    """The grammars' sense check, with its problems named as the loader names files."""
    for problem in check_grammars(_grammars(files)):
        yield problem._replace(file=f"{FOLDER}/{problem.file}.json")


def check_uses(files: Contents) -> Iterable[Problem]:
    """Every use of the AI filters words at a level that there is."""
    levels = moderation.level_names(files)
    for name, use in cast_to(gateway.GatewaySettings, files[gateway.FILE]).uses.items():
        if use.word_level not in levels:
            yield Problem(gateway.FILE, f"/uses/{name}/word_level", f"one of {', '.join(sorted(levels))}")


def check_cast(files: Contents) -> Iterable[Problem]:
    """Every deal is about an intent that can be understood, every intent and errand has words."""
    rules, people = cast_to(TalkModel, files[TALK]), cast_to(CastModel, files[CAST])
    kinds = frozenset(kind for grammar in _grammars(files).values() for kind in grammar.kinds)
    for intent in sorted(rules.keys):
        if f"talk.{intent}" not in kinds:
            yield Problem(TALK, "/intents", f"a grammar with the kind 'talk.{intent}'")
    for pointer, expected in cast_faults(people, rules.keys, kinds):
        yield Problem(CAST, pointer, expected)


def _grammars(files: Contents) -> dict[str, GrammarFile]:
    """The grammar files by the short names they call each other."""
    return {
        name.removeprefix(f"{FOLDER}/").removesuffix(".json"): cast_to(GrammarFile, model)
        for name, model in files.items()
        if name.startswith(f"{FOLDER}/")
    }
