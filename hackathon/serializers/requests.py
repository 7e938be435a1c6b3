"""Stipends and flights: what clients send and see."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from hackathon.rules.enums import FlightState
from hackathon.serializers.games import LARGEST_ID, Shape

PARTICIPANT = {"min_value": 1, "max_value": LARGEST_ID}


class StipendInput(Shape):
    participant_id = serializers.IntegerField(**PARTICIPANT)
    amount = serializers.DecimalField(max_digits=11, decimal_places=2, min_value=Decimal("0.01"), help_text="Euros.")
    justification = serializers.CharField(max_length=2000, allow_blank=True)
    receipt_urls = serializers.ListField(child=serializers.URLField(max_length=500), max_length=20, default=list)


class DecisionInput(Shape):
    status = serializers.ChoiceField(["approved", "denied"])
    admin_notes = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class FlightInput(Shape):
    participant_id = serializers.IntegerField(**PARTICIPANT)
    departure_city = serializers.CharField(max_length=80)
    arrival_city = serializers.CharField(max_length=80)
    departure_date = serializers.DateField()
    return_date = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["return_date"] < attrs["departure_date"]:
            raise serializers.ValidationError({"return_date": "The way back cannot come before the way there."})
        return attrs


class RequestShape(Shape):
    id = serializers.IntegerField()
    hackathon_id = serializers.IntegerField()
    participant_id = serializers.IntegerField()
    amount = serializers.FloatField(help_text="Euros.")
    suspicion = serializers.FloatField(help_text="0 to 1.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What speaks against it, in words.")
    created_tick = serializers.IntegerField()
    due_tick = serializers.IntegerField()
    closed_tick = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class StipendShape(RequestShape):
    stipend_id = serializers.IntegerField()
    status = serializers.ChoiceField(["pending", "approved", "denied", "expired", "withdrawn"])
    justification = serializers.CharField(allow_blank=True)
    receipt_urls = serializers.ListField(child=serializers.CharField())
    admin_notes = serializers.CharField(allow_blank=True)


class FlightShape(RequestShape):
    flight_id = serializers.IntegerField()
    status = serializers.ChoiceField([state.name.lower() for state in FlightState])
    departure_city = serializers.CharField(allow_blank=True)
    arrival_city = serializers.CharField(allow_null=True)
    departure_date = serializers.DateField(allow_null=True)
    return_date = serializers.DateField(allow_null=True)
    departs_tick = serializers.IntegerField(allow_null=True, help_text="Once it is booked.")
