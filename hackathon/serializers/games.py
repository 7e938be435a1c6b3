"""Games: state, actions, incidents, log."""

from rest_framework import serializers

LARGEST_ID = 2**63 - 1
GAME_STATUSES = ["running", "paused", "finished", "lost", "abandoned"]


class Shape(serializers.Serializer):  # type: ignore[type-arg]
    """Base of shapes that are only read or only written; nothing is saved through a serializer."""


class HackathonSummary(Shape):
    id = serializers.IntegerField()
    hackathon_id = serializers.IntegerField()
    name = serializers.CharField()
    status = serializers.ChoiceField(GAME_STATUSES)
    end_reason = serializers.CharField(allow_null=True)
    tick = serializers.IntegerField(help_text="Ticks played.")
    day = serializers.IntegerField()
    phase = serializers.ChoiceField(["pre_sf", "post_sf"])
    time_remaining = serializers.IntegerField(help_text="Ticks left of the season.")
    stress_level = serializers.FloatField(help_text="0 to 100.")
    reputation = serializers.FloatField(help_text="0 to 100.")
    legal_risk = serializers.FloatField(help_text="0 to 100.")
    action_points = serializers.FloatField()
    sponsor_mood = serializers.FloatField()
    volunteers = serializers.IntegerField()
    budget_total = serializers.FloatField(help_text="Euros received so far.")
    budget_used = serializers.FloatField(help_text="Euros spent so far.")
    budget_left = serializers.FloatField(help_text="Euros.")
    score = serializers.FloatField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class Choice(Shape):
    choice = serializers.CharField()
    label = serializers.CharField()
    action_points = serializers.FloatField()
    cost = serializers.FloatField(help_text="Euros.")


class GameEventShape(Shape):
    """An incident; ``resolve`` takes its ``event_id`` as target and one of the choices."""

    event_id = serializers.IntegerField()
    event_type = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    severity = serializers.CharField()
    status = serializers.ChoiceField(["open", "resolved", "timed_out"])
    participant_id = serializers.IntegerField(allow_null=True)
    opened_tick = serializers.IntegerField()
    deadline_tick = serializers.IntegerField()
    choices = Choice(many=True)


class PendingAction(Shape):
    """Something that waits: a request to decide, a project to ship, a person without a bed."""

    kind = serializers.CharField()
    target_id = serializers.IntegerField()
    action_types = serializers.ListField(child=serializers.CharField())
    participant_id = serializers.IntegerField(allow_null=True)
    participant_name = serializers.CharField(allow_null=True)
    amount = serializers.FloatField(allow_null=True, help_text="Euros.")
    suspicion = serializers.FloatField(allow_null=True, help_text="0 to 1, noisy.")
    due_tick = serializers.IntegerField(allow_null=True)


class GameState(HackathonSummary):
    active_events = GameEventShape(many=True)
    pending_actions = PendingAction(many=True)
    hackathons = HackathonSummary(many=True)
    counts = serializers.DictField(child=serializers.IntegerField())


class ActionInput(Shape):
    action_type = serializers.CharField(max_length=60, help_text="One of GET /api/game/actions.")
    target_id = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LARGEST_ID, help_text="What the action is aimed at."
    )
    parameters = serializers.DictField(required=False, allow_null=True)
    hackathon_id = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LARGEST_ID, help_text="The current one by default."
    )


class ActionEffects(Shape):
    action_points = serializers.FloatField()
    stress_level = serializers.FloatField()
    reputation = serializers.FloatField()
    legal_risk = serializers.FloatField()
    budget_left = serializers.FloatField(help_text="Euros.")


class ActionAnswer(Shape):
    success = serializers.BooleanField()
    action = serializers.CharField()
    hackathon_id = serializers.IntegerField()
    effects = ActionEffects()
    facts = serializers.DictField(help_text="What this action has to tell beside the numbers.")
    message = serializers.CharField()


class ActionKind(Shape):
    action_type = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    cost = serializers.DictField(child=serializers.FloatField(), help_text="action_points.")
    target = serializers.CharField(allow_null=True, help_text="What target_id names.")
    targets = serializers.ListField(child=serializers.IntegerField(), help_text="Ids that it may be aimed at now.")
    parameters = serializers.DictField(help_text="JSON Schema.")
    possible = serializers.BooleanField()
    why_not = serializers.CharField(allow_null=True)
    why_not_code = serializers.CharField(allow_null=True)


class NewGameInput(Shape):
    name = serializers.CharField(required=False, max_length=120)


class RandomEventInput(Shape):
    event_type = serializers.CharField(required=False, max_length=60, help_text="Drawn by the weights by default.")


class LogLine(Shape):
    id = serializers.IntegerField()
    tick = serializers.IntegerField()
    at = serializers.DateTimeField()
    type = serializers.ChoiceField(["tick", "event", "effect", "action"])
    code = serializers.CharField()
    cause = serializers.CharField()
    participant = serializers.IntegerField(allow_null=True, help_text="Number within the hackathon.")
    event = serializers.IntegerField(allow_null=True, help_text="Number within the hackathon.")
    request = serializers.IntegerField(allow_null=True, help_text="Number within the hackathon.")
    data = serializers.DictField(help_text="Changes by quantity and cause; money in euros.")


class LogQuery(Shape):
    hackathon = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    type = serializers.CharField(required=False, max_length=80, help_text="One or several, separated by commas.")
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)

    def validate_type(self, value: str) -> list[str]:
        types = [part.strip() for part in value.split(",") if part.strip()]
        known = {"tick", "event", "effect", "action"}
        if not set(types) <= known:
            raise serializers.ValidationError(f"Known types: {', '.join(sorted(known))}.")
        return types


class LeaderboardQuery(Shape):
    scope = serializers.ChoiceField(["season", "all_time"], default="all_time")
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)


class LeaderboardRow(Shape):
    rank = serializers.IntegerField(help_text="Equal scores share a rank.")
    user_id = serializers.UUIDField()
    username = serializers.CharField()
    score = serializers.FloatField()
    me = serializers.BooleanField(help_text="Your own row; it stands last where you are further down.")
