"""What players leave to be done while they are away."""

from django.db import models

from hackathon.models.base import NEVER
from hackathon.models.hackathons import Hackathon
from hackathon.rules.orders import LONGEST_NAME


class StandingOrder(models.Model):
    """One order of a game; ``number`` is its place in their turn, from 1, ``definition`` the order as it was left.

    ``digest`` stands for the definition, so that a tick need not read one that it has read before. ``why_not`` is a
    code, and ``why_not_tick`` since when, in a row, the order did not act for that reason.
    """

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="orders", db_index=False)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    enabled = models.BooleanField(default=True)
    definition = models.JSONField()
    digest = models.BigIntegerField()
    acted = models.PositiveIntegerField(default=0)
    last_acted_tick = models.IntegerField(default=NEVER)
    why_not = models.CharField(max_length=40, blank=True, default="")
    why_not_tick = models.IntegerField(default=NEVER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "number"], name="order_number"),
            models.UniqueConstraint(fields=["hackathon", "name"], name="order_name"),
        ]

    def __str__(self) -> str:
        return self.name
