"""The market of beds that all players share, and the houses they rent from it."""

from django.db import models
from django.db.models import F, Q

from hackathon.models.base import enum_constraint, enum_field
from hackathon.models.hackathons import Hackathon, World
from hackathon.models.people import Participant
from hackathon.rules.enums import ApplicationStatus, LeaseStatus, ListingStatus


class HousingListing(models.Model):
    """A house on the market; the last bed goes once, because ``occupied`` cannot pass ``capacity``."""

    world = models.ForeignKey(World, models.CASCADE, related_name="listings", db_index=False)
    number = models.PositiveIntegerField()
    status = enum_field(ListingStatus, ListingStatus.OPEN)
    city = models.CharField(max_length=60)
    capacity = models.PositiveIntegerField()
    occupied = models.PositiveIntegerField(default=0)
    price_cents = models.PositiveBigIntegerField()
    nights = models.PositiveIntegerField()
    listed_day = models.IntegerField()
    seed = models.BigIntegerField()
    title = models.CharField(max_length=160)
    description = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["world", "number"], name="listing_number"),
            models.CheckConstraint(condition=Q(occupied__lte=F("capacity")), name="listing_capacity"),
            enum_constraint("status", ListingStatus, "listing_status"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(status=ListingStatus.OPEN.value), name="listing_open")]

    def __str__(self) -> str:
        return self.title


class HousingLease(models.Model):
    """Beds that a hackathon rents; ``listing`` is the number in the market (0: the house it began with)."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="leases", db_index=False)
    number = models.PositiveIntegerField()
    status = enum_field(LeaseStatus, LeaseStatus.ACTIVE)
    city = models.CharField(max_length=60)
    beds = models.PositiveIntegerField()
    price_cents = models.PositiveBigIntegerField()
    starts_tick = models.IntegerField()
    ends_tick = models.IntegerField()
    listing = models.PositiveIntegerField(default=0)
    seed = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "number"], name="lease_number"),
            enum_constraint("status", LeaseStatus, "lease_status"),
        ]
        indexes = [models.Index(fields=["listing"], condition=Q(listing__gt=0), name="lease_listing")]


class HousingApplication(models.Model):
    """Somebody would like a bed of a listing; ``lease`` is the number of the lease that came of it (0: none)."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="applications", db_index=False)
    listing = models.ForeignKey(HousingListing, models.CASCADE, related_name="applications")
    status = enum_field(ApplicationStatus, ApplicationStatus.PENDING)
    own_room = models.BooleanField(default=False)
    check_in_date = models.DateField(null=True)
    check_out_date = models.DateField(null=True)
    housing_preference = models.JSONField(default=dict, blank=True)
    special_requests = models.TextField(max_length=2000, blank=True)
    lease = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "listing"],
                condition=Q(status=ApplicationStatus.PENDING.value),
                name="application_pending_once",
            ),
            models.CheckConstraint(
                condition=Q(check_in_date=None) | Q(check_out_date=None) | Q(check_out_date__gte=F("check_in_date")),
                name="application_leaves_later",
            ),
            enum_constraint("status", ApplicationStatus, "application_status"),
        ]
        indexes = [models.Index(fields=["participant", "-id"], name="application_newest")]
