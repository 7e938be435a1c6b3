"""Hackathons and participants: what clients send and see."""

from rest_framework import serializers

from hackathon.serializers.games import Shape


class HackathonInput(Shape):
    name = serializers.CharField(max_length=120)


class ParticipantShape(Shape):
    id = serializers.IntegerField()
    hackathon_id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    github_username = serializers.CharField()
    skills = serializers.ListField(child=serializers.CharField())
    country = serializers.CharField(allow_blank=True)
    home_city = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(["active", "quit", "left", "awol"])
    in_person = serializers.BooleanField()
    international = serializers.BooleanField()
    housed = serializers.BooleanField()
    flight = serializers.CharField()
    morale = serializers.FloatField(help_text="0 to 100.")
    hours = serializers.FloatField()
    streak = serializers.IntegerField(help_text="Days.")
    idle_days = serializers.IntegerField()
    days_without_devlog = serializers.IntegerField()
    red_alert = serializers.BooleanField(help_text="No commits for a day or more.")
    suspicious_receipts = serializers.IntegerField()
    flagged = serializers.BooleanField()
    project = serializers.CharField()
    joined_tick = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class ParticipantInput(Shape):
    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(max_length=254)
    github_username = serializers.RegexField(r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$", max_length=39)
    skills = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20, default=list)
    in_person = serializers.BooleanField(default=False)
    international = serializers.BooleanField(default=False)


class ParticipantUpdate(Shape):
    """Who somebody is may be corrected; how they are doing is the game's."""

    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(max_length=254)
    github_username = serializers.RegexField(r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$", max_length=39)
    skills = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20, required=False)


class ParticipantCreated(Shape):
    participant_id = serializers.IntegerField()
    participant = ParticipantShape()


class CommitShape(Shape):
    id = serializers.IntegerField()
    sha = serializers.CharField()
    message = serializers.CharField()
    hours = serializers.FloatField(help_text="Coding time of this piece of work.")
    tick = serializers.IntegerField()
    at = serializers.DateTimeField()


class DevlogShape(Shape):
    id = serializers.IntegerField()
    text = serializers.CharField()
    tick = serializers.IntegerField()
    at = serializers.DateTimeField()


class DevlogInput(Shape):
    text = serializers.CharField(max_length=5000)


class DevlogCreated(Shape):
    devlog_id = serializers.IntegerField()
    devlog = DevlogShape()


class MessageShape(Shape):
    id = serializers.IntegerField()
    hackathon_id = serializers.IntegerField()
    tick = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    sender_role = serializers.CharField()
    sender_name = serializers.CharField()
    thread = serializers.CharField(help_text="Messages of one conversation share it.")
    subject = serializers.CharField(allow_blank=True)
    body = serializers.CharField()
    outgoing = serializers.BooleanField(help_text="Written by the organiser.")
    read = serializers.SerializerMethodField()
    replied = serializers.SerializerMethodField()

    def get_read(self, message) -> bool:  # type: ignore[no-untyped-def]
        return message.outgoing or message.read_at is not None

    def get_replied(self, message) -> bool:  # type: ignore[no-untyped-def]
        return message.replied_at is not None


class InboxQuery(Shape):
    unread = serializers.BooleanField(required=False, help_text="Only what has not been read.")
    thread = serializers.CharField(required=False, max_length=40)


class ReplyInput(Shape):
    message = serializers.CharField(max_length=2000)


class ListingShape(Shape):
    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    location = serializers.CharField()
    capacity = serializers.IntegerField(help_text="Beds.")
    occupied_spots = serializers.IntegerField()
    price_per_night = serializers.FloatField(help_text="Euros for one bed.")
    nights = serializers.IntegerField(help_text="How long a lease runs.")
    image = serializers.CharField(help_text="Address of its picture, on this server.")
    created_at = serializers.DateTimeField()
