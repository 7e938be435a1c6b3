"""Rooms, the people in them, and what they answered, voted and scored.

The rules of the game stand here as constraints. ``room`` is repeated in every row below a round, so that foreign keys
over several columns can say *of the same room* and *of the same round*; those replace the single keys where they
cover them (``db_constraint=False``), so that each row is checked once.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from voting.constraints import CompositeForeignKey
from voting.rules import Phase, Presence, ProfanityLevel, RoomStatus

CODE_MAX = 16
NAME_MAX = 100
ANSWER_MAX = 500
QUESTION_MAX = 300


def choice_field(kind: Any, **options: Any) -> Any:
    """A column that holds one of an enum's values."""
    return models.CharField(max_length=16, choices=[(member.value, member.name.lower()) for member in kind], **options)


def choice_constraint(field: str, kind: Any, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [member.value for member in kind]}), name=name)


class Room(models.Model):
    """A party. The running round's phase and deadline stand here, in the row that every command locks.

    ``deadline`` is when the phase ends by itself; null where nothing runs, or where only the host may go on.
    ``empty_since`` is when the last player of a running game went away.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=CODE_MAX, unique=True)
    watch_code = models.CharField(max_length=CODE_MAX, unique=True)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    status = choice_field(RoomStatus, default=RoomStatus.WAITING)
    phase = choice_field(Phase, default=Phase.NONE)
    deadline = models.DateTimeField(null=True)
    # The current round. Not a foreign key: rounds hang from rooms, and a key each way would tie a knot.
    round_id = models.UUIDField(null=True)
    game = models.PositiveSmallIntegerField(default=1)
    current_round = models.PositiveSmallIntegerField(default=0)
    max_players = models.PositiveSmallIntegerField()
    total_rounds = models.PositiveSmallIntegerField()
    answer_seconds = models.PositiveSmallIntegerField()
    vote_seconds = models.PositiveSmallIntegerField()
    results_seconds = models.PositiveSmallIntegerField()
    host_paced = models.BooleanField(default=False)
    live_votes = models.BooleanField(default=True)
    pack = models.CharField(max_length=32)
    profanity = choice_field(ProfanityLevel, default=ProfanityLevel.MODERATE)
    # What the choice of questions and the order of answers are derived from.
    seed = models.BigIntegerField()
    created_at = models.DateTimeField()
    active_at = models.DateTimeField(db_index=True)
    empty_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            choice_constraint("status", RoomStatus, "room_status"),
            choice_constraint("phase", Phase, "room_phase"),
            choice_constraint("profanity", ProfanityLevel, "room_profanity"),
            models.UniqueConstraint(fields=["id", "max_players"], name="room_seats"),
            models.CheckConstraint(condition=Q(max_players__range=(2, 20)), name="room_max_players"),
            models.CheckConstraint(condition=Q(total_rounds__range=(1, 10)), name="room_total_rounds"),
            models.CheckConstraint(condition=Q(current_round__lte=F("total_rounds")), name="room_current_round"),
            models.CheckConstraint(
                condition=Q(status=RoomStatus.PLAYING, round_id__isnull=False) & ~Q(phase=Phase.NONE)
                | ~Q(status=RoomStatus.PLAYING) & Q(phase=Phase.NONE, deadline__isnull=True),
                name="room_phase_while_playing",
            ),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(deadline__isnull=False), name="room_deadline"),
            models.Index(fields=["empty_since"], condition=Q(empty_since__isnull=False), name="room_empty_since"),
        ]

    def __str__(self) -> str:
        return self.code


class Participant(models.Model):
    """Somebody in a room: a player while ``seat`` is set, else a spectator, or gone (``left_at``).

    ``room_max_players`` repeats the room's, held equal by a foreign key, so that a seat beyond it cannot exist.
    ``present_until`` is a lease: renewed while a socket is open, extended by every REST call.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="participants", db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=NAME_MAX)
    seat = models.PositiveSmallIntegerField(null=True)
    room_max_players = models.PositiveSmallIntegerField()
    wants_seat = models.BooleanField(default=False)
    # The last game this one held a seat in: who left a running game may come back to it.
    played_game = models.PositiveSmallIntegerField(null=True)
    kicked = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    presence = choice_field(Presence, default=Presence.EXPECTED)
    present_until = models.DateTimeField()

    class Meta:
        constraints = [
            choice_constraint("presence", Presence, "participant_presence"),
            models.UniqueConstraint(fields=["room", "user"], name="participant_once"),
            models.UniqueConstraint(fields=["room", "seat"], name="participant_seat"),
            models.UniqueConstraint(fields=["room", "id"], name="participant_of_room"),
            models.CheckConstraint(
                condition=Q(seat__isnull=True) | Q(seat__lt=F("room_max_players")), name="participant_seat_exists"
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=True) | Q(left_at__isnull=True), name="participant_gone_has_no_seat"
            ),
            models.CheckConstraint(
                condition=Q(kicked=False) | Q(left_at__isnull=False), name="participant_kicked_is_gone"
            ),
            CompositeForeignKey(
                name="participant_seats_of_room",
                fields=["room", "room_max_players"],
                table="voting_room",
                columns=["id", "max_players"],
            ),
        ]
        indexes = [
            models.Index(
                fields=["present_until"],
                condition=Q(left_at__isnull=True) & ~Q(presence=Presence.AWAY),
                name="participant_lease",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """One question of one game; made for the whole game when it starts, begun one after the other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="rounds", db_index=False)
    game = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=QUESTION_MAX)
    category = models.CharField(max_length=32)
    started_at = models.DateTimeField(null=True)
    voting_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "game", "number"], name="round_once"),
            models.UniqueConstraint(fields=["room", "id"], name="round_of_room"),
            models.CheckConstraint(condition=Q(number__gte=1), name="round_number_from_one"),
            models.CheckConstraint(
                condition=Q(started_at__isnull=False) | Q(voting_at__isnull=True, completed_at__isnull=True),
                name="round_starts_first",
            ),
        ]


class Answer(models.Model):
    """What one player answered; its random id says nothing about who."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="answers", db_constraint=False, db_index=False)
    author = models.ForeignKey(Participant, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    content = models.CharField(max_length=ANSWER_MAX)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "round", "author"], name="answer_once"),
            models.UniqueConstraint(fields=["room", "round", "id", "author"], name="answer_of_author"),
            models.CheckConstraint(condition=~Q(content=""), name="answer_says_something"),
            CompositeForeignKey(
                name="answer_round_of_room", fields=["room", "round"], table="voting_round", columns=["room_id", "id"]
            ),
            CompositeForeignKey(
                name="answer_author_in_room",
                fields=["room", "author"],
                table="voting_participant",
                columns=["room_id", "id"],
            ),
        ]


