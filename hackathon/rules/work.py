"""``work.json``: who takes part, how they work, what keeps them and what drives them away."""

from hackathon.rules.base import Change, Content, Days, Factor, Gain, Key, Level, Loss, Range, Share, SomeDays


class People(Content):
    morale: Range
    honest: Share
    in_person: Share
    international: Share


class Arrivals(Content):
    """One person every so many days; after the move to SF only remote ones, if so set."""

    pre_sf_every_days: SomeDays
    post_sf_every_days: SomeDays
    post_sf_remote_only: bool


class WorkingDay(Content):
    """The chance to work is ``base_chance + chance_by_morale * morale / 100``."""

    base_chance: Share
    chance_by_morale: Share
    hours: Range
    in_person_post_sf_factor: Factor
    devlog_chance: Share


class Devlogs(Content):
    missing_from_days: SomeDays
    reputation: Loss


class Idle(Content):
    """Every ``after_days`` idle days in a row an incident may open about the person."""

    after_days: SomeDays
    chance: Share
    incident: Key


class Streaks(Content):
    from_days: SomeDays
    reputation_each: Gain
    reputation_at_most: Gain


class Morale(Content):
    """Each day morale moves this share of the way to its resting point."""

    drift: Share
    toward: Level


class Quitting(Content):
    below_morale: Level
    chance: Share
    reputation: Loss


class Shipping(Content):
    """Hours of work that a ship needs; waiting longer than ``patience_days`` hurts each day."""

    first_hours: Level
    second_hours: Level
    patience_days: Days
    waiting_morale: Loss
    waiting_reputation: Loss
    shipped_morale: Gain
    shipped_reputation: Change


class WorkModel(Content):
    """Who takes part, how they work from day to day, what keeps them and what drives them away."""

    people: People
    arrivals: Arrivals
    day: WorkingDay
    devlogs: Devlogs
    idle: Idle
    streaks: Streaks
    morale: Morale
    quitting: Quitting
    shipping: Shipping


model = WorkModel
