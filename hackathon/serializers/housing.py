"""Applications for beds and leases: what clients send and see."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hackathon.serializers.games import LARGEST_ID, Shape

ID = {"min_value": 1, "max_value": LARGEST_ID}


class PreferenceInput(Shape):
    room = serializers.ChoiceField(["shared", "own"], default="shared")
    city = serializers.CharField(required=False, allow_blank=True, max_length=80)
    max_price = serializers.DecimalField(
        required=False, max_digits=9, decimal_places=2, min_value=0, help_text="Euros for one bed and night."
    )


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": ["shared", "own"]},
            {
                "type": "object",
                "properties": {
                    "room": {"type": "string", "enum": ["shared", "own"], "default": "shared"},
                    "city": {"type": "string", "maxLength": 80},
                    "max_price": {"type": "number", "minimum": 0, "description": "Euros for one bed and night."},
                },
            },
        ]
    }
)
class PreferenceField(serializers.Field):  # type: ignore[type-arg]
    """The kind of room as one word, or all wishes as an object."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        form = PreferenceInput(data={"room": data} if isinstance(data, str) else data)
        form.is_valid(raise_exception=True)
        wishes: dict[str, Any] = form.validated_data
        return wishes

    def to_representation(self, value: Any) -> Any:
        return value


class ApplicationInput(Shape):
    participant_id = serializers.IntegerField(**ID)
    housing_id = serializers.IntegerField(
        required=False, allow_null=True, help_text="A listing; without one the market is searched.", **ID
    )
    check_in_date = serializers.DateField(required=False, allow_null=True)
    check_out_date = serializers.DateField(required=False, allow_null=True)
    housing_preference = PreferenceField(required=False, allow_null=True)
    special_requests = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end = attrs.get("check_in_date"), attrs.get("check_out_date")
        if start and end and end < start:
            raise serializers.ValidationError({"check_out_date": "Nobody leaves before they arrive."})
        return attrs


class ApplicationDecision(Shape):
    status = serializers.ChoiceField(["approved", "rejected", "withdrawn"])


class ApplicationShape(Shape):
    application_id = serializers.IntegerField()
    id = serializers.IntegerField()
    participant_id = serializers.IntegerField()
    housing_id = serializers.IntegerField()
    status = serializers.ChoiceField(["pending", "approved", "rejected", "withdrawn"])
    room = serializers.ChoiceField(["shared", "own"])
    check_in_date = serializers.DateField(allow_null=True)
    check_out_date = serializers.DateField(allow_null=True)
    housing_preference = serializers.DictField(allow_null=True)
    special_requests = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class LeaseShape(Shape):
    lease_id = serializers.IntegerField()
    id = serializers.IntegerField()
    hackathon_id = serializers.IntegerField()
    status = serializers.ChoiceField(["active", "ended"])
    city = serializers.CharField()
    beds = serializers.IntegerField()
    price_per_night = serializers.FloatField(help_text="Euros for one bed.")
    starts_tick = serializers.IntegerField()
    ends_tick = serializers.IntegerField()
    ticks_left = serializers.IntegerField()
