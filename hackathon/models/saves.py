"""Games put aside, to be taken up again from there."""

from django.db import models
from django.db.models import Q

from hackathon.models.hackathons import Hackathon


class SaveGame(models.Model):
    """A game at a tick; what ``snapshot`` holds, ``services.snapshots`` says."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="saves", db_index=False)
    name = models.CharField(max_length=120)
    automatic = models.BooleanField(default=False)
    tick = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    snapshot = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["hackathon", "-id"], name="save_newest"),
            models.Index(fields=["hackathon", "id"], condition=Q(automatic=True), name="save_automatic"),
        ]

    def __str__(self) -> str:
        return self.name
