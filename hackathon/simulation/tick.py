"""One tick of a shard: the steps, in the order of the game's rules."""

from collections.abc import Callable

from hackathon.rules.compiled import Rules
from hackathon.simulation.effects import Effects
from hackathon.simulation.state import State
from hackathon.simulation.steps import asking, chance, dawn, deadlines, ends, hours, inbox, night, travel, work
from hackathon.simulation.turn import Turn

Step = Callable[[State, Turn], None]

STEPS: tuple[Step, ...] = (
    dawn.streaks_step,
    dawn.arrivals_step,
    hours.regeneration_step,
    deadlines.incident_deadlines_step,
    deadlines.request_deadlines_step,
    deadlines.lease_deadlines_step,
    travel.flights_step,
    travel.shipments_step,
    chance.incidents_step,
    hours.pressure_step,
    work.work_step,
    asking.requests_step,
    night.housing_step,
    night.costs_step,
    night.sponsors_step,
    ends.ends_step,
    # The inbox moves nothing in play; it comes last so that it can tell all that happened.
    inbox.inbox_step,
)


def run_tick(state: State, rules: Rules, effects: Effects | None = None) -> Effects:
    """Play one tick of every running game of the shard; the state changes in place.

    What it does is added to ``effects``, where something has been done in these games already.
    """
    turn = Turn.begin(state, rules, effects)
    if len(turn.rows):
        for step in STEPS:
            step(state, turn)
    return turn.effects


def run_arrivals(state: State, rules: Rules) -> Effects:
    """Only the newcomers, for games whose day has just ended; the next tick then finds them already there."""
    turn = Turn.begin(state, rules)
    dawn.arrivals_step(state, turn)
    return turn.effects


def run_streaks(state: State, rules: Rules) -> Effects:
    """Only the streaks, for games whose day has just ended; the next tick then passes over them."""
    turn = Turn.begin(state, rules)
    dawn.streaks_step(state, turn)
    return turn.effects
