"""The AI, for whoever wants text of it: any server that speaks OpenAI's protocol, behind everything that keeps it from
hurting a game (timeouts, retries, circuit breaker, budgets, lanes, cache, checks).

``calls`` may import everything here, ``model`` the wire, the wire ``circuit``; nobody imports ``calls``.
"""

from npcs.gateway.calls import Question, ask, ask_for
from npcs.gateway.errors import AiRequestRefused, AiUnavailable, Reason
from npcs.gateway.lanes import turn
from npcs.gateway.settings import is_enabled

__all__ = [
    "AiRequestRefused",
    "AiUnavailable",
    "Question",
    "Reason",
    "ask",
    "ask_for",
    "is_enabled",
    "turn",
]
