"""What organisers write down about the requests they enter: the papers of a stipend, the plan of a flight."""

from django.db import models
from django.db.models import F, Q

from hackathon.models.events import Request


class Claim(models.Model):
    """The words of a stipend; ``admin_notes`` are the organiser's, written with the decision."""

    request = models.OneToOneField(Request, models.CASCADE, related_name="claim")
    justification = models.TextField(max_length=2000, blank=True)
    receipt_urls = models.JSONField(default=list, blank=True)
    admin_notes = models.TextField(max_length=2000, blank=True)


class FlightPlan(models.Model):
    """Where a flight goes, and when by the calendar; when it leaves in the game, its request says."""

    request = models.OneToOneField(Request, models.CASCADE, related_name="flight_plan")
    departure_city = models.CharField(max_length=80)
    arrival_city = models.CharField(max_length=80)
    departure_date = models.DateField()
    return_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(return_date__gte=F("departure_date")), name="flight_returns_later")
        ]