class Vote(models.Model):
    """One player's vote in a round. The answer's author is kept beside it, and may not be the voter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="votes", db_constraint=False, db_index=False)
    answer = models.ForeignKey(Answer, models.CASCADE, related_name="votes", db_constraint=False, db_index=False)
    answer_author = models.ForeignKey(
        Participant, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    voter = models.ForeignKey(Participant, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "round", "voter"], name="vote_once"),
            models.CheckConstraint(condition=~Q(voter=F("answer_author")), name="vote_not_for_oneself"),
            CompositeForeignKey(
                name="vote_answer_of_round",
                fields=["room", "round", "answer", "answer_author"],
                table="voting_answer",
                columns=["room_id", "round_id", "id", "author_id"],
            ),
            CompositeForeignKey(
                name="vote_voter_in_room",
                fields=["room", "voter"],
                table="voting_participant",
                columns=["room_id", "id"],
            ),
        ]


class Score(models.Model):
    """Points of one player in one round: as many as there are votes for their answer."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="scores", db_constraint=False, db_index=False)
    player = models.ForeignKey(Participant, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    points = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "round", "player"], name="score_once"),
            CompositeForeignKey(
                name="score_answer_given",
                fields=["room", "round", "player"],
                table="voting_answer",
                columns=["room_id", "round_id", "author_id"],
            ),
        ]


class AskedQuestion(models.Model):
    """That a user has been asked a question; what no group of players shall hear twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    question_key = models.CharField(max_length=32)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "question_key"], name="asked_once")]
