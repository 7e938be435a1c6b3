"""Everything of Tommy's that a player owns, for the export of their account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from hackathon.models import (
    Claim,
    CodingReport,
    Commit,
    Devlog,
    FlightPlan,
    Hackathon,
    HousingApplication,
    HousingLease,
    InboxMessage,
    Incident,
    LedgerEntry,
    LogEntry,
    Participant,
    Project,
    ProjectFile,
    Receipt,
    Request,
    SaveGame,
    Shipment,
    StandingOrder,
)

HIDDEN = frozenset({"honest", "fraud", "seed", "person_seed", "snapshot"})
OWNED: dict[str, tuple[type[Model], str]] = {
    "hackathons": (Hackathon, "user_id"),
    "participants": (Participant, "hackathon__user_id"),
    "leases": (HousingLease, "hackathon__user_id"),
    "incidents": (Incident, "hackathon__user_id"),
    "requests": (Request, "hackathon__user_id"),
    "receipts": (Receipt, "hackathon__user_id"),
    "claims": (Claim, "request__hackathon__user_id"),
    "flight_plans": (FlightPlan, "request__hackathon__user_id"),
    "housing_applications": (HousingApplication, "participant__hackathon__user_id"),
    "coding_reports": (CodingReport, "participant__hackathon__user_id"),
    "projects": (Project, "participant__hackathon__user_id"),
    "project_files": (ProjectFile, "project__participant__hackathon__user_id"),
    "shipments": (Shipment, "hackathon__user_id"),
    "commits": (Commit, "participant__hackathon__user_id"),
    "devlogs": (Devlog, "participant__hackathon__user_id"),
    "inbox": (InboxMessage, "hackathon__user_id"),
    "log": (LogEntry, "hackathon__user_id"),
    "ledger": (LedgerEntry, "hackathon__user_id"),
    "orders": (StandingOrder, "hackathon__user_id"),
    "saves": (SaveGame, "hackathon__user_id"),
}


def player_export(user_id: UUID, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Table by table, all columns but what the game keeps from its player; one statement a table."""
    return {
        name: list(model._default_manager.filter(**{owner: user_id}).order_by("pk").values(*_columns(model)))
        for name, (model, owner) in OWNED.items()
    }


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in HIDDEN]
