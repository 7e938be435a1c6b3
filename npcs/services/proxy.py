"""The AI as the games' front ends ask for it, in OpenAI's protocol: the upstream's answer, or the offline writer's.

Coroutines of the server's loop. The body is the player's own, so nothing of ours is in it that could leak; the model,
the length of an answer and the budgets are ours.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson
from django.core.cache import cache

from npcs import catalogue
from npcs.gateway import AiUnavailable, Reason, is_enabled
from npcs.gateway.calls import cache_key, fetch_billed, measured, stream_billed
from npcs.gateway.circuit import circuit_state
from npcs.gateway.model import model_name
from npcs.gateway.relay import relayed
from npcs.gateway.settings import gateway_settings
from npcs.gateway.upstream import address
from npcs.rules.cast import Npc
from npcs.rules.memory import NPC, PLAYER, Memory, Said, keep_facts
from npcs.rules.offline import Occasion, answer
from npcs.rules.replies import SSE_DONE, chunks, completion, sse
from npcs.rules.talk import cleaned, facts_in, understood
from tommy.core import background

USE = "proxy"
OFFLINE_MODEL = "offline-writer"
PASSED_ON = ("temperature", "top_p", "stop", "seed", "presence_penalty", "frequency_penalty", "response_format")
_SSE_STARTS = (b"data:", b":", b"event:", b"id:", b"retry:")


@dataclass(frozen=True, slots=True)
class Wish:
    """A validated chat body, and whose it is. With ``strict`` the offline writer does not stand in."""

    user_id: UUID
    body: Mapping[str, Any]
    strict: bool
    now: datetime

    @property
    def messages(self) -> Sequence[Mapping[str, Any]]:
        messages: Sequence[Mapping[str, Any]] = self.body["messages"]
        return messages


async def proxy_answer(wish: Wish) -> Mapping[str, Any]:
    """A whole answer; with ``fallback`` where it was written offline.

    Raises AiUnavailable (strict only) and AiRequestRefused (the upstream finds fault with the body itself).
    """
    try:
        return await asyncio.wrap_future(background.submit(_asked(wish)))
    except AiUnavailable:
        if wish.strict:
            raise
        return await asyncio.to_thread(offline_completion, wish)


async def proxy_stream(wish: Wish) -> AsyncIterator[bytes]:
    """A streamed answer, once its first chunk is there: from then on it is too late for another status.

    Raises as ``proxy_answer``. A line that breaks in the middle ends in an error event, as the protocol has it.
    """
    relay = relayed(partial(_streamed, wish))
    try:
        first = await anext(relay)
        if not first.lstrip().startswith(_SSE_STARTS):
            raise AiUnavailable(Reason.ANSWER, "The AI's answer is not a stream of events.")
    except (AiUnavailable, StopAsyncIteration) as error:
        if wish.strict:
            raise error if isinstance(error, AiUnavailable) else AiUnavailable(Reason.ANSWER) from error
        return _offline_stream(await asyncio.to_thread(offline_completion, wish))
    return _after(first, relay)


async def model_status() -> dict[str, Any]:
    """Which model answers, and whether anybody does."""
    if not is_enabled():
        return {"model": OFFLINE_MODEL, "status": "offline", "reason": Reason.DISABLED.value, "fallback": OFFLINE_MODEL}
    name = await asyncio.wrap_future(background.submit(model_name()))
    is_open = circuit_state(address()) == "open"
    reason = Reason.CIRCUIT.value if is_open else None
    status = "offline" if is_open else "available"
    return {"model": name, "status": status, "reason": reason, "fallback": OFFLINE_MODEL}


def offline_completion(wish: Wish) -> dict[str, Any]:
    """The offline writer's answer in the protocol's shape: the character that the prompt is about answers the last
    message, remembering what the earlier ones told.
    """
    rules = catalogue.talk()
    texts = [(message["role"], cleaned(_text_in(message["content"]))) for message in wish.messages]
    asked = [text for role, text in texts if role == "user"]
    message = asked[-1] if asked else ""
    intent, told = understood(message, rules)
    earlier = [fact for text in asked[:-1] for fact in facts_in(text, rules)]
    memory = Memory(
        mood=0,
        talks=len(asked),
        turns=tuple(Said(NPC if role == "assistant" else PLAYER, text) for role, text in texts),
        facts=tuple(keep_facts([], earlier, wish.now, rules.memory)),
    )
    key = blake2b(orjson.dumps([str(wish.user_id), texts]), digest_size=12).hexdigest()
    npc = _spoken_to(" ".join(text for role, text in texts if role in {"system", "developer"}))
    occasion = Occasion(npc, "organiser", message, intent, told)
    text = answer(occasion, memory, key, catalogue.writer(), rules)
    return completion(key=key, text=text, model=OFFLINE_MODEL, created=int(wish.now.timestamp()))


async def _asked(wish: Wish) -> Mapping[str, Any]:
    with measured(USE):
        use, body = gateway_settings().uses[USE], await _upstream_body(wish)
        # Only where the client asked for one and the same answer is an earlier one as good as a new one.
        key = cache_key(body, wish.user_id) if use.cache_seconds and body.get("temperature") == 0 else None
        if key and (kept := await asyncio.to_thread(cache.get, key)) is not None:
            return dict(kept)
        said: dict[str, Any] = orjson.loads(await fetch_billed(use, USE, body, wish.user_id, wish.now))
        if key:
            await asyncio.to_thread(cache.set, key, said, use.cache_seconds)
        return said


async def _streamed(wish: Wish) -> AsyncGenerator[bytes, None]:
    with measured(USE):
        use, body = gateway_settings().uses[USE], {**await _upstream_body(wish), "stream": True}
        async with aclosing(stream_billed(use, USE, body, wish.user_id, wish.now)) as arriving:
            async for chunk in arriving:
                yield chunk


async def _upstream_body(wish: Wish) -> dict[str, Any]:
    use, body = gateway_settings().uses[USE], wish.body
    wanted = {name: body[name] for name in PASSED_ON if body.get(name) is not None}
    longest = min(body.get("max_tokens") or use.max_tokens, use.max_tokens)
    model = await model_name() if is_enabled() else OFFLINE_MODEL
    return {"model": model, "messages": wish.messages, "max_tokens": longest, **wanted}


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    try:
        async for chunk in rest:
            yield chunk
    except AiUnavailable as error:
        yield sse({"error": {"message": error.detail, "type": error.code, "code": error.reason.value}})
        yield SSE_DONE


async def _offline_stream(answer: Mapping[str, Any]) -> AsyncIterator[bytes]:
    for frame in chunks(answer):
        yield sse(frame)
    yield SSE_DONE


def _text_in(content: Any) -> str:
    """The words of a message's content, which may come in parts."""
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content if part.get("type") == "text")


def _spoken_to(instructions: str) -> Npc:
    """The character whose name or role a front end's own prompt mentions, else the first of them."""
    said, cast = instructions.lower(), catalogue.cast().npcs
    mentioned = [npc for npc in cast if npc.name.lower() in said or npc.role.lower() in said]
    return (mentioned or list(cast))[0]
