"""Standing orders, what became of each, and what orders can be made of."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from hackathon import catalogue, errors
from hackathon.models import Hackathon, StandingOrder
from hackathon.rules.base import Content
from hackathon.rules.compiled import Rules
from hackathon.rules.orders import COMPARISONS, IDENTITIES, MEMBERSHIPS
from hackathon.simulation.actions import ACTIONS
from hackathon.simulation.orders import BY_ID, CHOICE_RULES
from hackathon.simulation.orders.book import CONDITIONS, COOLING_DOWN, NO_TARGET, OUTDATED, REFUSED
from hackathon.simulation.orders.words import GAME, PLACES, Kind, Word

DISABLED = "disabled"
SENTENCES: Mapping[str, str] = {
    "": "It has not had its turn yet.",
    DISABLED: "It is switched off.",
    CONDITIONS: "Its conditions did not hold.",
    NO_TARGET: "There was nothing that its target rule would choose.",
    COOLING_DOWN: "It acted lately and is cooling down.",
    OUTDATED: "The game no longer knows something that it speaks of.",
    REFUSED: "Its action was refused.",
    **{refusal.code: refusal.detail for refusal in errors.ACTION_REFUSALS},
}
OPERATORS = {Kind.NUMBER: COMPARISONS, Kind.FLAG: IDENTITIES, Kind.KEY: MEMBERSHIPS}


def orders_of(hackathon: Hackathon) -> list[StandingOrder]:
    """In their turn; one statement."""
    return list(StandingOrder.objects.filter(hackathon=hackathon).order_by("number"))


def version_of(rows: Iterable[StandingOrder]) -> str:
    """What stands for these orders as they were left, whatever they have done since: the ETag."""
    content = [{"enabled": row.enabled, **row.definition} for row in rows]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def orders_view(hackathon: Hackathon) -> dict[str, Any]:
    """The orders of a game for clients, each with its record; one statement."""
    rows = orders_of(hackathon)
    return {
        "hackathon_id": hackathon.pk,
        "version": version_of(rows),
        "orders_at_most": catalogue.rules().orders.orders_at_most,
        "orders": [_order_view(row) for row in rows],
    }


def _order_view(row: StandingOrder) -> dict[str, Any]:
    code = row.why_not if row.enabled else DISABLED
    acting = row.enabled and row.acted and row.last_acted_tick > row.why_not_tick
    return {
        **row.definition,
        "enabled": row.enabled,
        "record": {
            "acted": row.acted,
            "last_acted_tick": row.last_acted_tick if row.acted else None,
            "why_not_code": None if acting and not code else code or None,
            "why_not": None if acting and not code else SENTENCES.get(code, SENTENCES[REFUSED]),
            "why_not_tick": row.why_not_tick if row.why_not_tick >= 0 else None,
        },
    }


def order_words() -> dict[str, Any]:
    """What orders can be made of: fields, operators, actions, limits, and an example that stands on its own feet."""
    rules = catalogue.rules()
    limits = rules.orders
    return {
        "limits": {
            "orders": limits.orders_at_most,
            "conditions": limits.conditions_at_most,
            "actions_a_tick": limits.actions_a_tick.at_most,
            "actions_a_tick_by_default": limits.actions_a_tick.default,
            "tries_a_tick": limits.tries_a_tick,
            "cooldown": limits.cooldown_at_most,
        },
        "fields_of_game": _fields(GAME, rules),
        "targets": {kind: _fields(place.words, rules) for kind, place in PLACES.items()},
        "actions": [_action(name) for name in ACTIONS],
        "choices": dict(CHOICE_RULES),
        "example": [plain(order) for order in limits.example],
    }


def plain(order: Content | Any) -> dict[str, Any]:
    """An order as JSON, without what it leaves unsaid."""
    shown: dict[str, Any] = order.model_dump(mode="json", exclude_defaults=True)
    return shown


def _fields(words: Mapping[str, Word], rules: Rules) -> list[dict[str, Any]]:
    return [
        {
            "field": name,
            "kind": word.kind.value,
            "about": word.about,
            "operators": [operator.value for operator in OPERATORS[word.kind]],
            "keys": list(word.keys(rules)) if word.keys else None,
        }
        for name, word in words.items()
    ]


def _action(name: str) -> dict[str, Any]:
    spec = ACTIONS[name]
    schema = spec.parameters.model_json_schema()
    properties = {key: value for key, value in schema.get("properties", {}).items() if key not in BY_ID}
    return {"action": name, "target": spec.target, "parameters": {**schema, "properties": properties}}
