"""What characters remember of players. Who they are stands in ``content/npcs.json``; rows name them by key."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from npcs.rules.memory import NPC, PLAYER


class Character(models.Model):
    """Not a table: the cast of ``content/npcs.json``, so that Django admin can show it under a permission."""

    key = models.CharField(max_length=60, primary_key=True)

    class Meta:
        managed = False
        default_permissions = ("view",)


class Acquaintance(models.Model):
    """One character and one player: how they stand, and what is left of talks that are no longer kept whole.

    The row is the lock of everything below it. ``mood`` is how it stood at ``mood_at``; time heals it from there.
    ``tally`` counts what the player was up to in the talks that were folded into ``summary``.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    npc = models.CharField(max_length=60)
    mood = models.SmallIntegerField()
    mood_at = models.DateTimeField()
    talks = models.PositiveIntegerField(default=0)
    summary = models.TextField(blank=True, default="")
    tally = models.JSONField(default=dict)
    next_turn = models.PositiveIntegerField(default=1)
    wrote_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "npc"], name="acquaintance_once"),
            models.CheckConstraint(condition=Q(mood__gte=-100) & Q(mood__lte=100), name="acquaintance_mood"),
        ]

    def __str__(self) -> str:
        return f"{self.npc} and {self.user_id}"


class Turn(models.Model):
    """One thing said; the recent ones are kept whole. ``number`` rises without a gap between two."""

    acquaintance = models.ForeignKey(Acquaintance, models.CASCADE, related_name="turns", db_index=False)
    number = models.PositiveIntegerField()
    speaker = models.CharField(max_length=8, choices=[(PLAYER, PLAYER), (NPC, NPC)])
    text = models.TextField()
    intent = models.CharField(max_length=60, blank=True, default="")
    by_ai = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["acquaintance", "number"], name="turn_number"),
            models.CheckConstraint(condition=Q(speaker__in=[PLAYER, NPC]), name="turn_speaker"),
        ]


class Memo(models.Model):
    """A fact that the player told: one for each key, the weightiest are kept."""

    acquaintance = models.ForeignKey(Acquaintance, models.CASCADE, related_name="memos", db_index=False)
    key = models.CharField(max_length=60)
    text = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField()
    promise = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["acquaintance", "key"], name="memo_key")]


class Deed(models.Model):
    """When a deal or an errand of a character last took place with a player; outlives the deletion of memories, so
    that nobody can be asked for money twice by being made to forget.
    """

    acquaintance = models.ForeignKey(Acquaintance, models.CASCADE, related_name="deeds", db_index=False)
    key = models.CharField(max_length=80)
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["acquaintance", "key"], name="deed_key"),
            models.CheckConstraint(condition=Q(times__gte=1), name="deed_times"),
        ]


class Improvement(models.Model):
    """The claim of a text that the AI was asked to better; written before it is asked, so that nobody asks twice."""

    kind = models.CharField(max_length=20)
    target = models.BigIntegerField()
    claimed_at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "target"], name="improvement_once")]
