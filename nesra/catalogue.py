"""Nesra's content in force."""

from collections.abc import Iterator
from typing import cast

from nesra.rules.checks import Fault, check_catalogue, check_rules
from nesra.rules.numbers import Rules, SeededCatalogue
from tommy.core.content import Contents, content

RULES = "nesra/rules.json"
CATALOGUE = "nesra/catalogue.json"


def register() -> None:
    """Make the files known to the loader; called once when the app is ready."""
    content.register(RULES, Rules)
    content.register(CATALOGUE, SeededCatalogue)
    content.register_check(check_files)


def rules() -> Rules:
    """The numbers in force. Take them once for each command, so that a reload cannot change them midway."""
    return content.get(RULES, Rules)


def seeded() -> SeededCatalogue:
    """The items and seasons that the game ships with."""
    return content.get(CATALOGUE, SeededCatalogue)


def check_files(files: Contents) -> Iterator[Fault]:
    yield from check_rules(RULES, cast(Rules, files[RULES]))
    yield from check_catalogue(CATALOGUE, cast(SeededCatalogue, files[CATALOGUE]))
