"""What one file alone cannot know: references from file to file, and sums that must make sense together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from pydantic import BaseModel

from hackathon.rules.economy import EconomyModel
from hackathon.rules.incidents import IncidentsModel
from hackathon.rules.messages import MessagesModel
from hackathon.rules.requests import ReasonKey, RequestsModel
from hackathon.rules.work import WorkModel


@dataclass(frozen=True, slots=True)
class Problem:
    """A piece of content that makes no sense: its file, the JSON pointer to it, and what was expected there."""

    file: str
    pointer: str
    expected: str


def check_rules(contents: Mapping[str, BaseModel]) -> list[Problem]:
    """All problems between files; empty if the contents fit together."""
    return [
        *_incident_references(contents),
        *_message_references(contents),
        *_reasons(contents),
        *_chances(contents),
        *_clock(contents),
    ]


def _incident_references(contents: Mapping[str, BaseModel]) -> Iterator[Problem]:
    incidents = cast("IncidentsModel", contents["hackathon/incidents.json"])
    work = cast("WorkModel", contents["hackathon/work.json"])
    requests = cast("RequestsModel", contents["hackathon/requests.json"])
    known = {kind.key for kind in incidents.types}
    named = (
        ("hackathon/incidents.json", "/legal_trouble/incident", incidents.legal_trouble.incident),
        ("hackathon/work.json", "/idle/incident", work.idle.incident),
        ("hackathon/requests.json", "/expired/incident", requests.expired.incident),
        ("hackathon/requests.json", "/denied/incident", requests.denied.incident),
    )
    for file, pointer, key in named:
        if key not in known:
            yield Problem(file, pointer, f"an incident type of incidents.json: {', '.join(sorted(known))}")


def _message_references(contents: Mapping[str, BaseModel]) -> Iterator[Problem]:
    incidents = cast("IncidentsModel", contents["hackathon/incidents.json"])
    messages = cast("MessagesModel", contents["hackathon/message_kinds.json"])
    known = {kind.key for kind in messages.kinds if kind.when == "incident"}
    for place, kind in enumerate(incidents.types):
        for word in ("opened", "reminder"):
            if getattr(kind.messages, word) not in known:
                expected = "a kind of message_kinds.json with when = incident"
                yield Problem("hackathon/incidents.json", f"/types/{place}/messages/{word}", expected)


def _reasons(contents: Mapping[str, BaseModel]) -> Iterator[Problem]:
    requests = cast("RequestsModel", contents["hackathon/requests.json"])
    for key in get_args(ReasonKey):
        if key not in requests.reasons:
            yield Problem("hackathon/requests.json", f"/reasons/{key}", "a sentence for each reason")


def _chances(contents: Mapping[str, BaseModel]) -> Iterator[Problem]:
    work = cast("WorkModel", contents["hackathon/work.json"])
    if work.day.base_chance + work.day.chance_by_morale > 1:
        yield Problem("hackathon/work.json", "/day/chance_by_morale", "at most 1 together with base_chance")


def _clock(contents: Mapping[str, BaseModel]) -> Iterator[Problem]:
    clock = cast("EconomyModel", contents["hackathon/economy.json"]).clock
    if clock.post_sf_from_day > clock.season_days:
        yield Problem("hackathon/economy.json", "/clock/post_sf_from_day", "a day within the season")
