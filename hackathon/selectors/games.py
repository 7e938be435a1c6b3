"""Where a game stands."""

from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from hackathon import catalogue
from hackathon.errors import HackathonNotFound, NotYourHackathon
from hackathon.models import Hackathon, HousingLease, InboxMessage, Incident, Participant, Request
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import (
    EndReason,
    GameStatus,
    IncidentStatus,
    LeaseStatus,
    PersonStatus,
    RequestKind,
    RequestStatus,
    ShipState,
)

READY_TO_SHIP = (ShipState.READY_FIRST, ShipState.READY_SECOND)
UNDER_WAY = (GameStatus.RUNNING, GameStatus.PAUSED)


def hackathons_of(user_id: UUID) -> QuerySet[Hackathon]:
    """The player's hackathons, newest first."""
    return Hackathon.objects.filter(user_id=user_id).order_by("-id")


def hackathon_current(user_id: UUID) -> Hackathon | None:
    """The hackathon that ``current`` means: the newest one under way, else the newest; one statement."""
    under_way = Case(When(status__in=UNDER_WAY, then=Value(0)), default=Value(1), output_field=IntegerField())
    return Hackathon.objects.filter(user_id=user_id).order_by(under_way, "-id").first()


def hackathon_get(*, user_id: UUID, hackathon_id: int) -> Hackathon:
    """One statement; raises HackathonNotFound or NotYourHackathon."""
    hackathon = Hackathon.objects.filter(pk=hackathon_id).first()
    if hackathon is None:
        raise HackathonNotFound
    if hackathon.user_id != user_id:
        raise NotYourHackathon
    return hackathon


def summary(hackathon: Hackathon, rules: Rules) -> dict[str, Any]:
    """A hackathon's own row for clients; money in euros, ``time_remaining`` in ticks."""
    return {
        "id": hackathon.pk,
        "hackathon_id": hackathon.pk,
        "name": hackathon.name,
        "status": GameStatus(hackathon.status).name.lower(),
        "end_reason": EndReason(hackathon.end_reason).name.lower() if hackathon.end_reason else None,
        "tick": hackathon.tick,
        "day": hackathon.tick // rules.ticks_per_day,
        "phase": "post_sf"
        if hackathon.tick // rules.ticks_per_day >= rules.economy.clock.post_sf_from_day
        else "pre_sf",
        "time_remaining": max(0, rules.season_ticks - hackathon.tick),
        "stress_level": round(hackathon.stress, 2),
        "reputation": round(hackathon.reputation, 2),
        "legal_risk": round(hackathon.legal, 2),
        "action_points": round(hackathon.ap, 2),
        "sponsor_mood": round(hackathon.sponsor_mood, 3),
        "volunteers": hackathon.volunteers,
        "budget_total": hackathon.income_cents / 100,
        "budget_used": (hackathon.income_cents - hackathon.budget_cents) / 100,
        "budget_left": hackathon.budget_cents / 100,
        "score": round(hackathon.score, 1),
        "created_at": hackathon.created_at,
        "ended_at": hackathon.ended_at,
    }


def game_state(hackathon: Hackathon) -> dict[str, Any]:
    """Everything a front end shows first: the numbers, what burns, what waits; six statements."""
    rules = catalogue.rules()
    people = list(
        Participant.objects.filter(hackathon=hackathon, status=PersonStatus.ACTIVE)
        .order_by("number")
        .only("id", "number", "name", "ship_state", "in_person", "bed", "flagged", "morale")
    )
    by_number = {person.number: person for person in people}
    incidents = open_incidents(hackathon, rules, by_number)
    requests = _open_requests(hackathon, by_number)
    return {
        **summary(hackathon, rules),
        "active_events": incidents,
        "pending_actions": [*requests, *_people_waiting(people)],
        "hackathons": [summary(mine, rules) for mine in hackathons_of(hackathon.user_id)[:50]],
        "counts": {
            **_counts_of(hackathon, people),
            "open_incidents": len(incidents),
            "open_requests": len(requests),
        },
    }


