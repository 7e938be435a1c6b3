"""WakaTime's bodies: whom they are about is checked here, the rest by the parser, which knows three shapes."""

from rest_framework import serializers

from hackathon.serializers.games import LARGEST_ID, Shape


class WakaTimeInput(Shape):
    """One of ``coding_time``, ``data`` (summaries) or ``heartbeats``; further members are kept as they are."""

    participant_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    coding_time = serializers.FloatField(required=False, min_value=0, max_value=86_400, help_text="Seconds.")
    languages = serializers.JSONField(required=False)
    projects = serializers.JSONField(required=False)
    data = serializers.ListField(child=serializers.DictField(), required=False, max_length=1000)
    heartbeats = serializers.ListField(child=serializers.DictField(), required=False, max_length=1000)


class WakaTimeAnswer(Shape):
    success = serializers.BooleanField()
    counted_seconds = serializers.FloatField(help_text="What was new; 0 for what had been counted.")
