"""Receipts that were handed in, with what the classifier says of them."""

from django.db import models
from django.db.models import Q

from hackathon.models.base import choices_of, enum_constraint, enum_field
from hackathon.models.hackathons import Hackathon
from hackathon.models.people import Participant
from hackathon.rules.receipts import Reading, Verdict
from tommy.core.models import Upload


class Receipt(models.Model):
    """``confidence`` is 0-1, ``reasons`` are keys of ``receipts.json`` or ``requests.json``; ``reader_notes`` are the
    sentences of a model that saw it. Without a file there is no hash.

    A simulated participant's receipt has no file: it is the paper to the request of that ``request`` number, and is
    paid or not with it.
    """

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="receipts", db_index=False)
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="receipts", db_index=False)
    upload = models.OneToOneField(Upload, models.SET_NULL, null=True, related_name="+")
    vendor = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    amount_cents = models.PositiveBigIntegerField()
    purchased_on = models.DateField(null=True)
    verdict = models.PositiveSmallIntegerField(choices=choices_of(Verdict))
    confidence = models.FloatField()
    reasons = models.JSONField()
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    wording = models.CharField(max_length=64, blank=True)
    request = models.PositiveIntegerField(default=0)
    reading = enum_field(Reading, Reading.NONE)
    reader_notes = models.JSONField(default=list)
    tick = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            enum_constraint("verdict", Verdict, "receipt_verdict"),
            enum_constraint("reading", Reading, "receipt_reading"),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="receipt_confidence"),
            # However many hand the same file in at once: one of them was first, all others are copies.
            models.UniqueConstraint(
                fields=["hackathon", "sha256"],
                condition=Q(duplicate_of=None) & ~Q(sha256=""),
                name="receipt_original",
            ),
            models.UniqueConstraint(
                fields=["hackathon", "request"], condition=~Q(request=0), name="receipt_of_request"
            ),
        ]
        indexes = [
            models.Index(fields=["participant", "-id"], name="receipt_newest"),
            models.Index(fields=["hackathon", "-id"], name="receipt_of_hackathon"),
            models.Index(fields=["created_at"], condition=Q(reading=Reading.DUE.value), name="receipt_to_be_read"),
        ]
