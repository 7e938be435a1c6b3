"""The rows of a report's tables; money in euros, names of people instead of their numbers."""

from typing import Any

from hackathon.models import (
    Hackathon,
    Incident,
    LedgerEntry,
    LogEntry,
    Participant,
    Project,
    Receipt,
    Request,
    Shipment,
)
from hackathon.rules.enums import (
    Cause,
    IncidentStatus,
    PersonStatus,
    RequestKind,
    RequestStatus,
    ShipmentState,
    ShipState,
)
from hackathon.rules.receipts import Verdict
from hackathon.rules.shipping import PHASES
from hackathon.selectors.projects import tracking_number

Row = dict[str, Any]
Names = dict[int, str]


def people_of(hackathon: Hackathon) -> list[Participant]:
    """Everybody who was ever there, in the order they came; one statement, as each of the following."""
    return list(Participant.objects.filter(hackathon=hackathon).order_by("number"))


def participant_rows(people: list[Participant]) -> list[Row]:
    return [_participant(person) for person in people if person.status != PersonStatus.REMOVED]


def incident_rows(hackathon: Hackathon, names: Names) -> list[Row]:
    return [
        {
            "tick": row.opened_tick,
            "title": row.title,
            "type": row.type,
            "about": names.get(row.subject, ""),
            "status": IncidentStatus(row.status).name.lower(),
            "decision": row.choice,
        }
        for row in Incident.objects.filter(hackathon=hackathon).order_by("number")
    ]


def request_rows(hackathon: Hackathon, names: Names) -> list[Row]:
    return [
        {
            "tick": row.created_tick,
            "kind": RequestKind(row.kind).name.lower(),
            "from": names.get(row.participant, ""),
            "amount": row.amount_cents / 100,
            "status": RequestStatus(row.status).name.lower(),
        }
        for row in Request.objects.filter(hackathon=hackathon).order_by("number")
    ]


def receipt_rows(hackathon: Hackathon) -> list[Row]:
    return [
        {
            "tick": row.tick,
            "from": row.participant.name,
            "vendor": row.vendor,
            "amount": row.amount_cents / 100,
            "verdict": Verdict(row.verdict).name.lower(),
            "confidence": round(row.confidence, 2),
        }
        for row in Receipt.objects.filter(hackathon=hackathon).select_related("participant").order_by("id")
    ]


def shipment_rows(hackathon: Hackathon, names: Names) -> list[Row]:
    return [
        {
            "tracking": tracking_number(row),
            "from": names.get(row.participant, ""),
            "phase": PHASES[row.phase],
            "status": ShipmentState(row.state).name.lower(),
            "packed_tick": row.packed_tick,
            "customs_tick": _tick(row.customs_tick),
            "closed_tick": _tick(row.closed_tick),
            "attempts": row.attempts,
        }
        for row in Shipment.objects.filter(hackathon=hackathon).order_by("number")
    ]


def project_rows(hackathon: Hackathon) -> list[Row]:
    rows = Project.objects.filter(participant__hackathon=hackathon).select_related("participant").order_by("id")
    return [
        {
            "title": row.title,
            "by": row.participant.name,
            "stage": ShipState(row.participant.ship_state).name.lower(),
            "hours": round(row.participant.hours, 1),
            "repository": row.repository_url,
        }
        for row in rows
    ]


def ledger_rows(hackathon: Hackathon) -> list[Row]:
    rows = LedgerEntry.objects.filter(hackathon=hackathon).order_by("id").values_list("tick", "cause", "amount_cents")
    return [{"tick": tick, "cause": Cause(cause).name.lower(), "amount": cents / 100} for tick, cause, cents in rows]


def tick_rows(hackathon: Hackathon) -> list[Row]:
    """Where the game stood after each tick that the log still holds."""
    lines = LogEntry.objects.filter(hackathon=hackathon, type="tick").order_by("id").values_list("tick", "data")
    return [_standing(tick, data["after"]) for tick, data in lines if "after" in data]


def _standing(tick: int, after: Row) -> Row:
    euros = {"budget": after["budget_cents"] / 100}
    return {"tick": tick, **{name: round(after[name], 2) for name in ("stress", "reputation", "legal")}, **euros}


def _participant(person: Participant) -> Row:
    return {
        "name": person.name,
        "country": person.country,
        "status": PersonStatus(person.status).name.lower(),
        "in_person": person.in_person,
        "hours": round(person.hours, 1),
        "morale": round(person.morale),
        "project": ShipState(person.ship_state).name.lower(),
        "flagged": person.flagged,
    }


def _tick(tick: int) -> int | None:
    return tick if tick >= 0 else None
