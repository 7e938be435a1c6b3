"""The door through which players act: one function for all actions, and the list of what is possible now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from hackathon import errors
from hackathon.rules.actions import Action
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import Cause, EventCode, Purpose, Quantity
from hackathon.rules.parameters import (
    AssignParameters,
    DecisionParameters,
    LeaseParameters,
    NoParameters,
    Parameters,
    ReplyParameters,
    ResolveParameters,
)
from hackathon.simulation.actions import care, housing, judging
from hackathon.simulation.actions.base import Act
from hackathon.simulation.effects import Deed, Effects
from hackathon.simulation.incidents import choose_subjects, open_count, open_incidents
from hackathon.simulation.news import tell_news
from hackathon.simulation.random import uniforms
from hackathon.simulation.state import State
from hackathon.simulation.turn import Crowd

Target = Literal["participant", "incident", "request", "lease", "listing"]
_LARGEST_NUMBER = 2_147_483_647


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """A type of action: what it is aimed at, what it takes, and who carries it out."""

    handler: Callable[[Act], dict[str, Any]]
    parameters: type[Parameters] = NoParameters
    target: Target | None = None
    target_required: bool = True


ACTIONS: Mapping[str, ActionSpec] = {
    "rest": ActionSpec(care.rest),
    "hire_volunteer": ActionSpec(care.hire_volunteer),
    "fundraise": ActionSpec(care.fundraise),
    "lease_housing": ActionSpec(housing.lease_housing, LeaseParameters, "listing", target_required=False),
    "renew_lease": ActionSpec(housing.renew_lease, target="lease"),
    "ship": ActionSpec(care.ship, target="participant"),
    "talk": ActionSpec(care.talk, target="participant"),
    "approve": ActionSpec(judging.approve, DecisionParameters, "request"),
    "deny": ActionSpec(judging.deny, DecisionParameters, "request"),
    "verify": ActionSpec(judging.verify, DecisionParameters, "request"),
    "assign": ActionSpec(housing.assign, AssignParameters, "participant"),
    "reply": ActionSpec(care.reply, ReplyParameters, "participant", target_required=False),
    "resolve": ActionSpec(judging.resolve, ResolveParameters, "incident"),
}
ALIASES: Mapping[str, str] = {"reject": "deny"}
_REFUSED = {errors.Penalty.UNFINISHED_PROJECT: "ship", errors.Penalty.LOST_LISTING: "lease_housing"}
_PLACES = {name: place for place, name in enumerate(ACTIONS)}
_LINKED = frozenset({"participant", "incident", "request", "lease"})


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """What an action did; ``facts`` fill the sentence of the action's content."""

    action: str
    effects: Effects
    facts: Mapping[str, Any]

    @property
    def message_key(self) -> str:
        return f"action.{self.action}"

    def message(self, rules: Rules) -> str:
        return settings_of(self.action, rules).done.format_map(self.facts)


def settings_of(action: str, rules: Rules) -> Action:
    settings: Action = getattr(rules.actions, action)
    return settings


def apply_action(
    state: State,
    game: int,
    action_type: object,
    target: object,
    parameters: Mapping[str, Any] | None,
    rules: Rules,
    *,
    into: Effects | None = None,
    tell: bool = True,
    order: str = "",
) -> ActionOutcome:
    """Carry out a player's action on a game row, in place; a ``DomainError`` leaves the state as it was.

    ``target`` is a game-local number (of the listing, for ``lease_housing``: world-local), None for none. The effects
    go ``into`` given ones, or new ones. Without ``tell`` no messages are made of what happened, for players in memory
    whose inbox nobody reads. ``order`` names the standing order that acts in the player's stead.
    """
    name = _known_action(action_type)
    spec = ACTIONS[name]
    number = _target(target, spec)
    act = Act(state, game, number, parse_parameters(name, parameters), rules, into or Effects(rules))
    act.check_running()
    first = len(act.effects.changes)
    outcome = ActionOutcome(name, act.effects, spec.handler(act))
    _note(act, outcome, first, order)
    if tell:
        tell_news(state, act.effects, at_most=rules.messages.per_tick.high)
    return outcome


