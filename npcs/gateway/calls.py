"""One question to the AI: paid for, not asked twice where an equal one was answered, its answer checked.

Every function here either gives a text that may be shown or raises AiUnavailable, within the seconds of its use
(``content/gateway.json``). None of them may run inside a transaction: they wait for a network.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import orjson
import structlog
from django.core.cache import cache
from pydantic import BaseModel, ValidationError

from npcs import moderation
from npcs.gateway import upstream
from npcs.gateway.budget import reserve
from npcs.gateway.errors import AiRequestRefused, AiUnavailable, Reason
from npcs.gateway.lanes import lane
from npcs.gateway.model import model_name
from npcs.gateway.settings import Use, gateway_settings, is_enabled
from npcs.rules.answers import AnswersModel, fault_of, tidy
from npcs.rules.replies import Completion, json_part
from tommy.core import background
from tommy.core.content import content
from tommy.core.metrics import AI_CALLS, AI_SECONDS, AI_TOKENS

logger = structlog.get_logger(__name__)

ANSWERS = "npcs/answers.json"
CHARACTERS_PER_TOKEN = 4

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Question:
    """What is asked, for which use, and on whose account.

    ``instructions`` is the system prompt: ours alone, and never to be repeated in an answer. ``messages`` is what
    follows it, players' words included.
    """

    use: str
    instructions: str
    messages: Sequence[Mapping[str, Any]]
    now: datetime
    user_id: UUID | None = None
    language: str = "en"
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> Use:
        return gateway_settings().uses[self.use]

    def body(self, model: str) -> dict[str, Any]:
        """The chat body that goes out."""
        return {
            "model": model,
            "messages": [{"role": "system", "content": self.instructions}, *self.messages],
            "max_tokens": self.settings.max_tokens,
            "temperature": self.settings.temperature,
            **self.extra,
        }


def ask(question: Question) -> str:
    """The checked answer, for code that may wait (jobs). Raises AiUnavailable."""
    return _wait_for(text_of(question), question)


def ask_for(question: Question, model: type[M]) -> M:
    """The answer as ``model``: the prompt has to ask for one JSON object of that shape. Raises AiUnavailable."""
    return _wait_for(object_of(question, model), question)


async def ask_for_async(question: Question, model: type[M]) -> M:
    """``ask_for`` for coroutines of any loop. Raises AiUnavailable."""
    return await asyncio.wrap_future(background.submit(object_of(question, model)))


async def text_of(question: Question) -> str:
    """``ask`` as a coroutine of the background loop."""
    with measured(question.use):
        return checked(tidy(await _said(question)), question)


async def object_of(question: Question, model: type[M]) -> M:
    """``ask_for`` as a coroutine of the background loop; every text in the object passes the checks by itself."""
    with measured(question.use):
        said = json_part(tidy(await _said(question)))
        try:
            answer = model.model_validate_json(said)
        except ValidationError:
            raise AiUnavailable(Reason.ANSWER, "The AI's answer does not have the shape we asked for.") from None
        for text in _texts(answer.model_dump()):
            checked(text, question)
        return answer


def checked(text: str, question: Question) -> str:
    """``text`` itself where it may be shown; raises AiUnavailable."""
    use = question.settings
    fault = fault_of(
        text,
        longest=use.longest,
        language=question.language,
        instructions=question.instructions,
        rules=content.get(ANSWERS, AnswersModel),
    )
    if fault is None and not moderation.offends(text, use.word_level):
        return text
    logger.warning("ai_answer_refused", use=question.use, fault=fault or "words")
    raise AiUnavailable(Reason.ANSWER, "The AI's answer is not fit to be shown.")


@contextmanager
def measured(use: str) -> Iterator[None]:
    """Counts a call, its outcome and its time."""
    started, outcome = time.perf_counter(), "answered"
    try:
        yield
    except AiUnavailable as error:
        outcome = error.reason.value
        raise
    except AiRequestRefused as error:
        outcome = error.code
        raise
    except BaseException:
        outcome = "abandoned"
        raise
    finally:
        AI_CALLS.labels(use, outcome).inc()
        AI_SECONDS.labels(use).observe(time.perf_counter() - started)


async def fetch_billed(use: Use, name: str, body: Mapping[str, Any], user_id: UUID | None, now: datetime) -> bytes:
    """The upstream's answer to ``body``, within the budgets; what was not used of them is given back."""
    _require_enabled()
    tokens = _tokens_of(body) + use.max_tokens
    with lane(name, use.concurrent):
        bill = await asyncio.to_thread(partial(reserve, user_id=user_id, game=use.game, tokens=tokens, now=now))
        used = 0
        try:
            raw = await upstream.fetch(body, use.seconds)
            used = _completion(raw).tokens or tokens
        finally:
            AI_TOKENS.labels(name).inc(used)
            await asyncio.to_thread(bill.settle, used)
        return raw


