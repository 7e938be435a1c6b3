"""Which model answers: the one that is set, else the one that the upstream says it has."""

import time

import orjson
from django.conf import settings

from npcs.gateway import upstream
from npcs.gateway.errors import AiRequestRefused, AiUnavailable
from npcs.gateway.settings import gateway_settings

UNKNOWN = "default"
NAME_LIMIT = 120


_known: dict[str, tuple[str, float]] = {}


async def model_name() -> str:
    """``AI_MODEL``, or the upstream's own word, remembered for a while in each process; ``default`` where it says
    nothing usable, which is not remembered for longer than a circuit stays open.
    """
    if settings.ENV.ai_model:
        return str(settings.ENV.ai_model)
    name, until = _known.get(upstream.address(), ("", 0.0))
    if time.monotonic() >= until:
        name = await _asked()
        limits = gateway_settings()
        seconds = limits.circuit.reset_seconds if name == UNKNOWN else limits.model_cache_seconds
        _known[upstream.address()] = (name, time.monotonic() + seconds)
    return name


async def _asked() -> str:
    try:
        return _name_in(await upstream.current_model())
    except (AiUnavailable, AiRequestRefused):
        return UNKNOWN


def _name_in(answer: str) -> str:
    """The name in ``{"model": "…"}``, ``{"id": "…"}`` or a plain text."""
    text = answer.strip()
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        said = text
    if isinstance(said, dict):
        said = said.get("model") or said.get("id")
    usable = isinstance(said, str) and 0 < len(said) <= NAME_LIMIT and said.isprintable() and "<" not in said
    return said if usable else UNKNOWN
