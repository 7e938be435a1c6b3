"""Focus sessions and the templates they are started from."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from nesra.models.columns import one_of, uuid_key, word
from nesra.rules.enums import Room, SessionStatus
from nesra.rules.numbers import MINUTES_MAX, MINUTES_MIN


class TaskTemplate(models.Model):
    """What a player likes to do; archived rather than deleted once sessions refer to it."""

    id = uuid_key()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=80)
    default_duration_minutes = models.PositiveSmallIntegerField()
    room = word(Room)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("room", Room, "nesra_task_room"),
            models.CheckConstraint(condition=~Q(name=""), name="nesra_task_named"),
            models.CheckConstraint(
                condition=Q(default_duration_minutes__range=(MINUTES_MIN, MINUTES_MAX)), name="nesra_task_minutes"
            ),
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="nesra_task_newest")]


class Session(models.Model):
    """One session. What it will pay by (minutes, room, a season's percentages) is fixed when it starts.

    ``answer`` is the text of what its completion answered, so that a repeated one gets the same to the letter.
    ``draw_seed`` decides whether something drops; no client sees it. ``day`` is the player's local date of the success.
    """

    id = uuid_key()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    task_template = models.ForeignKey(TaskTemplate, models.RESTRICT, null=True, related_name="sessions")
    duration_minutes = models.PositiveSmallIntegerField()
    room = word(Room)
    category = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField()
    expected_end_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    status = word(SessionStatus, default=str(SessionStatus.PENDING))
    reward_exp = models.PositiveIntegerField(default=0)
    reward_gold = models.PositiveIntegerField(default=0)
    exp_percent = models.PositiveSmallIntegerField(default=100)
    gold_percent = models.PositiveSmallIntegerField(default=100)
    drop_percent = models.PositiveSmallIntegerField(default=100)
    draw_seed = models.CharField(max_length=32, editable=False)
    day = models.DateField(null=True)
    answer = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            one_of("room", Room, "nesra_session_room"),
            one_of("status", SessionStatus, "nesra_session_status"),
            models.UniqueConstraint(fields=["user"], condition=Q(status="pending"), name="nesra_one_pending_session"),
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(MINUTES_MIN, MINUTES_MAX)), name="nesra_session_minutes"
            ),
            models.CheckConstraint(condition=Q(expected_end_at__gt=F("started_at")), name="nesra_session_ends_later"),
            models.CheckConstraint(
                condition=Q(status="pending", ended_at=None) | Q(~Q(status="pending"), ended_at__isnull=False),
                name="nesra_session_ended_or_pending",
            ),
            models.CheckConstraint(
                condition=Q(Q(status="success", day__isnull=False) & ~Q(answer=""))
                | Q(~Q(status="success"), day=None, answer="", reward_exp=0, reward_gold=0),
                name="nesra_session_paid_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-started_at"], name="nesra_session_newest"),
            models.Index(fields=["user", "day"], condition=Q(status="success"), name="nesra_session_stats"),
            models.Index(fields=["expected_end_at"], condition=Q(status="pending"), name="nesra_session_due"),
        ]
