"""``message_kinds.json``: every kind of inbox message, who sends it, when, and what it knows."""

from typing import Literal, get_args

from pydantic import Field, field_validator

from hackathon.rules.base import (
    Content,
    Count,
    DottedKey,
    Euros,
    Factor,
    Level,
    Share,
    SomeDays,
    Text,
    Ticks,
    Weight,
    WholeRange,
)

Sender = Literal[
    "participant",
    "teammate",
    "parent",
    "sponsor",
    "landlord",
    "lawyer",
    "journalist",
    "airline",
    "bank",
    "volunteer",
    "stranger",
]
ContextField = Literal["participant", "incident", "request", "lease", "amount", "count"]
PERSON_CONDITIONS = (
    "anyone",
    "unhoused",
    "stipend_waiting",
    "receipt_waiting",
    "flight_waiting",
    "low_morale",
    "high_morale",
    "in_person",
    "housed",
    "remote",
    "international",
    "streak",
    "shipped",
    "ready_to_ship",
    "no_devlog",
    "idle",
    "flagged",
)
GAME_CONDITIONS = (
    "well_known",
    "ill_reputed",
    "sponsor_happy",
    "sponsor_unhappy",
    "short_of_money",
    "organiser_stressed",
    "legal_trouble",
)
CONDITIONS = PERSON_CONDITIONS + GAME_CONDITIONS
EVENTS = (
    "arrived",
    "stipend_opened",
    "flight_opened",
    "receipt_opened",
    "request_expired",
    "request_denied",
    "fraud_denied",
    "request_approved",
    "talked",
    "housed",
    "ship",
    "quit",
    "left_unhoused",
    "lease_ending",
    "lease_ended",
    "sponsor_paid",
    "volunteer_joined",
    "incident_timed_out",
)
WHENS = frozenset({*CONDITIONS, *(f"event:{name}" for name in EVENTS), "incident"})


class Thresholds(Content):
    """From where on a condition holds."""

    waiting_ticks: Ticks
    low_morale: Level
    high_morale: Level
    streak_days: SomeDays
    idle_days: SomeDays
    days_without_devlog: SomeDays
    well_known: Level
    ill_reputed: Level
    sponsor_happy: Factor
    sponsor_unhappy: Factor
    short_of_money: Euros
    organiser_stressed: Level
    legal_trouble: Level


class MessageKind(Content):
    """``when`` is a condition of the sender or the game, ``event:…``, or ``incident`` (named by incident types)."""

    key: DottedKey
    sender: Sender
    when: str
    weight: Weight
    context: tuple[ContextField, ...]
    about: Text

    @field_validator("when")
    @classmethod
    def _known(cls, when: str) -> str:
        if when not in WHENS:
            raise ValueError(f"must be one of: {', '.join(sorted(WHENS))}")
        return when


class MessagesModel(Content):
    """Every kind of letter in the inbox: who sends it, when, and what it knows.

    ``senders`` numbers the roles (their place names the thread of those who write about nothing particular).
    """

    senders: tuple[Sender, ...]
    thresholds: Thresholds
    per_tick: WholeRange
    incident_share: Share
    lease_notice_ticks: Count
    kinds: tuple[MessageKind, ...] = Field(min_length=1)

    @field_validator("senders")
    @classmethod
    def _all_senders(cls, senders: tuple[Sender, ...]) -> tuple[Sender, ...]:
        if sorted(senders) != sorted(get_args(Sender)):
            raise ValueError(f"must name each of these once: {', '.join(get_args(Sender))}")
        return senders

    @field_validator("kinds")
    @classmethod
    def _complete(cls, kinds: tuple[MessageKind, ...]) -> tuple[MessageKind, ...]:
        if len({kind.key for kind in kinds}) < len(kinds):
            raise ValueError("two kinds have the same key")
        spoken = [kind.when for kind in kinds if kind.when.startswith("event:")]
        missing = {f"event:{name}" for name in EVENTS} - set(spoken)
        if missing or len(spoken) > len(EVENTS):
            raise ValueError(
                f"each event needs exactly one kind; look at {', '.join(sorted(missing)) or 'the doubled'}"
            )
        if not any(kind.when == "anyone" for kind in kinds):
            raise ValueError("at least one kind must be for anyone")
        return kinds


model = MessagesModel
