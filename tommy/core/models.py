"""Rows that every game shares: what a user must not miss, and what a client may safely repeat."""

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models


class NotificationCursor(models.Model):
    """The last notification number of a user, and until when one of their sockets counts as connected.

    The row is locked by whoever hands out the next number, until that transaction commits: numbers therefore have no
    gaps, and become visible in rising order.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    last_number = models.PositiveBigIntegerField(default=0)
    connected_until = models.DateTimeField(null=True)


class Notification(models.Model):
    """One frame for one user; ``number`` is the ``id`` that clients see."""

    # The cursor's key vouches for the user: numbers come from it alone, under its lock. A check for each row would cost
    # as much as the row (27 ms for 4,000 here), and a tick writes tens of thousands.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    number = models.PositiveBigIntegerField()
    type = models.CharField(max_length=32)
    tick = models.PositiveBigIntegerField(null=True)
    at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "number"], name="notification_number")]


class IdempotencyRecord(models.Model):
    """The claim of an ``Idempotency-Key``, written in the transaction of the command it protects."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key")]


class ContentFile(models.Model):
    """Not a table: the JSON content files, so that Django admin can list and edit them under a permission."""

    name = models.CharField(max_length=120, primary_key=True)

    class Meta:
        managed = False
        default_permissions = ("view", "change")
        verbose_name = "content file"


class ServerLoad(models.Model):
    """How much the whole server has to do (id 1); its processes keep it together, see ``tommy.core.overload``.

    ``stage`` (0 calm to 3 self-destruct) is what clients were told last; a called-for stage holds until its moment.
    ``measured`` are the values that called for it.
    """

    SINGLETON_ID: ClassVar[int] = 1

    stage = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(null=True)
    strained_until = models.DateTimeField(null=True)
    shedding_until = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)
    drill_at = models.DateTimeField(null=True)
    measured = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "server load"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="server_load_is_one")]


class AuditEntry(models.Model):
    """Who did what: one row for each command that somebody's call carried out, and for each call that was refused.

    A carried-out command's row is written in its own transaction. ``actor`` outlives its account (no constraint), so
    that deleting the account leaves a trace that names nobody.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    source = models.CharField(max_length=8)
    action = models.CharField(max_length=120)
    target = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=60, blank=True)
    request_id = models.CharField(max_length=64)
    given = models.JSONField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["actor", "-id"], name="audit_actor")]
        verbose_name_plural = "audit entries"


class Upload(models.Model):
    """A file that somebody handed in: private, stored under its own id, served by ``/uploads/{id}``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    @property
    def path(self) -> Path:
        """Where the bytes are; the name that the client gave plays no part in it."""
        return Path(settings.MEDIA_ROOT) / self.kind / self.id.hex[:2] / self.id.hex
