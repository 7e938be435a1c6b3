"""Everything that a report tells of one hackathon."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from hackathon import catalogue
from hackathon.models import Hackathon, LogEntry, Participant, Receipt
from hackathon.rules.enums import PersonStatus
from hackathon.selectors import report_tables
from hackathon.selectors.games import summary
from hackathon.selectors.report_tables import Row


@dataclass(frozen=True, slots=True)
class ReportData:
    """``ticks`` are the standings after each tick that the log still holds; money in euros everywhere."""

    headline: Row
    participants: list[Row]
    projects: list[Row]
    shipments: list[Row]
    incidents: list[Row]
    requests: list[Row]
    receipts: list[Row]
    ledger: list[Row]
    ticks: list[Row]
    words: str
    written_at: datetime

    def table(self, name: str) -> list[Row]:
        """One of ``TABLES``."""
        rows: list[Row] = getattr(self, name)
        return rows


TABLES = ("participants", "projects", "shipments", "incidents", "requests", "receipts", "ledger", "ticks")


def report_version(hackathon: Hackathon) -> str:
    """Changes with everything that a report tells: the tick, and the last line of the log; one statement."""
    last = LogEntry.objects.filter(hackathon=hackathon).aggregate(last=Max("id"))["last"]
    return f"{hackathon.pk}-{hackathon.tick}-{hackathon.status}-{last}"


def report_rows(hackathon: Hackathon) -> int:
    """About how many rows a report has to read; one statement, because most of them are numbered."""
    numbered = hackathon.next_participant + hackathon.next_incident + hackathon.next_request + hackathon.next_shipment
    return hackathon.tick + numbered + Receipt.objects.filter(hackathon=hackathon).count()


def report_data(hackathon: Hackathon, now: datetime) -> ReportData:
    """A fixed number of statements, one a table."""
    headline = summary(hackathon, catalogue.rules())
    people = report_tables.people_of(hackathon)
    names = {person.number: person.name for person in people}
    incidents = report_tables.incident_rows(hackathon, names)
    requests = report_tables.request_rows(hackathon, names)
    return ReportData(
        headline=headline,
        participants=report_tables.participant_rows(people),
        projects=report_tables.project_rows(hackathon),
        shipments=report_tables.shipment_rows(hackathon, names),
        incidents=incidents,
        requests=requests,
        receipts=report_tables.receipt_rows(hackathon),
        ledger=report_tables.ledger_rows(hackathon),
        ticks=report_tables.tick_rows(hackathon),
        words=_words(hackathon, headline, people, incidents, requests),
        written_at=now,
    )


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
