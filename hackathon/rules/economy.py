"""``economy.json``: clock, starting state, limits, action points, stress, sponsors, ends and score."""

from pydantic import Field, model_validator

from hackathon.rules.base import (
    Change,
    Content,
    Count,
    Days,
    EuroChange,
    Euros,
    Factor,
    Gain,
    Level,
    Points,
    Range,
    SomeDays,
    Ticks,
)


class Clock(Content):
    """A season's time; days before ``post_sf_from_day`` are pre-SF."""

    ticks_per_day: Ticks
    season_days: SomeDays
    post_sf_from_day: Days


class House(Content):
    beds: Count
    days: SomeDays


class Start(Content):
    ap: Points
    stress: Level
    reputation: Level
    legal: Level
    euros: Euros
    sponsor_mood: Factor
    volunteers: Count
    participants: Count
    house: House


class Limits(Content):
    ap: Points
    volunteers: Count
    participants: Count
    open_incidents: Count
    sponsor_mood: Range


class Slowdown(Content):
    above_stress: Level
    factor: Factor


class ActionPoints(Content):
    """Points gained a tick; of the slowdowns that apply the last one counts."""

    per_tick: Points
    per_volunteer: Points
    slowdowns: tuple[Slowdown, ...]

    @model_validator(mode="after")
    def _rising(self) -> "ActionPoints":
        levels = [slowdown.above_stress for slowdown in self.slowdowns]
        if levels != sorted(levels):
            raise ValueError("slowdowns must be ordered by above_stress")
        return self


class Pressure(Content):
    """What a tick does to stress and to the legal risk by itself."""

    stress_per_incident: Gain
    stress_per_request: Gain
    relief: Gain
    legal_decay: Gain


class ReputationGain(Content):
    """Gains count (top - reputation) / divisor of their worth."""

    top: Level
    divisor: float = Field(gt=0, le=1000)


class Sponsors(Content):
    every_days: SomeDays
    euros: Euros
    base: Factor
    per_reputation: Factor


class DailyCosts(Content):
    food_euros: Euros
    volunteer_euros: Euros


class Ends(Content):
    reputation_at: Level
    legal_at: Level
    bankrupt_ticks: Ticks
    burnout_stress: Level
    burnout_ticks: Ticks
    empty_below: Count
    empty_after_day: Days


class Score(Content):
    first_ship: Change
    second_ship: float = Field(ge=-1000, le=1000)
    reputation: Change
    euros_per_point: float = Field(gt=0, le=1_000_000)
    unhoused_night: Change
    timeout: Change
    person_lost: Change
    fraud_paid: Change
    legal: Change
    lost_factor: Factor


class Alarms(Content):
    """From where on a player is warned; they change nothing in play."""

    stress: Level
    legal: Level
    reputation: Level
    euros: EuroChange


class EconomyModel(Content):
    """The calendar, how a game begins, action points, stress, sponsors, what ends a game, and the score."""

    clock: Clock
    start: Start
    limits: Limits
    action_points: ActionPoints
    pressure: Pressure
    reputation_gain: ReputationGain
    sponsors: Sponsors
    daily_costs: DailyCosts
    ends: Ends
    score: Score
    alarms: Alarms

    @model_validator(mode="after")
    def _start_within_limits(self) -> "EconomyModel":
        if self.start.ap > self.limits.ap or self.start.participants > self.limits.participants:
            raise ValueError("the start must lie within the limits")
        if self.start.volunteers > self.limits.volunteers:
            raise ValueError("the start must lie within the limits")
        return self


model = EconomyModel
