"""What Tommy's players receive over ``/ws/notifications``; the contract fixes the types, ``kind`` tells more."""

from dataclasses import dataclass
from typing import ClassVar

from tommy.core.realtime import Event


@dataclass(frozen=True, kw_only=True)
class StateChanged(Event):
    """Where a game stands after a tick or an action; money in euros, ``time_remaining`` in ticks."""

    type: ClassVar[str] = "state"

    hackathon_id: int
    tick: int
    time_remaining: int
    status: str
    end_reason: str | None
    action_points: float
    stress_level: float
    reputation: float
    legal_risk: float
    budget_left: float
    score: float
    open_incidents: int
    open_requests: int


@dataclass(frozen=True, kw_only=True)
class GameEvent(Event):
    """Something happened; ``kind`` says what (``incident_opened``, ``project_ready`` …)."""

    type: ClassVar[str] = "game_event"

    hackathon_id: int
    kind: str
    participant_id: int | None = None
    event_id: int | None = None
    event_type: str | None = None
    deadline_tick: int | None = None


@dataclass(frozen=True, kw_only=True)
class LegalThreat(GameEvent):
    """A lawsuit is in the air."""

    type: ClassVar[str] = "legal_threat"


@dataclass(frozen=True, kw_only=True)
class ReceiptFlagged(Event):
    """A participant has handed in too many suspicious receipts."""

    type: ClassVar[str] = "receipt_flagged"

    hackathon_id: int
    participant_id: int | None


@dataclass(frozen=True, kw_only=True)
class ReceiptJudged(GameEvent):
    """A second look at a receipt has changed what it is worth; ``kind`` is ``receipt_judged``."""

    receipt_id: int
    ai_validation: str


@dataclass(frozen=True, kw_only=True)
class PanicAlert(Event):
    """A quantity has crossed into danger: ``stress``, ``legal_risk``, ``reputation`` or ``budget``."""

    type: ClassVar[str] = "panic_alert"

    hackathon_id: int
    alarm: str


@dataclass(frozen=True, kw_only=True)
class InboxLetter(Event):
    """A letter has arrived."""

    type: ClassVar[str] = "inbox_message"

    hackathon_id: int
    message_id: int
    kind: str
    thread: str
    sender_name: str
    sender_role: str
    subject: str
