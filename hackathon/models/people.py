"""Participants, and what they leave behind while they work."""

from django.db import models

from hackathon.models.base import NEVER, enum_constraint, enum_field, percent_between
from hackathon.models.hackathons import Hackathon
from hackathon.rules.enums import FlightState, PersonStatus, ShipState


class Participant(models.Model):
    """Somebody at the hackathon; ``honest`` is hidden from the player, ``bed`` is the number of a lease (0: none)."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="participants", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    github_username = models.CharField(max_length=39)
    country = models.CharField(max_length=60, blank=True)
    home_city = models.CharField(max_length=80, blank=True)
    skills = models.JSONField(default=list)
    created_at = models.DateTimeField()

    person_seed = models.BigIntegerField()
    status = enum_field(PersonStatus, PersonStatus.ACTIVE)
    joined_tick = models.IntegerField(default=0)
    left_tick = models.IntegerField(default=NEVER)
    honest = models.BooleanField(default=True)
    international = models.BooleanField(default=False)
    in_person = models.BooleanField(default=False)
    morale = models.FloatField(default=60)
    hours = models.FloatField(default=0)
    streak = models.PositiveIntegerField(default=0)
    worked_day = models.IntegerField(default=NEVER)
    idle_days = models.PositiveIntegerField(default=0)
    days_without_devlog = models.PositiveIntegerField(default=0)
    bed = models.PositiveIntegerField(default=0)
    unhoused_nights = models.PositiveIntegerField(default=0)
    flight = enum_field(FlightState, FlightState.NONE)
    suspicious = models.PositiveIntegerField(default=0)
    flagged = models.BooleanField(default=False)
    ship_state = enum_field(ShipState, ShipState.BUILDING_FIRST)
    waiting_days = models.PositiveIntegerField(default=0)
    first_shipped_tick = models.IntegerField(default=NEVER)
    second_shipped_tick = models.IntegerField(default=NEVER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "number"], name="participant_number"),
            enum_constraint("status", PersonStatus, "participant_status"),
            models.CheckConstraint(condition=percent_between("morale"), name="participant_morale"),
        ]

    def __str__(self) -> str:
        return self.name


class Commit(models.Model):
    """A pushed piece of work; ``hours`` is also its WakaTime. Append-only and many: no foreign key check on write."""

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="commits", db_constraint=False, db_index=False
    )
    tick = models.PositiveIntegerField()
    at = models.DateTimeField()
    hours = models.FloatField()
    sha = models.CharField(max_length=40)
    message = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["participant", "-id"], name="commit_newest")]


class Devlog(models.Model):
    """What somebody wrote about their day; append-only like commits."""

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="devlogs", db_constraint=False, db_index=False
    )
    tick = models.PositiveIntegerField()
    at = models.DateTimeField()
    text = models.TextField(max_length=5000)

    class Meta:
        indexes = [models.Index(fields=["participant", "-id"], name="devlog_newest")]


class CodingReport(models.Model):
    """What WakaTime said under one key, and what of it has been counted; ``body`` is what it last sent, whole."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="coding_reports", db_index=False)
    key = models.CharField(max_length=60)
    seconds = models.FloatField(default=0)
    until = models.FloatField(default=0)
    body = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="coding_report_counts_once")]
