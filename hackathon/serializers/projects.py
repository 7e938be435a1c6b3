"""Projects and parcels: what clients send and see."""

from rest_framework import serializers

from hackathon.serializers.games import LARGEST_ID, Shape

PHASE = ["pre_sf", "post_sf"]
PARCEL_STATES = ["not_shipped", "packed", "in_customs", "lost", "delivered"]


class ProjectUpdate(Shape):
    title = serializers.CharField(max_length=160)
    description = serializers.CharField(max_length=5000, allow_blank=True)
    repository_url = serializers.URLField(max_length=500, allow_blank=True)


class ProjectInput(Shape):
    participant_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    title = serializers.CharField(max_length=160)
    description = serializers.CharField(max_length=5000, allow_blank=True, default="")
    repository_url = serializers.URLField(max_length=500, allow_blank=True, default="")


class FileInput(Shape):
    file = serializers.FileField(help_text="JPEG, PNG, WebP, PDF or plain text (Markdown too), up to 10 MB.")


class ProjectFileShape(Shape):
    id = serializers.IntegerField()
    file_id = serializers.IntegerField()
    project_id = serializers.IntegerField()
    name = serializers.CharField(help_text="As it was sent, for display.")
    content_type = serializers.CharField(help_text="By its content.")
    size = serializers.IntegerField(help_text="Bytes of what is kept: pictures are encoded anew.")
    sha256 = serializers.CharField(help_text="Of what was sent.")
    url = serializers.CharField(help_text="For its owner and staff only.")
    created_at = serializers.DateTimeField()


class ProjectShape(Shape):
    project_id = serializers.IntegerField()
    id = serializers.IntegerField()
    participant_id = serializers.IntegerField()
    hackathon_id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    repository_url = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(["building", "ready", "shipped"])
    phase = serializers.ChoiceField(PHASE)
    hours = serializers.FloatField(help_text="Worked so far.")
    hours_needed = serializers.FloatField(help_text="In all, to finish the present phase.")
    files = ProjectFileShape(many=True, help_text="Newest first.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ShipInput(Shape):
    phase = serializers.ChoiceField(PHASE, required=False, help_text="The one that is due by default.")


class Station(Shape):
    status = serializers.CharField()
    tick = serializers.IntegerField()


class Tracking(Shape):
    number = serializers.CharField()
    attempt = serializers.IntegerField(help_text="2 and more: sent again after a loss.")
    next_tick = serializers.IntegerField(allow_null=True, help_text="When something should happen.")
    events = Station(many=True)


class Parcel(Shape):
    phase = serializers.ChoiceField(PHASE)
    status = serializers.ChoiceField(PARCEL_STATES)
    tracking = Tracking(allow_null=True)


class ShippingShape(Parcel):
    project_id = serializers.IntegerField()
    shipments = Parcel(many=True, help_text="All parcels, newest first.")
