"""What waits for the organiser: incidents and requests."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hackathon.models.base import NEVER, enum_constraint, enum_field
from hackathon.models.hackathons import Hackathon
from hackathon.rules.enums import Cause, FlightState, IncidentStatus, Reason, RequestKind, RequestStatus
from hackathon.rules.flights import IN_THE_AIR


class Incident(models.Model):
    """Trouble with a deadline; ``subject`` is a participant's number or 0, ``type`` and ``choice`` keys of content."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="incidents", db_index=False)
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=60)
    status = enum_field(IncidentStatus, IncidentStatus.OPEN)
    cause = enum_field(Cause, Cause.INCIDENT_CHOICE)
    opened_tick = models.IntegerField()
    deadline_tick = models.IntegerField()
    closed_tick = models.IntegerField(default=NEVER)
    subject = models.PositiveIntegerField(default=0)
    choice = models.CharField(max_length=60, blank=True, default="")
    reopened_from = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=160)
    description = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "number"], name="incident_number"),
            enum_constraint("status", IncidentStatus, "incident_status"),
        ]
        indexes = [
            models.Index(fields=["hackathon"], condition=Q(status=IncidentStatus.OPEN.value), name="incident_open")
        ]

    def __str__(self) -> str:
        return self.title


class Request(models.Model):
    """Somebody wants money: a stipend, a flight, a receipt paid. ``fraud`` is hidden, ``suspicion`` (0-1) is shown.

    A flight is a request whose ``journey`` goes on when the request is closed; ``due_tick`` is then its departure.
    ``letters`` were written about it being late.
    """

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="requests", db_index=False)
    number = models.PositiveIntegerField()
    kind = enum_field(RequestKind, RequestKind.STIPEND)
    status = enum_field(RequestStatus, RequestStatus.OPEN)
    participant = models.PositiveIntegerField()
    amount_cents = models.PositiveBigIntegerField()
    fraud = models.BooleanField(default=False)
    suspicion = models.FloatField()
    created_tick = models.IntegerField()
    due_tick = models.IntegerField()
    closed_tick = models.IntegerField(default=NEVER)
    verified = models.BooleanField(default=False)
    reasons = models.PositiveIntegerField(default=0)
    letters = models.PositiveIntegerField(default=0)
    journey = enum_field(FlightState, FlightState.NONE)
    created_at = models.DateTimeField()

    LIVE: ClassVar[Q] = Q(status=RequestStatus.OPEN.value) | Q(journey__in=[state.value for state in IN_THE_AIR])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "number"], name="request_number"),
            enum_constraint("status", RequestStatus, "request_status"),
            enum_constraint("journey", FlightState, "request_journey"),
        ]
        indexes = [
            models.Index(
                fields=["hackathon"],
                condition=Q(status=RequestStatus.OPEN.value) | Q(journey__in=[state.value for state in IN_THE_AIR]),
                name="request_live",
            )
        ]

    @property
    def reason_words(self) -> list[str]:
        """The keys of what speaks against the request."""
        return [str(flag.name).lower() for flag in Reason(self.reasons)]
