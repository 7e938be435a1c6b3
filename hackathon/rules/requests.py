"""``requests.json``: stipends, flights and receipts, how they are judged, and the words for it."""

from typing import Literal

from hackathon.rules.base import (
    Change,
    Content,
    Count,
    Days,
    Euros,
    Gain,
    Key,
    Loss,
    Range,
    Share,
    SomeDays,
    Text,
    Ticks,
    WholeRange,
)

ReasonKey = Literal[
    "high_suspicion",
    "unusual_amount",
    "earlier_suspicion",
    "flagged_person",
    "proven_fake",
    "organiser_decision",
    "repeated_claim",
    "no_grounds",
    "no_papers",
]


class Fraud(Content):
    """Share of false requests, by the person's (hidden) honesty."""

    dishonest: Share
    honest: Share


class Stipend(Content):
    due_ticks: Ticks
    every_days: SomeDays
    euros: Euros
    fraud: Fraud


class Journey(Content):
    """A booked flight leaves ``departs_ticks`` later, unless it is late (once) or cancelled; then money comes back."""

    departs_ticks: WholeRange
    delayed_chance: Share
    delay_ticks: WholeRange
    cancelled_chance: Share
    refund_share: Share


class Flight(Content):
    """Once a project is shipped, from ``from_day`` on."""

    due_ticks: Ticks
    from_day: Days
    euros: Euros
    euros_international: Euros
    fraud: Fraud
    journey: Journey


class Receipt(Content):
    due_ticks: Ticks
    chance: Share
    euros: Range
    fraud: Fraud


class Suspicion(Content):
    """The shown score: the mean by truth, with noise, cut to 0-1; ``high`` and ``unusual_euros`` give reasons."""

    fraud: Share
    honest: Share
    deviation: Share
    high: Share
    unusual_euros: Euros


class Expired(Content):
    reputation: Loss
    morale: Loss
    incident: Key
    incident_chance: Share


class Approved(Content):
    morale: Gain
    fraud_reputation: Loss


class Denied(Content):
    fraud_reputation: Change
    honest_morale: Loss
    honest_reputation: Loss
    incident: Key
    incident_chance: Share


class Weights(Content):
    """How suspicious each fault makes a claim, 0 to 1; the sum counts."""

    flagged_person: Share
    earlier_suspicion: Share
    unusual_amount: Share
    repeated_claim: Share
    no_grounds: Share
    no_papers: Share


class Claims(Content):
    """Stipends that the organiser enters for somebody; from ``deny_at`` on they are turned down by themselves."""

    open_per_person: Count
    unusual_euros: Euros
    papers_from_euros: Euros
    grounds_letters: Count
    repeat_ticks: Ticks
    deny_at: Share
    weights: Weights


class RequestsModel(Content):
    """Stipends, flights and receipts: when they come, what they cost, how suspicious they look, and words for it."""

    stipend: Stipend
    flight: Flight
    receipt: Receipt
    suspicion: Suspicion
    expired: Expired
    approved: Approved
    denied: Denied
    flag_at: Count
    claims: Claims
    reasons: dict[ReasonKey, Text]


model = RequestsModel
