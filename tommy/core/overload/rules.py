"""Stages and when they are entered: pure, over the numbers of ``overload.json``."""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


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
    """From which load on the server is strained, sheds load or ends itself, and what it does then.

    A stage is left when every measure is below ``leave_below`` times what calls for it.
    What one process calls for is in force for all, and lapses after ``lapse_seconds`` unless it is called for again.
    A second self-destruct within ``again_after_seconds`` would mend what the first did not: the server sheds instead.
    Jobs that can wait are put off by ``postpone_seconds`` while the server is not calm.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sample_seconds: float = Field(gt=0, le=60)
    samples_up: int = Field(ge=1, le=1000)
    samples_down: int = Field(ge=1, le=1000)
    leave_below: float = Field(gt=0, le=1)
    lapse_seconds: float = Field(gt=0, le=600)
    measures: Mapping[str, Thresholds]
    shedding: SheddingModel
    postpone_seconds: float = Field(gt=0, le=3600)
    countdown_seconds: float = Field(ge=0, le=600)
    stop_within_seconds: float = Field(gt=0, le=600)
    again_after_seconds: float = Field(ge=0, le=86_400)

    @model_validator(mode="after")
    def _renewed_in_time(self) -> Self:
        if self.lapse_seconds < 2 * self.sample_seconds:
            raise ValueError("expected lapse_seconds of at least twice sample_seconds")
        return self


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
