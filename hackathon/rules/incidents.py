"""``incidents.json``: what can go wrong, what one may do about it, and what happens if one does not.

A new type of incident needs only a new entry there: every effect is a word of the ``Effect`` vocabulary.
"""

from typing import Literal

from pydantic import Field, field_validator

from hackathon.rules.base import (
    Change,
    Content,
    DottedKey,
    EuroChange,
    Euros,
    Gain,
    Key,
    Level,
    Points,
    Share,
    Text,
    Ticks,
    Weight,
)

SubjectFilter = Literal["nobody", "anyone", "in_person", "remote", "international", "traveller"]
Severity = Literal["low", "medium", "high", "critical"]


class Effect(Content):
    """What a choice or a missed deadline does.

    ``morale`` is the subject's, ``morale_all`` everybody's; ``returns`` ends the subject's idle days; ``leaves`` makes
    the subject go; with ``reopen_chance`` the incident comes back; ``flags_dishonest`` is the share of dishonest
    people who get flagged.
    """

    stress: Change = 0
    reputation: Change = 0
    legal: Change = 0
    euros: EuroChange = 0
    sponsor_mood: float = Field(default=0, ge=-2, le=2)
    morale: Change = 0
    morale_all: Change = 0
    returns: bool = False
    leaves: bool = False
    reopen_chance: Share = 0
    flags_dishonest: Share = 0


class Choice(Content):
    key: Key
    label: Text
    ap: Points = 0
    euros: Euros = 0
    effect: Effect = Effect()


class Messages(Content):
    """Kinds of message: the first word, and the reminder while the incident is open."""

    opened: DottedKey
    reminder: DottedKey


class IncidentType(Content):
    """Choices are ordered from the most thorough to the cheapest way out."""

    key: Key
    title: Text
    description: Text
    severity: Severity
    weight: Weight
    due_ticks: Ticks
    subject: SubjectFilter
    messages: Messages
    choices: tuple[Choice, ...] = Field(min_length=1)
    timeout: Effect

    @field_validator("choices")
    @classmethod
    def _distinct(cls, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        if len({choice.key for choice in choices}) < len(choices):
            raise ValueError("two choices have the same key")
        return choices


class Chance(Content):
    """Chance a tick that something happens."""

    base: Share
    per_participant: Share
    post_sf: Share
    stressed: Share
    stressed_above: Level


class LegalTrouble(Content):
    """Above this legal risk one more incident may come each tick."""

    above: Level
    chance: Share
    incident: Key


class Reopened(Content):
    reputation: Change
    stress: Change


class IncidentsModel(Content):
    """What can go wrong and how often, the ways out of it, and what happens when nobody takes one."""

    chance: Chance
    legal_trouble: LegalTrouble
    reopened: Reopened
    resolve_relief: Gain
    types: tuple[IncidentType, ...] = Field(min_length=1)

    @field_validator("types")
    @classmethod
    def _distinct(cls, types: tuple[IncidentType, ...]) -> tuple[IncidentType, ...]:
        if len({kind.key for kind in types}) < len(types):
            raise ValueError("two types have the same key")
        return types


model = IncidentsModel
