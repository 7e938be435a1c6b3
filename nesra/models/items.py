"""What can be worn, who owns it, when it is to be had."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, When

from nesra.models.columns import GeneratedKey, one_of, uuid_key, word
from nesra.rules.enums import ItemType, Rarity

SPRITE_KEY = RegexValidator(r"^[a-z0-9]+(_[a-z0-9]+)*\Z", "Lower-case words joined by underscores, such as red_cap.")
PERCENT_LIMIT = 1_000


class SeasonalEvent(models.Model):
    """A season that multiplies rewards and brings items of its own; both days belong to it, in UTC."""

    id = uuid_key()
    key = models.CharField(max_length=64, unique=True, validators=[SPRITE_KEY])
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    yearly = models.BooleanField(default=False, help_text="Comes back every year on the same days.")
    exp_percent = models.PositiveSmallIntegerField(default=100)
    gold_percent = models.PositiveSmallIntegerField(default=100)
    drop_percent = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["starts_on", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="nesra_event_ends_after_start",
                violation_error_message="A season cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(exp_percent__lte=PERCENT_LIMIT, gold_percent__lte=PERCENT_LIMIT)
                & Q(drop_percent__lte=PERCENT_LIMIT),
                name="nesra_event_percent",
                violation_error_message=f"A percentage is at most {PERCENT_LIMIT}.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def key_where(item_type: ItemType) -> GeneratedKey:
    """The item's id where it is of that type: what a slot may refer to."""
    return GeneratedKey(
        expression=Case(When(type=str(item_type), then=F("id")), default=None),
        output_field=models.UUIDField(null=True),
        db_persist=True,
        unique=True,
    )


class Item(models.Model):
    """A cosmetic. Retired ones (not active) stay with whoever owns them, but are neither dropped nor sold."""

    id = uuid_key()
    name = models.CharField(max_length=80)
    type = word(ItemType)
    rarity = word(Rarity)
    sprite_key = models.CharField(max_length=64, unique=True, validators=[SPRITE_KEY])
    event = models.ForeignKey(
        SeasonalEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        help_text="Dropped and sold only while this season runs.",
    )
    is_active = models.BooleanField(default=True)
    hat_key = key_where(ItemType.HAT)
    outfit_key = key_where(ItemType.OUTFIT)
    accessory_key = key_where(ItemType.ACCESSORY)

    class Meta:
        ordering = ["type", "name"]
        constraints = [
            one_of("type", ItemType, "nesra_item_type"),
            one_of("rarity", Rarity, "nesra_item_rarity"),
        ]

    def __str__(self) -> str:
        return self.name


class Inventory(models.Model):
    """One item that one user owns."""

    id = uuid_key()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="owners")
    obtained_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "inventory"
        constraints = [models.UniqueConstraint(fields=["user", "item"], name="nesra_item_owned_once")]
        indexes = [models.Index(fields=["user", "-obtained_at"], name="nesra_inventory_newest")]


class ShopOffer(models.Model):
    """One slot of the shop on one day (UTC), with the price it was offered at."""

    id = uuid_key()
    day = models.DateField()
    slot = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    price = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "slot"], name="nesra_offer_slot"),
            models.UniqueConstraint(fields=["day", "item"], name="nesra_offer_item"),
        ]
