"""Tommy's tables, split by noun. They mirror the columns of ``hackathon.simulation.state`` one to one.

This package may import ``hackathon.rules`` (its enums), nothing above it. Ticks are a game's own, counted from 0, and
-1 stands for "never"; money is integer cents. Within one hackathon rows refer to each other by ``number``, which is
unique there and never used again, because randomness is keyed by it and must not depend on database ids.
"""

from hackathon.models.announcements import AdminEvent, AdminEventDelivery
from hackathon.models.claims import Claim, FlightPlan
from hackathon.models.events import Incident, Request
from hackathon.models.hackathons import Hackathon, World
from hackathon.models.housing import HousingApplication, HousingLease, HousingListing
from hackathon.models.ledger import LedgerEntry
from hackathon.models.orders import StandingOrder
from hackathon.models.people import CodingReport, Commit, Devlog, Participant
from hackathon.models.projects import Project, ProjectFile, Shipment
from hackathon.models.receipts import Receipt
from hackathon.models.records import InboxMessage, LogEntry
from hackathon.models.saves import SaveGame

__all__ = [
    "AdminEvent",
    "AdminEventDelivery",
    "Claim",
    "CodingReport",
    "Commit",
    "Devlog",
    "FlightPlan",
    "Hackathon",
    "HousingApplication",
    "HousingLease",
    "HousingListing",
    "InboxMessage",
    "Incident",
    "LedgerEntry",
    "LogEntry",
    "Participant",
    "Project",
    "ProjectFile",
    "Receipt",
    "Request",
    "SaveGame",
    "Shipment",
    "StandingOrder",
    "World",
]
