"""Everything that a report tells of one hackathon."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from hackathon import catalogue
from hackathon.models import Hackathon, Incident, LogEntry, Participant, Receipt, Request
from hackathon.rules.enums import IncidentStatus, PersonStatus, RequestKind, RequestStatus, ShipState
from hackathon.rules.receipts import Verdict
from hackathon.selectors.games import summary

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReportData:
    """``ticks`` are the standings after each tick that the log still holds; money in euros everywhere."""

    headline: Row
    ticks: list[Row]
    participants: list[Row]
    incidents: list[Row]
    requests: list[Row]
    receipts: list[Row]
    words: str
    written_at: datetime

    def table(self, name: str) -> list[Row]:
        """One of ``TABLES``."""
        rows: list[Row] = getattr(self, name)
        return rows


TABLES = ("participants", "incidents", "requests", "receipts", "ticks")


def report_version(hackathon: Hackathon) -> str:
    """Changes with everything that a report tells: the tick, and the last line of the log; one statement."""
    last = LogEntry.objects.filter(hackathon=hackathon).aggregate(last=Max("id"))["last"]
    return f"{hackathon.pk}-{hackathon.tick}-{hackathon.status}-{last}"


def report_data(hackathon: Hackathon, now: datetime) -> ReportData:
    """Five statements."""
    headline = summary(hackathon, catalogue.rules())
    people = list(Participant.objects.filter(hackathon=hackathon).order_by("number"))
    names = {person.number: person.name for person in people}
    incidents = [_incident(row, names) for row in Incident.objects.filter(hackathon=hackathon).order_by("number")]
    requests = [_request(row, names) for row in Request.objects.filter(hackathon=hackathon).order_by("number")]
    receipts = Receipt.objects.filter(hackathon=hackathon).select_related("participant").order_by("id")
    lines = LogEntry.objects.filter(hackathon=hackathon, type="tick").order_by("id").values_list("tick", "data")
    return ReportData(
        headline=headline,
        ticks=[_tick(tick, data["after"]) for tick, data in lines if "after" in data],
        participants=[_participant(person) for person in people if person.status != PersonStatus.REMOVED],
        incidents=incidents,
        requests=requests,
        receipts=[_receipt(receipt) for receipt in receipts],
        words=_words(hackathon, headline, people, incidents, requests),
        written_at=now,
    )


def _tick(tick: int, after: Row) -> Row:
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


def _incident(row: Incident, names: dict[int, str]) -> Row:
    return {
        "tick": row.opened_tick,
        "title": row.title,
        "type": row.type,
        "about": names.get(row.subject, ""),
        "status": IncidentStatus(row.status).name.lower(),
        "decision": row.choice,
    }


def _request(row: Request, names: dict[int, str]) -> Row:
    return {
        "tick": row.created_tick,
        "kind": RequestKind(row.kind).name.lower(),
        "from": names.get(row.participant, ""),
        "amount": row.amount_cents / 100,
        "status": RequestStatus(row.status).name.lower(),
    }


def _receipt(row: Receipt) -> Row:
    return {
        "tick": row.tick,
        "from": row.participant.name,
        "vendor": row.vendor,
        "amount": row.amount_cents / 100,
        "verdict": Verdict(row.verdict).name.lower(),
        "confidence": row.confidence,
    }


def _words(
    hackathon: Hackathon, headline: Row, people: list[Participant], incidents: list[Row], requests: list[Row]
) -> str:
    """The offline writer's summary, the same for the same tick."""
    active = [person for person in people if person.status == PersonStatus.ACTIVE]
    context = {
        "day": headline["day"],
        "people": len(active),
        "unhoused": sum(person.in_person and not person.bed for person in active),
        "open_incidents": sum(row["status"] == "open" for row in incidents),
        "open_requests": sum(row["status"] == "open" for row in requests),
        "budget": hackathon.budget_cents,
        "stress": round(hackathon.stress),
        "reputation": round(hackathon.reputation),
    }
    kinds = ("summary.season", "summary.people", "summary.trouble", "summary.stress")
    writer = catalogue.wording().writer
    seed = hackathon.seed + hackathon.tick
    return " ".join(writer.write(kind, seed=seed, context=context).body for kind in kinds)
