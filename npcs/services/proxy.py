"""The AI as the games' front ends ask for it, in OpenAI's protocol: the upstream's answer, or the offline writer's.

``proxy_begin`` and ``proxy_settle`` ask databases and belong on a thread; between them coroutines of the server's own
loop wait for the network, and no thread does. The body is the player's own, so nothing of ours is in it that could
leak; the model, the length of an answer and the budgets are ours.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson
from django.core.cache import cache

from npcs import catalogue
from npcs.gateway import AiUnavailable, Reason, is_enabled
from npcs.gateway.budget import Bill
from npcs.gateway.calls import cache_key, fetch_billed, measured, reserve_for, stream_billed
from npcs.gateway.circuit import circuit_state
from npcs.gateway.model import model_name
from npcs.gateway.settings import Use, gateway_settings
from npcs.gateway.upstream import address
from npcs.rules.cast import Npc
from npcs.rules.memory import NPC, PLAYER, Memory, Said, keep_facts
from npcs.rules.offline import Occasion, answer
from npcs.rules.replies import SSE_DONE, chunks, completion, sse
from npcs.rules.talk import cleaned, facts_in, understood

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


@dataclass(slots=True)
class Asked:
    """A wish that the budgets were asked about: ``bill`` where it may be sent, ``kept`` where an equal one was
    answered before, ``refusal`` where there will be no answer.
    """

    wish: Wish
    upstream_body: Mapping[str, Any]
    bill: Bill | None = None
    kept: Mapping[str, Any] | None = None
    refusal: AiUnavailable | None = None

    @property
    def key(self) -> str | None:
        """Only where the client asked for one and the same answer is an earlier one as good as a new one."""
        wanted = _use().cache_seconds and self.upstream_body.get("temperature") == 0
        return cache_key(self.upstream_body, self.wish.user_id) if wanted else None


def proxy_begin(wish: Wish) -> Asked:
    """Everything that is to be done before the network is waited for: cache and budgets. Belongs on a thread."""
    asked = Asked(wish, _upstream_body(wish))
    if asked.key and not wish.body["stream"]:
        asked.kept = cache.get(asked.key)
    if asked.kept is None:
        try:
            asked.bill = reserve_for(USE, asked.upstream_body, wish.user_id, wish.now)
        except AiUnavailable as refusal:
            asked.refusal = refusal
    return asked


def proxy_settle(asked: Asked) -> None:
    """Give back what the answer did not use of the budgets; belongs on a thread."""
    if asked.bill is not None:
        asked.bill.settle()


async def proxy_answer(asked: Asked) -> Mapping[str, Any]:
    """A whole answer; with ``fallback`` where it was written offline.

    Raises AiUnavailable (strict only) and AiRequestRefused (the upstream finds fault with the body itself).
    """
    try:
        return asked.kept or await _answer(asked)
    except AiUnavailable:
        if asked.wish.strict:
            raise
        return await asyncio.to_thread(offline_completion, asked.wish)


async def proxy_stream(asked: Asked) -> AsyncIterator[bytes]:
    """A streamed answer, once its first chunk is there: from then on it is too late for another status.

    Raises as ``proxy_answer``. A line that breaks in the middle ends in an error event, as the protocol has it.
    """
    arriving = _arriving(asked)
    try:
        first = await anext(arriving)
        if not first.lstrip().startswith(_SSE_STARTS):
            await arriving.aclose()
            raise AiUnavailable(Reason.ANSWER, "The AI's answer is not a stream of events.")
    except (AiUnavailable, StopAsyncIteration) as error:
        if asked.wish.strict:
            raise error if isinstance(error, AiUnavailable) else AiUnavailable(Reason.ANSWER) from error
        return _offline_stream(await asyncio.to_thread(offline_completion, asked.wish))
    return _after(first, arriving)


async def model_status() -> dict[str, Any]:
    """Which model answers, and whether anybody does."""
    if not is_enabled():
        return {"model": OFFLINE_MODEL, "status": "offline", "reason": Reason.DISABLED.value, "fallback": OFFLINE_MODEL}
    name = await model_name()
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


async def _answer(asked: Asked) -> Mapping[str, Any]:
    with measured(USE):
        said: dict[str, Any] = orjson.loads(await fetch_billed(_bill_of(asked), asked.upstream_body))
    if asked.key:
        await asyncio.to_thread(cache.set, asked.key, said, _use().cache_seconds)
    return said


async def _arriving(asked: Asked) -> AsyncGenerator[bytes, None]:
    with measured(USE):
        async with aclosing(stream_billed(_bill_of(asked), asked.upstream_body)) as chunks:
            async for chunk in chunks:
                yield chunk


def _bill_of(asked: Asked) -> Bill:
    if asked.bill is None:
        raise asked.refusal or AiUnavailable(Reason.DISABLED)
    return asked.bill


def _upstream_body(wish: Wish) -> dict[str, Any]:
    longest = min(wish.body.get("max_tokens") or _use().max_tokens, _use().max_tokens)
    wanted = {name: wish.body[name] for name in PASSED_ON if wish.body.get(name) is not None}
    return {"messages": wish.messages, "max_tokens": longest, **wanted}


def _use() -> Use:
    return gateway_settings().uses[USE]


async def _after(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with aclosing(rest):
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
