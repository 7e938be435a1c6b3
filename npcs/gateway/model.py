"""Which model answers: the one that is set, else the one that the upstream says it has."""

import asyncio

import orjson
from django.conf import settings
from django.core.cache import cache

from npcs.gateway import upstream
from npcs.gateway.errors import AiRequestRefused, AiUnavailable
from npcs.gateway.settings import gateway_settings

UNKNOWN = "default"
NAME_LIMIT = 120


async def model_name() -> str:
    """``AI_MODEL``, or the upstream's own word, remembered for a while; ``default`` where it says nothing usable."""
    if settings.ENV.ai_model:
        return str(settings.ENV.ai_model)
    key = f"npcs.ai.model.{upstream.address()}"
    known: str | None = await asyncio.to_thread(cache.get, key)
    if known is None:
        known = await _asked()
        await asyncio.to_thread(cache.set, key, known, gateway_settings().model_cache_seconds)
    return known


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
