"""Shapes of requests and answers over REST."""

from typing import Any

from rest_framework import serializers

from accounts.fields import TextField
from voting.catalogue import game, questions
from voting.models import ANSWER_MAX
from voting.rules import Phase, ProfanityLevel, RoomStatus

SPANS = ("max_players", "total_rounds", "answer_seconds", "vote_seconds", "results_seconds")
ROOM_STATUSES = [status.value for status in RoomStatus]
ROOM_PHASES = [phase.value for phase in Phase]
ROUND_STATUSES = ("answering", "voting", "completed")


class SpanField(serializers.IntegerField):
    """A whole number; which ones are allowed is content, so it is asked when the value comes in."""

    def __init__(self, name: str, **options: Any) -> None:
        self.span_name = name
        super().__init__(required=False, min_value=1, max_value=3600, **options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        value = int(super().to_internal_value(data))
        span = getattr(game(), self.span_name)
        if not span.min <= value <= span.max:
            raise serializers.ValidationError(f"This is a number from {span.min} to {span.max}.")
        return value


class FlagField(serializers.BooleanField):
    """true or false; DRF's own field also takes "yes", 1 and the like."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


class LevelField(serializers.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[level.value for level in ProfanityLevel], **options)


class RoomSettingsSerializer(serializers.Serializer[Any]):
    """How to play; whatever is left out is as usual."""

    max_players = SpanField("max_players", help_text="2 to 20, usually 8.")
    total_rounds = SpanField("total_rounds", help_text="1 to 10, usually 5.")
    answer_seconds = SpanField("answer_seconds", help_text="Usually 60.")
    vote_seconds = SpanField("vote_seconds", help_text="Usually 45.")
    results_seconds = SpanField("results_seconds", help_text="Usually 10.")
    host_paced = FlagField(required=False, help_text="The host starts each next round.")
    live_votes = FlagField(required=False, help_text="False: counts are held back until the round is over.")
    pack = TextField(required=False, max_length=32, help_text="A pack of GET /api/voting/packs.")
    profanity = LevelField(required=False, help_text="What is masked in names, answers and questions.")

    def validate_pack(self, value: str) -> str:
        packs = questions().packs
        if value not in packs:
            raise serializers.ValidationError(f"There is no such pack; known are {', '.join(packs)}.")
        return value


class JoinSerializer(serializers.Serializer[Any]):
    """The code of the room, in any case; the room's watch code lets in as a spectator."""

    code = TextField(max_length=32)
    as_spectator = FlagField(required=False, default=False)


class KickSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()


class AnswerContentSerializer(serializers.Serializer[Any]):
    content = TextField(min_length=1, max_length=ANSWER_MAX)


class VoteSerializer(serializers.Serializer[Any]):
    answer_id = serializers.UUIDField()


class ResultsQuery(serializers.Serializer[Any]):
    format = serializers.ChoiceField(choices=["json", "csv"], required=False)
    game = serializers.IntegerField(required=False, min_value=1, max_value=10_000)


class RoomSerializer(serializers.Serializer[Any]):
    """A room."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    watch_code = serializers.CharField(allow_null=True, help_text="Lets others watch; null for outsiders.")
    host_id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices=ROOM_STATUSES)
    phase = serializers.ChoiceField(choices=ROOM_PHASES, help_text="Preparing: the questions are being written.")
    game = serializers.IntegerField(help_text="1, and one more with each rematch.")
    current_round = serializers.IntegerField(help_text="0 before the first.")
    created_at = serializers.DateTimeField()
    max_players = serializers.IntegerField()
    total_rounds = serializers.IntegerField()
    answer_seconds = serializers.IntegerField()
    vote_seconds = serializers.IntegerField()
    results_seconds = serializers.IntegerField()
    host_paced = serializers.BooleanField()
    live_votes = serializers.BooleanField()
    pack = serializers.CharField()
    profanity = serializers.ChoiceField(choices=[level.value for level in ProfanityLevel])


class PlayerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True, help_text="The user; null once the account is deleted.")
    username = serializers.CharField()
    connected = serializers.BooleanField()


class ShownAnswerSerializer(serializers.Serializer[Any]):
    """An answer as one viewer may see it; the author stands there once the round is over."""

    id = serializers.UUIDField()
    content = serializers.CharField()
    vote_count = serializers.IntegerField(help_text="0 while votes are held back.")
    is_own_answer = serializers.BooleanField()
    user_id = serializers.UUIDField(required=False, allow_null=True)
    username = serializers.CharField(required=False)


class RunningRoundSerializer(serializers.Serializer[Any]):
    """The current round as one viewer sees it."""

    round_id = serializers.UUIDField()
    round_number = serializers.IntegerField()
    total_rounds = serializers.IntegerField()
    question = serializers.CharField()
    category = serializers.CharField()
    status = serializers.ChoiceField(choices=ROUND_STATUSES)
    time_limit = serializers.IntegerField(allow_null=True, help_text="Seconds of the whole phase.")
    ends_at = serializers.DateTimeField(allow_null=True)
    time_left = serializers.FloatField(allow_null=True, help_text="Seconds.")
    submitted_count = serializers.IntegerField()
    voted_count = serializers.IntegerField()
    my_answer_id = serializers.UUIDField(allow_null=True)
    my_vote = serializers.UUIDField(allow_null=True, help_text="The answer voted for.")
    answers = ShownAnswerSerializer(many=True)


class RoomDetailsSerializer(RoomSerializer):
    """A room with the people in it; its round only for them."""

    participants = PlayerSerializer(many=True)
    participant_count = serializers.IntegerField()
    spectator_count = serializers.IntegerField()
    round = RunningRoundSerializer(allow_null=True)


class GameStartedSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()
    room_code = serializers.CharField()
    round_id = serializers.UUIDField()


class RoomMessageSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()
    room_code = serializers.CharField()


class VoteCastSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()
    vote_id = serializers.UUIDField()


class ScoreSerializer(serializers.Serializer[Any]):
    """A line of the leaderboard; equals share a rank."""

    rank = serializers.IntegerField()
    user_id = serializers.UUIDField(allow_null=True)
    username = serializers.CharField()
    total_points = serializers.IntegerField()
    round_points = serializers.IntegerField(help_text="Of the latest completed round.")


class LeaderboardSerializer(serializers.Serializer[Any]):
    scores = ScoreSerializer(many=True)


class ResultAnswerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    content = serializers.CharField()
    vote_count = serializers.IntegerField()
    user_id = serializers.UUIDField(allow_null=True)
    username = serializers.CharField()


class RoundResultSerializer(serializers.Serializer[Any]):
    """A completed round; answers with most votes first."""

    round_id = serializers.UUIDField()
    round_number = serializers.IntegerField()
    question = serializers.CharField()
    category = serializers.CharField()
    answers = ResultAnswerSerializer(many=True)
    winners = serializers.ListField(child=serializers.CharField(), help_text="Usernames; several where they drew.")


class ResultsSerializer(serializers.Serializer[Any]):
    room_code = serializers.CharField()
    game = serializers.IntegerField()
    status = serializers.ChoiceField(choices=ROOM_STATUSES)
    rounds = RoundResultSerializer(many=True)
    leaderboard = ScoreSerializer(many=True)


class PackSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    categories = serializers.ListField(child=serializers.CharField())
    question_count = serializers.IntegerField()