def _counts_of(hackathon: Hackathon, people: list[Participant]) -> dict[str, int]:
    """How many of whom and what there are; two statements."""
    leases = HousingLease.objects.filter(hackathon=hackathon, status=LeaseStatus.ACTIVE)
    unread = InboxMessage.objects.filter(hackathon=hackathon, read_at=None, outgoing=False)
    return {
        "participants": len(people),
        "in_person": sum(person.in_person for person in people),
        "unhoused": sum(person.in_person and not person.bed for person in people),
        "flagged": sum(person.flagged for person in people),
        "beds": sum(leases.values_list("beds", flat=True)),
        "unread_messages": unread.count(),
        "first_ships": hackathon.first_ships,
        "second_ships": hackathon.second_ships,
        "people_lost": hackathon.people_lost,
    }


def incident_get(*, incident_id: int) -> dict[str, Any]:
    """One incident for clients; two statements at most."""
    incident = Incident.objects.get(pk=incident_id)
    subject = Participant.objects.filter(hackathon_id=incident.hackathon_id, number=incident.subject).first()
    return incident_view(incident, catalogue.rules(), subject)


def open_incidents(hackathon: Hackathon, rules: Rules, people: dict[int, Participant]) -> list[dict[str, Any]]:
    """The open incidents, most urgent first, with the choices they offer; one statement."""
    rows = Incident.objects.filter(hackathon=hackathon, status=IncidentStatus.OPEN).order_by("deadline_tick", "number")
    return [incident_view(row, rules, people.get(row.subject)) for row in rows]


def incident_view(incident: Incident, rules: Rules, subject: Participant | None) -> dict[str, Any]:
    """An incident for clients; one whose type the content no longer knows offers no choices."""
    place = rules.incident_types.index.get(incident.type)
    kind = rules.incident_types.types[place] if place is not None else None
    return {
        "event_id": incident.pk,
        "event_type": incident.type,
        "title": incident.title,
        "description": incident.description,
        "severity": kind.severity if kind else "low",
        "status": IncidentStatus(incident.status).name.lower(),
        "participant_id": subject.pk if subject else None,
        "opened_tick": incident.opened_tick,
        "deadline_tick": incident.deadline_tick,
        "choices": [
            {"choice": choice.key, "label": choice.label, "action_points": choice.ap, "cost": float(choice.euros)}
            for choice in (kind.choices if kind else ())
        ],
    }


def _open_requests(hackathon: Hackathon, people: dict[int, Participant]) -> list[dict[str, Any]]:
    rows = Request.objects.filter(hackathon=hackathon, status=RequestStatus.OPEN).order_by("due_tick", "number")
    return [
        {
            "kind": RequestKind(row.kind).name.lower(),
            "target_id": row.pk,
            "action_types": ["approve", "deny", "verify"],
            "participant_id": people[row.participant].pk if row.participant in people else None,
            "participant_name": people[row.participant].name if row.participant in people else None,
            "amount": row.amount_cents / 100,
            "suspicion": round(row.suspicion, 2),
            "due_tick": row.due_tick,
        }
        for row in rows
    ]


def _people_waiting(people: list[Participant]) -> list[dict[str, Any]]:
    """Finished projects and missing beds, as things to do."""
    waiting = []
    for person in people:
        if person.ship_state in READY_TO_SHIP:
            waiting.append(_waiting("ship", "ship", person))
        if person.in_person and not person.bed:
            waiting.append(_waiting("bed", "assign", person))
    return waiting


def _waiting(kind: str, action_type: str, person: Participant) -> dict[str, Any]:
    return {
        "kind": kind,
        "target_id": person.pk,
        "action_types": [action_type],
        "participant_id": person.pk,
        "participant_name": person.name,
        "amount": None,
        "suspicion": None,
        "due_tick": None,
    }
