"""What participants build, and the parcels in which it leaves."""

from django.db import models
from django.db.models import Q

from hackathon.models.base import NEVER, enum_constraint, enum_field
from hackathon.models.hackathons import Hackathon
from hackathon.models.people import Participant
from hackathon.rules.enums import ShipmentState
from tommy.core.models import Upload


class Project(models.Model):
    """A participant's project in words; how far it is, the participant's own row says."""

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="project")
    title = models.CharField(max_length=160)
    description = models.TextField(max_length=5000, blank=True)
    repository_url = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class ProjectFile(models.Model):
    """Something handed in with a project; ``sha256`` (hex) is of what was sent, ``upload`` of what was kept of it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="files", db_index=False)
    upload = models.OneToOneField(Upload, models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "sha256"], name="project_file_once")]


class Shipment(models.Model):
    """A parcel on its way; ``phase`` is 1 (pre SF) or 2 (post SF), ``participant`` a number within the hackathon."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="shipments", db_index=False)
    number = models.PositiveIntegerField()
    participant = models.PositiveIntegerField()
    phase = models.PositiveSmallIntegerField()
    state = enum_field(ShipmentState, ShipmentState.PACKED)
    abroad = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=1)
    packed_tick = models.IntegerField()
    customs_tick = models.IntegerField(default=NEVER)
    closed_tick = models.IntegerField(default=NEVER)
    due_tick = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "number"], name="shipment_number"),
            models.UniqueConstraint(fields=["hackathon", "participant", "phase"], name="shipment_phase"),
            models.CheckConstraint(condition=Q(phase__in=[1, 2]), name="shipment_phases"),
            enum_constraint("state", ShipmentState, "shipment_state"),
        ]
        indexes = [
            models.Index(fields=["hackathon"], condition=~Q(state=ShipmentState.DELIVERED.value), name="shipment_live")
        ]
