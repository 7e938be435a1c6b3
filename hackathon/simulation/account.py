"""The log of a tick or an action: one account of all changes by cause, and one line for each thing that happened."""

from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from hackathon.rules.enums import Cause, EventCode, EventType
from hackathon.simulation.effects import Deed, Effects, Events
from hackathon.simulation.state import State

Columns = dict[str, Any]

_CHANGES = ("stress", "reputation", "legal", "sponsor_mood", "morale", "budget_cents")
_FACTS = ("amount_cents", "count", "lease")
_CODES = [code.name.lower() for code in EventCode]
_CAUSES = [cause.name.lower() for cause in Cause]
_STANDING = ("ap", "stress", "reputation", "legal", "budget_cents")


def tick_lines(state: State, effects: Effects, games: NDArray[np.intp]) -> Columns:
    """One line a game: where it stands after the tick, and every change with its cause."""
    summaries = effects.summaries(len(state.games))
    standing = zip(*(getattr(state.games, name)[games].tolist() for name in _STANDING), strict=True)
    data = [
        orjson.dumps({"after": dict(zip(_STANDING, values, strict=True)), "changes": summaries[game]}).decode()
        for game, values in zip(games.tolist(), standing, strict=True)
    ]
    nothing = np.zeros(len(games), np.int32)
    return {
        "game": games,
        "type": ["tick"] * len(games),
        "code": ["tick"] * len(games),
        "cause": ["clock"] * len(games),
        "participant": nothing,
        "incident": nothing,
        "request": nothing,
        "data": data,
    }


def event_lines(effects: Effects) -> Columns:
    """One line for each discrete record; those that moved a quantity are effects, the others events.

    The line of an action holds the account of all that it changed, and names the standing order that acted.
    """
    events: Events = effects.events.table
    changes = {name: getattr(events, name).tolist() for name in _CHANGES}
    facts = {name: getattr(events, name).tolist() for name in _FACTS}
    moved = np.logical_or.reduce([getattr(events, name) != 0 for name in _CHANGES])
    lines = [_line(row, changes, facts) for row in range(len(events))]
    for deed in effects.deeds:
        lines[deed.event] = _deed_line(deed, effects)
    return {
        "game": events.game,
        "type": [_type(kind, changed) for kind, changed in zip(events.type.tolist(), moved.tolist(), strict=True)],
        "code": [_CODES[code] for code in events.code.tolist()],
        "cause": [_CAUSES[cause] for cause in events.cause.tolist()],
        "participant": events.participant,
        "incident": events.incident,
        "request": events.request,
        "data": [orjson.dumps(line).decode() for line in lines],
    }


def _deed_line(deed: Deed, effects: Effects) -> dict[str, Any]:
    words = {"order": deed.order, "message": deed.message}
    told = {name: text for name, text in words.items() if text}
    return {"action": deed.action, **told, "changes": effects.account(deed)}


def _type(kind: int, changed: bool) -> str:
    if kind == EventType.ACTION:
        return "action"
    return "effect" if changed else "event"


def _line(row: int, changes: dict[str, list[Any]], facts: dict[str, list[Any]]) -> dict[str, Any]:
    line: dict[str, Any] = {name: values[row] for name, values in facts.items() if values[row]}
    moved = {name: values[row] for name, values in changes.items() if values[row]}
    return {**line, "changes": moved} if moved else line
