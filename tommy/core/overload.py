"""A server that knows when it is too much: calm, strained, shedding, self-destruct.

A watcher thread measures every second how late ticks are, how long the queue, how slow the event loop and the
database, how big the process. ``overload.json`` says from which value on each stage is called for. A stage is entered
after some samples in a row, and left, one step down at a time, after more of them well below its threshold.

Strained: what can wait is postponed. Shedding: no new sockets, and who writes most waits; reads go on. Self-destruct:
a countdown that all clients are told of, then no new work, and the process ends in order with exit code 70, for its
supervisor to start it anew. Nothing is saved at that moment, because everything acknowledged is committed already.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import ClassVar, NamedTuple, Self

import structlog
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tommy.core.content import content
from tommy.core.db import command
from tommy.core.errors import Unavailable
from tommy.core.metrics import OVERLOAD_STAGE
from tommy.core.models import NotificationCursor
from tommy.core.realtime import Draft, Event, notify_on_commit, send_to_group

logger = structlog.get_logger(__name__)

FILE = "tommy/overload.json"
EXIT_CODE = 70
SOCKETS_GROUP = "server.sockets"
Measure = Callable[[], float]


class Stage(IntEnum):
    CALM = 0
    STRAINED = 1
    SHEDDING = 2
    SELF_DESTRUCT = 3


class Thresholds(BaseModel):
    """From which value of a measure on each stage is called for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    strained: float = Field(gt=0)
    shedding: float = Field(gt=0)
    self_destruct: float = Field(gt=0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.strained < self.shedding < self.self_destruct:
            raise ValueError("expected strained < shedding < self_destruct")
        return self

    def stage_of(self, value: float) -> Stage:
        levels = (self.strained, self.shedding, self.self_destruct)
        return Stage(sum(value >= level for level in levels))


class SheddingModel(BaseModel):
    """While shedding, each client may write so often in a window; more is answered 503."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_seconds: float = Field(gt=0, le=3600)
    writes_in_window: int = Field(ge=0)
    retry_after_seconds: int = Field(ge=1, le=3600)


class OverloadModel(BaseModel):
    """``overload.json``; a stage is left when every measure is below ``leave_below`` times what calls for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sample_seconds: float = Field(gt=0, le=60)
    samples_up: int = Field(ge=1, le=1000)
    samples_down: int = Field(ge=1, le=1000)
    leave_below: float = Field(gt=0, le=1)
    measures: Mapping[str, Thresholds]
    shedding: SheddingModel
    countdown_seconds: float = Field(ge=0, le=600)
    stop_within_seconds: float = Field(gt=0, le=600)


class Reading(NamedTuple):
    """The stage, and how many samples in a row have called for a higher or a lower one."""

    stage: Stage = Stage.CALM
    above: int = 0
    below: int = 0


def next_reading(reading: Reading, values: Mapping[str, float], rules: OverloadModel) -> Reading:
    """What one more sample makes of the stage. Up at once to what is called for, down one step at a time."""
    called, eased = _called_for(values, rules, 1.0), _called_for(values, rules, rules.leave_below)
    if called > reading.stage:
        above = reading.above + 1
        return Reading(called) if above >= rules.samples_up else Reading(reading.stage, above)
    if eased < reading.stage:
        below = reading.below + 1
        return Reading(Stage(reading.stage - 1)) if below >= rules.samples_down else Reading(reading.stage, 0, below)
    return Reading(reading.stage)


def _called_for(values: Mapping[str, float], rules: OverloadModel, share: float) -> Stage:
    stages = (rules.measures[name].stage_of(value / share) for name, value in values.items() if name in rules.measures)
    return max(stages, default=Stage.CALM)


@dataclass(frozen=True, kw_only=True)
class ServerAlarm(Event):
    """The server's stage has changed; ``seconds`` is how long it still lives, where it is about to start anew."""

    type: ClassVar[str] = "panic_alert"

    alarm: str
    stage: str
    seconds: float | None = None


class Overloaded(Unavailable):
    code = "overloaded"
    detail = "The server has too much to do right now; please come back in a moment."


_stage = Stage.CALM


def register() -> None:
    content.register(FILE, OverloadModel)


def settings() -> OverloadModel:
    return content.get(FILE, OverloadModel)


def stage() -> Stage:
    """The stage of this process."""
    return _stage


def require_calm() -> None:
    """For what can wait (reports, AI text): raise Overloaded from *strained* on."""
    if _stage >= Stage.STRAINED:
        raise Overloaded(retry_after=settings().shedding.retry_after_seconds)


def stage_enter(*, stage: Stage, values: Mapping[str, float], now: datetime, seconds: float | None = None) -> None:
    """Change this process's stage, and tell whoever is connected; each client finds the frame by its id."""
    global _stage  # one process, one stage
    _stage = stage
    OVERLOAD_STAGE.set(stage)
    name = stage.name.lower()
    logger.warning("overload_stage", stage=name, **{key: round(value, 3) for key, value in values.items()})
    with command():
        event = ServerAlarm(alarm="server", stage=name, seconds=seconds)
        connected = NotificationCursor.objects.filter(connected_until__gt=now).values_list("user_id", flat=True)
        notify_on_commit([Draft(user_id, event.type, None, event.payload()) for user_id in connected], now=now)


def sockets_close() -> None:
    """Ask every socket of every process to close with 1012, after the frames that are on their way."""
    send_to_group(SOCKETS_GROUP, {"type": "server.restarting"})


class WriteCounter:
    """Who wrote how often lately; counts of the window that is over are forgotten whole."""

    def __init__(self) -> None:
        self._window, self._counts = 0, dict[str, int]()

    def is_greedy(self, client: str, at: float, rules: SheddingModel) -> bool:
        """Count one write of ``client`` at ``at`` seconds; True where it is more than the window allows."""
        window = int(at / rules.window_seconds)
        if window != self._window:
            self._window, self._counts = window, {}
        self._counts[client] = self._counts.get(client, 0) + 1
        return self._counts[client] > rules.writes_in_window


_measures: dict[str, Measure] = {}


def register_measure(name: str, measure: Measure) -> None:
    """Let an app or the server add what it can measure; ``overload.json`` names it."""
    _measures[name] = measure


def sample(names: Iterable[str]) -> dict[str, float]:
    """The present values of these measures; one that fails is left out, and said so."""
    values: dict[str, float] = {}
    for name in names:
        if name in _measures:
            try:
                values[name] = _measures[name]()
            except Exception:
                logger.exception("measure_failed", measure=name)
    return values
