"""One question to the AI: paid for, not asked twice where an equal one was answered, its answer checked.

Every coroutine here either gives a text that may be shown or raises AiUnavailable, within the seconds of its use
(``content/gateway.json``). No thread waits for them: requests await them on the server's loop, jobs leave them to the
background loop (``tommy.core.background.answer_later``).
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
import structlog
from django.conf import settings
from django.core.cache import cache
from pydantic import BaseModel, ValidationError

from npcs import moderation
from npcs.gateway import upstream
from npcs.gateway.budget import Bill, reserve
from npcs.gateway.errors import AiRequestRefused, AiUnavailable, Reason
from npcs.gateway.lanes import lane
from npcs.gateway.model import model_name
from npcs.gateway.settings import Use, gateway_settings, is_enabled
from npcs.rules.answers import AnswersModel, fault_of, tidy
from npcs.rules.replies import Completion, json_part
from tommy.core.content import content
from tommy.core.metrics import AI_CALLS, AI_SECONDS

logger = structlog.get_logger(__name__)

ANSWERS = "npcs/answers.json"
CHARACTERS_PER_TOKEN = 4

Body = Mapping[str, Any]
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

    def body(self) -> dict[str, Any]:
        """The chat body that goes out, but for the model's name."""
        return {
            "messages": [{"role": "system", "content": self.instructions}, *self.messages],
            "max_tokens": self.settings.max_tokens,
            "temperature": self.settings.temperature,
            **self.extra,
        }


async def ask(question: Question) -> str:
    """The checked answer. Raises AiUnavailable."""
    with measured(question.use):
        return checked(tidy(await _said(question)), question)


async def ask_for(question: Question, model: type[M]) -> M:
    """The answer as ``model``: the prompt has to ask for one JSON object of that shape. Raises AiUnavailable.

    Every text in the object passes the checks by itself.
    """
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


async def fetch_billed(bill: Bill, body: Body) -> bytes:
    """The upstream's answer to ``body``, which lacks only its model; ``bill`` learns what it cost."""
    use, started = _use_of(bill), time.monotonic()
    with lane(bill.use, use.concurrent):
        named = {"model": await model_name(), **body}
        raw = await upstream.fetch(named, use.seconds - (time.monotonic() - started))
        bill.used = _completion(raw).tokens or bill.tokens
        return raw


async def stream_billed(bill: Bill, body: Body) -> AsyncGenerator[bytes, None]:
    """The same for a streamed answer, as it comes; an event is counted as a token."""
    use, started = _use_of(bill), time.monotonic()
    with lane(bill.use, use.concurrent):
        named = {"model": await model_name(), **body, "stream": True}
        async with upstream.stream(named, use.seconds - (time.monotonic() - started)) as chunks:
            bill.used = tokens_of(body)
            async for chunk in chunks:
                bill.used += chunk.count(b"data:")
                yield chunk


def reserve_for(use: str, body: Body, user_id: UUID | None, now: datetime) -> Bill:
    """Take from the budgets what ``body`` may cost; raises AiUnavailable. Belongs on a thread."""
    if not is_enabled():
        raise AiUnavailable(Reason.DISABLED, "This server writes without an AI.")
    longest = int(body.get("max_tokens") or gateway_settings().uses[use].max_tokens)
    return reserve(use, user_id=user_id, tokens=tokens_of(body) + longest, now=now)


async def _said(question: Question) -> str:
    """What the AI says, or has said of an equal prompt. What asks the shared cache is done on other threads."""
    body, kept_for = question.body(), question.settings.cache_seconds
    key = cache_key(body, None)
    if kept_for and (kept := await asyncio.to_thread(cache.get, key)) is not None:
        return str(kept)
    bill = await asyncio.to_thread(reserve_for, question.use, body, question.user_id, question.now)
    try:
        said = _completion(await fetch_billed(bill, body)).text
    except AiRequestRefused as error:  # our own request was at fault: for whoever asks that is no answer either
        raise AiUnavailable(Reason.UPSTREAM, error.detail) from error
    finally:
        await asyncio.to_thread(bill.settle)
    if kept_for:
        await asyncio.to_thread(cache.set, key, said, kept_for)
    return said


def _use_of(bill: Bill) -> Use:
    return gateway_settings().uses[bill.use]


def cache_key(body: Body, owner: UUID | None) -> str:
    """Equal prompts to one upstream have equal keys; with an owner, only that player's."""
    asked = [str(owner), upstream.address(), settings.ENV.ai_model, body]
    digest = hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS))
    return f"npcs.ai.answer.{digest.hexdigest()}"


def tokens_of(body: Body) -> int:
    """About how many tokens the messages of a body are."""
    return sum(_tokens_in(message["content"]) for message in body["messages"])


def _tokens_in(said: str | Sequence[Mapping[str, Any]]) -> int:
    """Tokens of a text, or of a list of parts: a picture's do not depend on how many bytes it has."""
    if isinstance(said, str):
        return len(said.encode("utf-8", "replace")) // CHARACTERS_PER_TOKEN + 1
    images = len([part for part in said if part.get("type") == "image_url"])
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
