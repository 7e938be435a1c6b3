"""A player's hero and town."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from nesra.constraints import PairReference
from nesra.models.columns import uuid_key
from nesra.models.items import Item
from nesra.rules.enums import ItemType


def slot(item_type: ItemType) -> "models.ForeignKey[Any, Any]":
    """A place for one item, which the database holds to its type: only hats have a ``hat_key``, and so on."""
    return models.ForeignKey(
        Item,
        models.PROTECT,
        to_field=f"{item_type}_key",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )


def owned(field: str) -> PairReference:
    """What is worn must stand in the wearer's inventory."""
    return PairReference(
        fields=("user", field),
        to="nesra.Inventory",
        to_fields=("user", "item"),
        name=f"nesra_{field}_owned",
    )


class Hero(models.Model):
    """``exp`` counts from the beginning of the present level."""

    id = uuid_key()
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="nesra_hero")
    level = models.PositiveIntegerField(default=1)
    exp = models.PositiveIntegerField(default=0)
    gold = models.PositiveIntegerField(default=0)
    equipped_hat = slot(ItemType.HAT)
    equipped_outfit = slot(ItemType.OUTFIT)
    equipped_accessory = slot(ItemType.ACCESSORY)

    class Meta:
        verbose_name_plural = "heroes"
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1), name="nesra_hero_level"),
            owned("equipped_hat"),
            owned("equipped_outfit"),
            owned("equipped_accessory"),
        ]


class Vacation(models.Model):
    """Local days that ``[starts_at, ends_at)`` touches are not judged."""

    id = uuid_key()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="nesra_vacation_ends_after_start")
        ]


class WorldState(models.Model):
    """The town, and the streak as ``nesra.rules.streaks.Streak`` has it; ``timezone`` is the player's, as last seen."""

    id = uuid_key()
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="nesra_world")
    study_room_level = models.PositiveSmallIntegerField(default=1)
    build_room_level = models.PositiveSmallIntegerField(default=1)
    training_room_level = models.PositiveSmallIntegerField(default=1)
    plaza_level = models.PositiveSmallIntegerField(default=1)
    total_sessions_success = models.PositiveIntegerField(default=0)
    day_streak = models.PositiveIntegerField(default=0)
    longest_streak = models.PositiveIntegerField(default=0)
    last_session_date = models.DateField(null=True)
    last_success_at = models.DateTimeField(null=True)
    streak_freezes = models.PositiveSmallIntegerField(default=0)
    streak_due_at = models.DateTimeField(null=True)
    streak_judged_at = models.DateTimeField(null=True)
    streak_warned_for = models.DateTimeField(null=True)
    timezone = models.CharField(max_length=64, default="UTC")
    # The latest one; earlier ones have had their effect.
    vacation = models.ForeignKey(Vacation, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(study_room_level__gte=1, build_room_level__gte=1)
                & Q(training_room_level__gte=1, plaza_level__gte=1),
                name="nesra_world_levels",
            ),
            models.CheckConstraint(condition=Q(longest_streak__gte=F("day_streak")), name="nesra_world_longest_streak"),
            models.CheckConstraint(
                condition=Q(day_streak=0, streak_due_at=None, streak_judged_at=None, last_success_at=None)
                | Q(
                    day_streak__gt=0,
                    streak_due_at__isnull=False,
                    streak_judged_at__gte=F("streak_due_at"),
                    last_success_at__isnull=False,
                    last_session_date__isnull=False,
                ),
                name="nesra_world_streak_is_judged",
            ),
        ]
        indexes = [
            models.Index(fields=["streak_judged_at"], condition=Q(day_streak__gt=0), name="nesra_streak_judged"),
        ]
