"""Events that staff set off: what staff send and see."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from hackathon.serializers.games import LARGEST_ID, Shape


class TargetField(serializers.CharField):
    """``all``, the id of a user (UUID), or the id of a hackathon (a number)."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text == "all" or (text.isascii() and text.isdigit() and int(text) <= LARGEST_ID):
            return text
        try:
            return str(UUID(text))
        except ValueError:
            raise serializers.ValidationError("Expected `all`, a user's id or a hackathon's id.") from None


class AdminEventInput(Shape):
    event_type = serializers.CharField(max_length=60, help_text="A type of incident.")
    title = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    severity = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    scheduled_time = serializers.DateTimeField(required=False, allow_null=True, default=None, help_text="Default: now.")
    targets = serializers.ListField(
        child=TargetField(max_length=40),
        min_length=1,
        max_length=1000,
        default=["all"],
        help_text="`all`, ids of users, ids of hackathons.",
    )


class AdminEventShape(Shape):
    event_id = serializers.IntegerField()
    event_type = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    severity = serializers.CharField(allow_blank=True)
    targets = serializers.ListField(child=serializers.CharField())
    scheduled_time = serializers.DateTimeField()
    status = serializers.ChoiceField(["scheduled", "firing", "fired"])
    struck = serializers.IntegerField(help_text="How many games it struck so far.")
    fired_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
