"""What Nesra's clients send and receive. Answers are built in ``selectors.pictures``; tests hold the two together."""

from typing import Any

from rest_framework import serializers

from accounts.fields import TextField
from nesra.rules.enums import ItemType, Place, Rarity, Room, SessionStatus, StatsRange
from nesra.rules.numbers import MINUTES_MAX, MINUTES_MIN

Shape = serializers.Serializer[Any]


def minutes(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=MINUTES_MIN, max_value=MINUTES_MAX, **options)


def one_of(words: Any, **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[str(word) for word in words], **options)


TOWN_ROOMS = [str(room) for room in Room]


class TownItemSerializer(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()
    type = one_of(ItemType)
    rarity = one_of(Rarity)
    sprite_key = serializers.CharField()
    sprite_url = serializers.CharField(help_text="Public, an SVG.")


class HeroSerializer(Shape):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    level = serializers.IntegerField()
    exp = serializers.IntegerField(help_text="Since the beginning of this level.")
    exp_to_next = serializers.IntegerField(help_text="What this level takes from its beginning.")
    gold = serializers.IntegerField()
    equipped_hat_id = serializers.UUIDField(allow_null=True)
    equipped_hat = TownItemSerializer(allow_null=True)
    equipped_outfit_id = serializers.UUIDField(allow_null=True)
    equipped_outfit = TownItemSerializer(allow_null=True)
    equipped_accessory_id = serializers.UUIDField(allow_null=True)
    equipped_accessory = TownItemSerializer(allow_null=True)


class WorldStateSerializer(Shape):
    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    study_room_level = serializers.IntegerField()
    build_room_level = serializers.IntegerField()
    training_room_level = serializers.IntegerField()
    plaza_level = serializers.IntegerField()
    total_sessions_success = serializers.IntegerField()
    day_streak = serializers.IntegerField()
    longest_streak = serializers.IntegerField()
    last_session_date = serializers.DateField(allow_null=True, help_text="Local date of the last day that counted.")
    streak_freezes = serializers.IntegerField()
    streak_ends_at = serializers.DateTimeField(
        allow_null=True, help_text="At this local midnight a freeze is used or the streak falls to 0."
    )


class TownUserSerializer(Shape):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    username = serializers.CharField()
    full_name = serializers.CharField(allow_null=True)
    profile_picture = serializers.CharField(allow_null=True)
    timezone = serializers.CharField()
    is_active = serializers.BooleanField()
    is_superuser = serializers.BooleanField()
    is_verified = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(allow_null=True)


class TownProfileSerializer(Shape):
    user = TownUserSerializer()
    hero = HeroSerializer()
    worldState = WorldStateSerializer()  # noqa: N815  # the seed's spelling


class TaskTemplateSerializer(Shape):
    """Also the body of POST, PUT and PATCH."""

    id = serializers.UUIDField(read_only=True)
    name = TextField(max_length=80)
    category = TextField(max_length=80, allow_blank=True, default="")
    default_duration_minutes = minutes()
    room = one_of(Room)
    created_at = serializers.DateTimeField(read_only=True)


class StartSessionSerializer(Shape):
    """Minutes and room: as sent, else the template's, else 25 minutes in the study room."""

    task_template_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    duration_minutes = minutes(required=False, allow_null=True, default=None)
    room = one_of(Room, required=False, allow_null=True, default=None)


class SessionIdSerializer(Shape):
    session_id = serializers.UUIDField()


class FocusSessionSerializer(Shape):
    session_id = serializers.UUIDField()
    status = one_of(SessionStatus)
    task_template_id = serializers.UUIDField(allow_null=True)
    category = serializers.CharField(allow_blank=True)
    room = one_of(Room)
    duration_minutes = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    expected_end_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    reward_exp = serializers.IntegerField()
    reward_gold = serializers.IntegerField()


class TownUnlockSerializer(Shape):
    place = one_of(Place)
    level = serializers.IntegerField()


class CompletedSessionSerializer(Shape):
    success = serializers.BooleanField()
    session_id = serializers.UUIDField()
    exp_reward = serializers.IntegerField()
    gold_reward = serializers.IntegerField()
    bonus_gold = serializers.IntegerField(help_text="Instead of an item, where all are owned.")
    dropped_item = TownItemSerializer(allow_null=True)
    level_ups = serializers.IntegerField(help_text="How many levels this session brought.")
    unlocked = TownUnlockSerializer(many=True)
    message = serializers.CharField(allow_null=True)
    hero = HeroSerializer()
    worldState = WorldStateSerializer()  # noqa: N815


class InventorySerializer(Shape):
    id = serializers.UUIDField()
    item = TownItemSerializer()
    equipped = serializers.BooleanField()
    obtained_at = serializers.DateTimeField()


class ItemIdSerializer(Shape):
    item_id = serializers.UUIDField()


class ShopOfferSerializer(Shape):
    item = TownItemSerializer()
    price = serializers.IntegerField(help_text="In gold.")
    owned = serializers.BooleanField()


class ShopPurchaseSerializer(Shape):
    success = serializers.BooleanField()
    item = TownItemSerializer()
    price = serializers.IntegerField()
    hero = HeroSerializer()


class SeasonSerializer(Shape):
    key = serializers.CharField()
    name = serializers.CharField()
    exp_percent = serializers.IntegerField()
    gold_percent = serializers.IntegerField()
    drop_percent = serializers.IntegerField()


class VacationSerializer(Shape):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class StreakSerializer(Shape):
    day_streak = serializers.IntegerField()
    longest_streak = serializers.IntegerField()
    counted_today = serializers.BooleanField()
    last_session_date = serializers.DateField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    freezes = serializers.IntegerField()
    freezes_max = serializers.IntegerField()
    vacation = VacationSerializer(allow_null=True)


class StartVacationSerializer(Shape):
    days = serializers.IntegerField(min_value=1, max_value=366, help_text="Local days, today's rest being the first.")


class TownStatsQuerySerializer(Shape):
    range = one_of(StatsRange, default=str(StatsRange.WEEK))


class DayShareSerializer(Shape):
    date = serializers.DateField()
    minutes = serializers.IntegerField()
    sessions = serializers.IntegerField()


class RoomShareSerializer(Shape):
    room = one_of(Room)
    minutes = serializers.IntegerField()
    sessions = serializers.IntegerField()


class CategoryShareSerializer(Shape):
    category = serializers.CharField(allow_blank=True, help_text="Empty for sessions without one.")
    minutes = serializers.IntegerField()
    sessions = serializers.IntegerField()


class TownStatsSerializer(Shape):
    range = one_of(StatsRange)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    total_minutes = serializers.IntegerField()
    total_sessions = serializers.IntegerField()
    days = DayShareSerializer(many=True)
    rooms = RoomShareSerializer(many=True)
    categories = CategoryShareSerializer(many=True)
    day_streak = serializers.IntegerField()
    best_streak = serializers.IntegerField()
