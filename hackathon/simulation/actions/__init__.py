"""What players can do. ``apply_action`` is the one door; split by noun: care, housing, judging."""

from hackathon.simulation.actions.apply import (
    ACTIONS,
    ALIASES,
    ActionOutcome,
    apply_action,
    apply_penalty,
    trigger_incident,
)
from hackathon.simulation.actions.possible import PossibleAction, possible_actions

__all__ = [
    "ACTIONS",
    "ALIASES",
    "ActionOutcome",
    "PossibleAction",
    "apply_action",
    "apply_penalty",
    "possible_actions",
    "trigger_incident",
]
