"""The reward ledger: one entry for each change of what a player has, written with it and never again touched."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from nesra.models.columns import one_of, word
from nesra.models.items import Item
from nesra.models.sessions import Session
from nesra.rules.enums import EntryKind


class AppendOnly(Exception):
    """Somebody tried to rewrite history."""


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    """Entries go only with the account they belong to, by the cascade of its deletion."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly


class LedgerEntry(models.Model):
    """Amounts are changes: hero, world and inventory are the sums of a user's entries (``nesra.rules.ledger``).

    ``exp_used`` is what new levels took; ``unlocked`` lists ``{"place", "level"}``; ``draw`` is the recorded draw of a
    session (``nesra.rules.rewards.Draw.record``); ``day`` the local date on which a success counted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = word(EntryKind)
    at = models.DateTimeField()
    session = models.OneToOneField(Session, models.CASCADE, null=True, related_name="reward")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")
    exp = models.PositiveIntegerField(default=0)
    exp_used = models.PositiveIntegerField(default=0)
    levels = models.PositiveIntegerField(default=0)
    gold = models.IntegerField(default=0)
    streak = models.IntegerField(default=0)
    freezes = models.SmallIntegerField(default=0)
    day = models.DateField(null=True)
    unlocked = models.JSONField(default=list)
    draw = models.JSONField(null=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "ledger entry"
        verbose_name_plural = "ledger entries"
        constraints = [
            one_of("kind", EntryKind, "nesra_entry_kind"),
            models.CheckConstraint(
                condition=Q(kind="session", session__isnull=False, draw__isnull=False, day__isnull=False)
                | Q(~Q(kind="session"), session=None, exp=0, exp_used=0, levels=0),
                name="nesra_entry_session",
            ),
            models.UniqueConstraint(
                fields=["user", "item"], condition=Q(item__isnull=False), name="nesra_entry_item_once"
            ),
        ]
        indexes = [models.Index(fields=["user", "id"], name="nesra_entry_history")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly
