"""What clients in a room receive. Every payload is the same for all who receive it, and names no author early.

Two kinds never reach a client as they are published: ``VotingStarted`` gets each viewer's own order of the answers, and
``RoomChanged`` is a bell at which each viewer is sent a ``room_state`` of their own (``voting/relay.py``).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from tommy.core import realtime


@dataclass(frozen=True, kw_only=True)
class RoomEvent(realtime.Event):
    """``room_code`` tells a client that is in several rooms which one this is about."""

    room_code: str

    @property
    def audience(self) -> realtime.Room:
        return room_audience(self.room_code)


def room_audience(code: str) -> realtime.Room:
    return realtime.Room(f"voting.{code}")


@dataclass(frozen=True, kw_only=True)
class PlayerJoined(RoomEvent):
    """``participants`` are the seated players: ``{id, username, connected}``."""

    type: ClassVar[str] = "player_joined"

    user_id: str | None
    username: str
    participant_count: int
    participants: list[dict[str, Any]]
    host_id: str | None


@dataclass(frozen=True, kw_only=True)
class PlayerLeft(PlayerJoined):
    """``reason``: ``left``, ``kicked``, ``away`` (a running game keeps the seat) or ``timeout``."""

    type: ClassVar[str] = "player_left"

    reason: str


@dataclass(frozen=True, kw_only=True)
class HostChanged(RoomEvent):
    type: ClassVar[str] = "host_changed"

    host_id: str | None
    username: str | None


@dataclass(frozen=True, kw_only=True)
class RoundStarted(RoomEvent):
    """``time_limit`` in seconds; ``ends_at`` on the server's clock."""

    type: ClassVar[str] = "round_started"

    game: int
    round_number: int
    total_rounds: int
    round_id: str
    question: str
    category: str
    time_limit: int
    ends_at: str
    status: str = "answering"


@dataclass(frozen=True, kw_only=True)
class GameStarted(RoundStarted):
    type: ClassVar[str] = "game_started"

    status: str = "playing"


@dataclass(frozen=True, kw_only=True)
class GamePreparing(RoomEvent):
    """The game is on; ``game_started`` follows as soon as its questions are written, at ``ends_at`` in any case."""

    type: ClassVar[str] = "game_preparing"

    game: int
    round_id: str
    ends_at: str
    status: str = "preparing"


@dataclass(frozen=True, kw_only=True)
class AnswerSubmitted(RoomEvent):
    """That one more has answered; not who, not what."""

    type: ClassVar[str] = "answer_submitted"

    round_id: str
    submitted_count: int
    participant_count: int


@dataclass(frozen=True, kw_only=True)
class VotingStarted(RoomEvent):
    """Clients also get ``answers``: [{id, content, is_own_answer}] in their own order."""

    type: ClassVar[str] = "voting_started"

    round_id: str
    round_number: int
    time_limit: int
    ends_at: str


@dataclass(frozen=True, kw_only=True)
class VoteUpdate(RoomEvent):
    """One answer's count as it stands; where votes are held back the answer and its count are null."""

    type: ClassVar[str] = "vote_update"

    round_id: str
    answer_id: str | None
    vote_count: int | None
    voted_count: int


@dataclass(frozen=True, kw_only=True)
class RoundEnded(RoomEvent):
    """``leaderboard``: [{rank, user_id, username, score, round_score}]; ``answers`` with their authors and counts.

    ``next_at`` is when the next round begins by itself, null where the host decides.
    """

    type: ClassVar[str] = "round_ended"

    round_id: str
    round_number: int
    total_rounds: int
    leaderboard: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    next_at: str | None


@dataclass(frozen=True, kw_only=True)
class GameEnded(RoomEvent):
    """``reason``: ``completed``, or ``abandoned`` when all players were gone."""

    type: ClassVar[str] = "game_ended"

    game: int
    final_leaderboard: list[dict[str, Any]]
    reason: str


@dataclass(frozen=True, kw_only=True)
class RoomChanged(RoomEvent):
    """A bell: the room is not what it was; whoever is connected gets a ``room_state``."""

    type: ClassVar[str] = "room_changed"
