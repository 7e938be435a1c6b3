"""Events that staff set off: when, for whom, and where they have struck already."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from hackathon.models.hackathons import Hackathon


class AdminEvent(models.Model):
    """An incident for all, some or one; ``targets`` are ``all``, or ids of users and hackathons as text."""

    event_type = models.CharField(max_length=60)
    title = models.CharField(max_length=160, blank=True)
    description = models.TextField(blank=True, max_length=2000)
    severity = models.CharField(max_length=20, blank=True)
    targets = models.JSONField(default=list)
    scheduled_time = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    fired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["scheduled_time"], condition=Q(fired_at=None), name="admin_event_due")]

    def __str__(self) -> str:
        return self.title or self.event_type


class AdminEventDelivery(models.Model):
    """An event has struck, or will strike, this hackathon; ``outcome`` is ``struck`` or the code of a refusal."""

    event = models.ForeignKey(AdminEvent, models.CASCADE, related_name="deliveries", db_index=False)
    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="+")
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "hackathon"], name="admin_event_once")]
