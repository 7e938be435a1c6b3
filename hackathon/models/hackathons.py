"""The world's clock, and the games that live by it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from hackathon.models.base import NEVER, enum_constraint, enum_field, percent_between
from hackathon.rules.enums import EndReason, GameStatus


class World(models.Model):
    """The one world (id 1): its tick number rises in one statement, and everything else follows the row.

    ``tick`` counts wakes of the clock; ``day`` is the last market day that was run; ``advanced_at`` is when the
    current tick was due, so that a late wake does not push all later ones back.
    """

    SINGLETON_ID: ClassVar[int] = 1

    seed = models.BigIntegerField()
    tick = models.PositiveBigIntegerField(default=0)
    day = models.IntegerField(default=NEVER)
    next_listing = models.PositiveIntegerField(default=1)
    advanced_at = models.DateTimeField()
    paused = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="world_is_one")]

    def __str__(self) -> str:
        return f"World at tick {self.tick}"


class Hackathon(models.Model):
    """One run of the game. ``tick`` is how many ticks it has played; ``world_tick`` the world's last one it took."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="hackathons")
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    world_tick = models.PositiveBigIntegerField()
    # Who plays when the player does not: a policy of the simulation, for the demo world.
    autopilot = models.CharField(max_length=16, blank=True, default="")
    score = models.FloatField(default=0)
    # The player has done something since the game was last saved, or it never was.
    unsaved = models.BooleanField(default=True)
    # Table -> ranges of ids, where an earlier save was taken up again: which rows belong to this telling of the game.
    lineage = models.JSONField(default=dict, blank=True)

    seed = models.BigIntegerField()
    tick = models.PositiveIntegerField(default=0)
    status = enum_field(GameStatus, GameStatus.RUNNING)
    end_reason = enum_field(EndReason, EndReason.NONE)
    ap = models.FloatField()
    stress = models.FloatField()
    reputation = models.FloatField()
    legal = models.FloatField()
    budget_cents = models.BigIntegerField()
    income_cents = models.BigIntegerField()
    sponsor_mood = models.FloatField()
    volunteers = models.PositiveSmallIntegerField(default=0)
    broke_ticks = models.PositiveSmallIntegerField(default=0)
    burnout_ticks = models.PositiveSmallIntegerField(default=0)
    last_fundraise_tick = models.IntegerField(default=NEVER)
    arrivals_day = models.PositiveIntegerField(default=0)
    streaks_day = models.PositiveIntegerField(default=0)
    first_ships = models.PositiveIntegerField(default=0)
    second_ships = models.PositiveIntegerField(default=0)
    unhoused_nights = models.PositiveIntegerField(default=0)
    timeouts = models.PositiveIntegerField(default=0)
    people_lost = models.PositiveIntegerField(default=0)
    frauds_paid = models.PositiveIntegerField(default=0)
    next_participant = models.PositiveIntegerField(default=1)
    next_lease = models.PositiveIntegerField(default=1)
    next_incident = models.PositiveIntegerField(default=1)
    next_request = models.PositiveIntegerField(default=1)
    next_shipment = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            enum_constraint("status", GameStatus, "hackathon_status"),
            models.CheckConstraint(condition=percent_between("stress"), name="hackathon_stress"),
            models.CheckConstraint(condition=percent_between("reputation"), name="hackathon_reputation"),
            models.CheckConstraint(condition=percent_between("legal"), name="hackathon_legal"),
            models.CheckConstraint(condition=models.Q(ap__gte=0), name="hackathon_ap"),
        ]
        # The tick looks for running games by id range; status rarely changes, so the index stays still.
        indexes = [
            models.Index(fields=["id"], condition=models.Q(status=GameStatus.RUNNING.value), name="hackathon_running"),
            models.Index(
                fields=["id"],
                condition=models.Q(status=GameStatus.RUNNING.value, unsaved=True),
                name="hackathon_unsaved",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return bool(self.status == GameStatus.RUNNING)
