"""Who takes part: people made from a seed, with names that Faker generates for their part of the world.

The pools are made once, from fixed seeds, so a person is the same in every process; after that a person costs a few
table look-ups. Nobody here is real: names are drawn apart and put together, mailboxes lie in reserved domains.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module, resources
from typing import Annotated, Any, NamedTuple, TypeVar

from faker import Generator
from pydantic import BaseModel, ConfigDict, Field, model_validator

from npcs.rules.rendering import Draw, draws

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th", "ð": "d"}
)
_DIGITS = 100_000
_SKILL_SETS = 512
T = TypeVar("T")


class Home(BaseModel):
    """A city that people come from, and where they fly from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    city: str
    airport: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Locale(BaseModel):
    """A part of the world. ``romanised`` asks Faker for names in Latin letters where it keeps them apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    locale: Annotated[str, Field(pattern=r"^[a-z]{2}_[A-Z]{2}$")]
    country: str
    weight: Annotated[int, Field(ge=1, le=100)]
    romanised: bool = False
    homes: Annotated[tuple[Home, ...], Field(min_length=1)]


class PeopleFile(BaseModel):
    """From where people come, and how their names are drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    names_per_locale: Annotated[int, Field(ge=20, le=2_000)]
    email_domains: Annotated[
        tuple[Annotated[str, Field(pattern=r"^([a-z]+\.)?example(\.(org|com|net))?$")], ...], Field(min_length=1)
    ]
    handles: Annotated[
        tuple[Annotated[str, Field(pattern=r"^([a-z-]|\{(first|last|initial|digits)\})+$")], ...], Field(min_length=1)
    ]
    skills: Annotated[tuple[str, ...], Field(min_length=5)]
    skills_each: tuple[Annotated[int, Field(ge=1)], int]
    locales: Annotated[tuple[Locale, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _skills_fit(self) -> PeopleFile:
        least, most = self.skills_each
        if not least <= most <= len(self.skills):
            raise ValueError("skills_each is (least, most), and most at most the number of skills")
        return self


class Person(NamedTuple):
    """Somebody who takes part."""

    name: str
    email: str
    github_username: str
    country: str
    city: str
    airport: str
    locale: str
    skills: tuple[str, ...]


class _Name(NamedTuple):
    shown: str
    handle: str


class _Pool(NamedTuple):
    """Everything drawn from in one locale; first and last names in pairs of lists, as gendered surnames ask for."""

    place: Locale
    firsts: tuple[tuple[_Name, ...], ...]
    lasts: tuple[tuple[_Name, ...], ...]


class People:
    """A population: the same seed is the same person for as long as its file stays the same."""

    def __init__(self, file: PeopleFile) -> None:
        pools = [_pool(place, file.names_per_locale) for place in file.locales]
        self._pools = tuple(pool for pool in pools for _ in range(pool.place.weight))
        self._domains, self._handles = file.email_domains, file.handles
        self._skills = tuple(_skill_set(file, number) for number in range(_SKILL_SETS))

    def person(self, seed: int) -> Person:
        """The person behind a seed."""
        draw = draws(b"person", seed)
        pool = _pick(self._pools, draw)
        gender = draw() & 1
        first, last = _pick(pool.firsts[gender], draw), _pick(pool.lasts[gender], draw)
        digits = str(seed % _DIGITS)
        home = _pick(pool.place.homes, draw)
        handle = _pick(self._handles, draw).format(
            first=first.handle, last=last.handle, initial=first.handle[0], digits=digits
        )
        return Person(
            f"{first.shown} {last.shown}",
            f"{first.handle}.{last.handle}{digits}@{_pick(self._domains, draw)}",
            handle,
            pool.place.country,
            home.city,
            home.airport,
            pool.place.locale,
            _pick(self._skills, draw),
        )


def person(seed: int) -> Person:
    """The person behind a seed, in the population of the packaged ``content/people.json``."""
    return packaged_people().person(seed)


@lru_cache(maxsize=1)
def packaged_people() -> People:
    """The population that comes with the game; made at first use, then kept for the life of the process."""
    text = resources.files("npcs").joinpath("content/people.json").read_text(encoding="utf-8")
    return People(PeopleFile.model_validate(json.loads(text)))


def latin(name: str) -> str:
    """A name as it may stand in an address: lower-case ASCII letters only."""
    spelled = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return "".join(letter for letter in spelled if "a" <= letter <= "z")


def _pick(options: tuple[T, ...], draw: Draw) -> T:
    return options[draw() * len(options) >> 16]


def _pool(place: Locale, size: int) -> _Pool:
    # Only the person provider of one locale: a whole Faker loads two dozen others and takes fifty times as long.
    provider = import_module(f"faker.providers.person.{place.locale}").Provider
    generator: Any = Generator()
    generator.add_provider(provider)
    generator.seed_instance(place.locale)
    if place.romanised:
        firsts, lasts = (_names(generator.first_romanized_name, size), _names(generator.last_romanized_name, size))
        return _Pool(place, (firsts, firsts), (lasts, lasts))
    return _Pool(
        place,
        (_names(generator.first_name_female, size), _names(generator.first_name_male, size)),
        (_names(generator.last_name_female, size), _names(generator.last_name_male, size)),
    )


def _names(make: Callable[[], str], size: int) -> tuple[_Name, ...]:
    names = (make() for _ in range(size))
    return tuple(_Name(name, handle) for name in names if (handle := latin(name)))


def _skill_set(file: PeopleFile, number: int) -> tuple[str, ...]:
    draw = draws(b"skills", number)
    least, most = file.skills_each
    size = least + draw() % (most - least + 1)
    return tuple(sorted(file.skills, key=lambda _skill: draw())[:size])