def _note(act: Act, outcome: ActionOutcome, first: int, order: str) -> None:
    """One event, and what the log says beside it."""
    name, effects, target = outcome.action, act.effects, ACTIONS[outcome.action].target
    done = outcome.message(act.rules)
    message = f"standing order '{order}' did {name}: {done}" if order else done
    effects.deeds.append(Deed(len(effects.events), first, len(effects.changes), name, order, message))
    links = {target: act.target} if target in _LINKED else {}
    cause = Cause.STANDING_ORDER if order else Cause.ACTION_COST
    act.event(EventCode.ACTION_TAKEN, cause, count=_PLACES[name], **links)


def _known_action(action_type: object) -> str:
    name = ALIASES.get(action_type, action_type) if isinstance(action_type, str) else ""
    if name not in ACTIONS:
        raise errors.UnknownAction(known=sorted([*ACTIONS, *ALIASES]))
    return name


def _target(target: object, spec: ActionSpec) -> int:
    if target is None and not (spec.target and spec.target_required):
        return 0
    if isinstance(target, bool) or not isinstance(target, int) or not 0 < target <= _LARGEST_NUMBER:
        wanted = f"The number of a {spec.target} is needed." if spec.target else "This action takes no target."
        raise errors.InvalidParameters(errors={"target_id": [wanted]})
    if spec.target is None:
        raise errors.InvalidParameters(errors={"target_id": ["This action takes no target."]})
    return target


def parse_parameters(action: str, parameters: object) -> Parameters:
    """The action's parameters as their model; anything else is refused, field by field."""
    try:
        return ACTIONS[action].parameters.model_validate({} if parameters is None else parameters)
    except ValidationError as error:
        found: dict[str, list[str]] = {}
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            field = ".".join(["parameters", *(str(part) for part in problem["loc"])])
            found.setdefault(field, []).append(problem["msg"])
        raise errors.InvalidParameters(errors=found) from None


def apply_penalty(
    state: State,
    game: int,
    penalty: errors.Penalty,
    rules: Rules,
    *,
    into: Effects | None = None,
    order: str = "",
) -> Effects:
    """What a refused action costs all the same: stress for shipping too early, legal risk for the last bed lost."""
    effects = into or Effects(rules)
    stress = rules.actions.ship.unfinished_stress
    quantity, cause, amount = {
        errors.Penalty.UNFINISHED_PROJECT: (Quantity.STRESS, Cause.REFUSED_SHIPPING, stress),
        errors.Penalty.LOST_LISTING: (Quantity.LEGAL, Cause.LOST_LISTING, rules.market.oversubscribed.legal),
    }[penalty]
    first = len(effects.changes)
    effects.change_one(state.games, quantity, cause, game, amount)
    deed = Deed(len(effects.events), first, len(effects.changes), _REFUSED[penalty], order, "")
    effects.deeds.append(deed)
    effects.event(1, EventCode.ACTION_REFUSED, cause, game, **{quantity.name.lower(): amount})
    return effects


def trigger_incident(state: State, game: int, rules: Rules, incident: str | None = None) -> tuple[int, Effects]:
    """Open an incident in a running game now: the named type, or one by the weights. Answers its number."""
    effects, games = Effects(rules), np.array([game])
    Act(state, game, 0, NoParameters(), rules, effects).check_running()
    if open_count(state)[game] >= rules.economy.limits.open_incidents:
        raise errors.TooManyIncidents(limit=rules.economy.limits.open_incidents)
    if incident is not None and incident not in rules.incident_types.index:
        raise errors.UnknownIncidentType(known=list(rules.incident_types.keys))
    kinds = _kind(state, game, rules, incident)
    running = np.zeros(len(state.games), np.bool_)
    running[game] = True
    crowd = Crowd.gather(state, running)
    subjects = choose_subjects(state, effects, crowd, games, kinds, Purpose.RANDOM_SUBJECT)
    row = open_incidents(state, effects, games, kinds, subjects, Cause.RANDOM_EVENT)[0]
    tell_news(state, effects, at_most=rules.messages.per_tick.high)
    return int(state.incidents.number[row]), effects


def _kind(state: State, game: int, rules: Rules, incident: str | None) -> np.ndarray:
    if incident is not None:
        return np.array([rules.incident_types.index[incident]])
    games = state.games
    # Keyed by the number that the incident will get, so that a second call in a tick brings another.
    draw = uniforms(games.seed[[game]], games.next_incident[[game]], games.tick[[game]], Purpose.RANDOM_EVENT)[0]
    return np.searchsorted(rules.incident_types.thresholds, draw, side="right")