async def stream_billed(
    use: Use, name: str, body: Mapping[str, Any], user_id: UUID | None, now: datetime
) -> AsyncGenerator[bytes, None]:
    """The same for a streamed answer, as it comes; an event is counted as a token."""
    _require_enabled()
    prompt = _tokens_of(body)
    with lane(name, use.concurrent):
        tokens = prompt + use.max_tokens
        bill = await asyncio.to_thread(partial(reserve, user_id=user_id, game=use.game, tokens=tokens, now=now))
        used = 0
        try:
            async with upstream.stream(body, use.seconds) as chunks:
                used = prompt
                async for chunk in chunks:
                    used += chunk.count(b"data:")
                    yield chunk
        finally:
            AI_TOKENS.labels(name).inc(used)
            await asyncio.to_thread(bill.settle, used)


async def _said(question: Question) -> str:
    use, body = question.settings, question.body(await model_name() if is_enabled() else "")
    key = cache_key(body, None)
    if use.cache_seconds and (kept := await asyncio.to_thread(cache.get, key)) is not None:
        return str(kept)
    try:
        raw = await fetch_billed(use, question.use, body, question.user_id, question.now)
    except AiRequestRefused as error:  # our own request was at fault: for whoever asks that is no answer either
        raise AiUnavailable(Reason.UPSTREAM, error.detail) from error
    said = _completion(raw).text
    if use.cache_seconds:
        await asyncio.to_thread(cache.set, key, said, use.cache_seconds)
    return said


def cache_key(body: Mapping[str, Any], owner: UUID | None) -> str:
    """Equal prompts have equal keys; with an owner, only that player's."""
    digest = hashlib.sha256(orjson.dumps([str(owner), body], option=orjson.OPT_SORT_KEYS))
    return f"npcs.ai.answer.{digest.hexdigest()}"


def _require_enabled() -> None:
    if not is_enabled():
        raise AiUnavailable(Reason.DISABLED, "This server writes without an AI.")


def _tokens_of(body: Mapping[str, Any]) -> int:
    return sum(_tokens_in(message["content"]) for message in body["messages"])


def _tokens_in(said: str | Sequence[Mapping[str, Any]]) -> int:
    """Tokens of a text, or of a list of parts: a picture's do not depend on how many bytes it has."""
    if isinstance(said, str):
        return len(said.encode("utf-8", "replace")) // CHARACTERS_PER_TOKEN + 1
    images = sum(part.get("type") == "image_url" for part in said)
    return images * gateway_settings().images.tokens + _tokens_in(" ".join(str(part.get("text", "")) for part in said))


def _completion(raw: bytes) -> Completion:
    try:
        return Completion.model_validate_json(raw)
    except ValidationError:
        raise AiUnavailable(Reason.ANSWER, "The AI's answer is not one that the protocol knows.") from None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner)


def _wait_for(answer: Coroutine[Any, Any, T], question: Question) -> T:
    # The coroutine bounds itself; the margin is for a process so loaded that its own loop is late.
    return background.submit(answer).result(question.settings.seconds * 2 + 10)
