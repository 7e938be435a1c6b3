"""Saves: what clients send and see."""

from rest_framework import serializers

from hackathon.serializers.games import LARGEST_ID, Shape


class SaveInput(Shape):
    name = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text="The day by default.")
    hackathon_id = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LARGEST_ID, help_text="The current one by default."
    )


class SaveAnswer(Shape):
    success = serializers.BooleanField()
    save_id = serializers.IntegerField()
    tick = serializers.IntegerField()


class SaveShape(Shape):
    save_id = serializers.IntegerField()
    name = serializers.CharField()
    hackathon_id = serializers.IntegerField()
    hackathon_name = serializers.CharField()
    automatic = serializers.BooleanField()
    tick = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class LoadInput(Shape):
    save_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
