"""What the player reads: letters, and the log of everything. Append-only and many: no foreign key check on write."""

from django.db import models

from hackathon.models.hackathons import Hackathon


class InboxMessage(models.Model):
    """A letter to the organiser, or (``outgoing``) from them; ``thread`` keeps a conversation together."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="inbox", db_constraint=False, db_index=False)
    tick = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    sender_role = models.CharField(max_length=20)
    sender_name = models.CharField(max_length=120)
    thread = models.CharField(max_length=40)
    participant = models.PositiveIntegerField(default=0)
    incident = models.PositiveIntegerField(default=0)
    request = models.PositiveIntegerField(default=0)
    subject = models.CharField(max_length=160)
    body = models.TextField()
    outgoing = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["hackathon", "-id"], name="inbox_newest")]


class LogEntry(models.Model):
    """One line of the player's log.

    ``type`` is ``tick`` (the account of a whole tick: quantity → cause → change), ``event``, ``effect`` or ``action``;
    ``cause`` says why; ``data`` holds the numbers, money in cents.
    """

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="log", db_constraint=False, db_index=False)
    tick = models.PositiveIntegerField()
    at = models.DateTimeField()
    type = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    cause = models.CharField(max_length=40)
    participant = models.PositiveIntegerField(default=0)
    incident = models.PositiveIntegerField(default=0)
    request = models.PositiveIntegerField(default=0)
    data = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["hackathon", "-id"], name="log_newest")]
