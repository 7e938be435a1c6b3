"""Receipts: what clients send and see."""

from typing import Any

from rest_framework import serializers

from hackathon.serializers.games import LARGEST_ID, Shape


class ReceiptFields(Shape):
    """A receipt without its file."""

    participant_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    amount = serializers.DecimalField(max_digits=9, decimal_places=2, min_value=0, help_text="Euros.")
    purchased_on = serializers.DateField(required=False, allow_null=True, default=None)
    vendor = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ReceiptInput(ReceiptFields):
    """A receipt with its file, as multipart; without a file it counts as missing."""

    file = serializers.FileField(
        required=False, allow_null=True, default=None, help_text="JPEG, PNG, WebP or PDF, up to 10 MB."
    )

    def validate_file(self, value: Any) -> Any:
        return value or None


class ReceiptReason(Shape):
    code = serializers.CharField()
    detail = serializers.CharField()


class ReceiptShape(Shape):
    id = serializers.IntegerField()
    receipt_id = serializers.IntegerField()
    hackathon_id = serializers.IntegerField()
    participant_id = serializers.IntegerField()
    amount = serializers.FloatField(help_text="Euros.")
    purchased_on = serializers.DateField(allow_null=True)
    vendor = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    request_id = serializers.IntegerField(
        allow_null=True, help_text="The request it is the paper to: the `target_id` of approve, deny and verify."
    )
    status = serializers.ChoiceField(
        ["approved", "rejected", "incomplete", "pending", "expired", "withdrawn"],
        help_text="The last three only of what a simulated participant handed in, like the request it belongs to.",
    )
    approved = serializers.BooleanField()
    ai_validation = serializers.ChoiceField(["valid", "duplicated", "fake", "missing"])
    confidence = serializers.FloatField(help_text="0 to 1.")
    reasons = ReceiptReason(many=True)
    reader_notes = serializers.ListField(
        child=serializers.CharField(), help_text="What a model that saw the picture said of it."
    )
    duplicate_of = serializers.IntegerField(allow_null=True, help_text="The receipt that it repeats.")
    flagged = serializers.BooleanField(help_text="The participant handed in too many suspicious ones.")
    file_url = serializers.CharField(allow_null=True, help_text="For its owner and staff only.")
    tick = serializers.IntegerField()
    created_at = serializers.DateTimeField()
