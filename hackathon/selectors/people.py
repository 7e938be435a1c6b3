"""Participants and what they leave behind."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hackathon.errors import NotYourParticipant, ParticipantNotFound
from hackathon.models import Commit, Devlog, Hackathon, Participant
from hackathon.rules.enums import FlightState, PersonStatus, ShipState


def participants_of(hackathon: Hackathon) -> QuerySet[Participant]:
    """Everybody who was ever there, newest first; whom the organiser removed is gone."""
    return Participant.objects.filter(hackathon=hackathon).exclude(status=PersonStatus.REMOVED).order_by("-id")


def participant_get(*, user_id: UUID, participant_id: int) -> Participant:
    """One statement; raises ParticipantNotFound or NotYourParticipant."""
    participant = Participant.objects.select_related("hackathon").filter(pk=participant_id).first()
    if participant is None or participant.status == PersonStatus.REMOVED:
        raise ParticipantNotFound
    if participant.hackathon.user_id != user_id:
        raise NotYourParticipant
    return participant


def commits_of(participant: Participant) -> QuerySet[Commit]:
    return Commit.objects.filter(participant=participant).order_by("-id")


def devlogs_of(participant: Participant) -> QuerySet[Devlog]:
    return Devlog.objects.filter(participant=participant).order_by("-id")


def participant_view(participant: Participant) -> dict[str, Any]:
    """A participant for clients, without what is hidden from the player (who is honest)."""
    return {
        "id": participant.pk,
        "hackathon_id": participant.hackathon_id,
        "name": participant.name,
        "email": participant.email,
        "github_username": participant.github_username,
        "skills": participant.skills,
        "country": participant.country,
        "home_city": participant.home_city,
        "status": PersonStatus(participant.status).name.lower(),
        "in_person": participant.in_person,
        "international": participant.international,
        "housed": bool(participant.bed),
        "flight": FlightState(participant.flight).name.lower(),
        "morale": round(participant.morale, 1),
        "hours": round(participant.hours, 2),
        "streak": participant.streak,
        "idle_days": participant.idle_days,
        "days_without_devlog": participant.days_without_devlog,
        "red_alert": participant.status == PersonStatus.ACTIVE and participant.idle_days > 0,
        "suspicious_receipts": participant.suspicious,
        "flagged": participant.flagged,
        "project": ShipState(participant.ship_state).name.lower(),
        "joined_tick": participant.joined_tick,
        "created_at": participant.created_at,
    }


def participant_owner(participant_id: int) -> UUID:
    """Whose hackathon somebody takes part in; one statement. Raises ParticipantNotFound."""
    owner = Participant.objects.filter(pk=participant_id).values_list("hackathon__user_id", flat=True).first()
    if owner is None:
        raise ParticipantNotFound
    return owner
