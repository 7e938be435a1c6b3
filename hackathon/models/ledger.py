"""Where the money came from and went: one row for each change of a budget, with its cause."""

from django.db import models

from hackathon.models.base import choices_of
from hackathon.models.hackathons import Hackathon
from hackathon.rules.enums import Cause


class LedgerEntry(models.Model):
    """Append-only. The sum of a hackathon's rows is its budget, the sum of the positive ones all it ever received.

    Many, and written by the tick: no foreign key check on write.
    """

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="ledger", db_constraint=False, db_index=False)
    tick = models.PositiveIntegerField()
    at = models.DateTimeField()
    cause = models.PositiveSmallIntegerField(choices=choices_of(Cause))
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount_cents=0), name="ledger_moves_money")]
        indexes = [models.Index(fields=["hackathon", "-id"], name="ledger_newest")]
