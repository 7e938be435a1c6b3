"""The OpenAI protocol's answers, as far as we read them, and ours in the same shape."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field


class _Said(BaseModel):
    """What may be missing or null in a protocol that servers follow loosely; what is not named here is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReplyMessage(_Said):
    content: str


class Choice(_Said):
    message: ReplyMessage


class Usage(_Said):
    total_tokens: Annotated[int, Field(ge=0)] = 0


class Completion(_Said):
    """A chat completion with at least one text."""

    choices: Annotated[tuple[Choice, ...], Field(min_length=1)]
    usage: Usage | None = None

    @property
    def text(self) -> str:
        return self.choices[0].message.content

    @property
    def tokens(self) -> int:
        """Tokens that the upstream counted, 0 where it does not say."""
        return self.usage.total_tokens if self.usage else 0


def json_part(text: str) -> str:
    """The outermost JSON object in a text, because models like to introduce it; the text itself where there is none."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def completion(*, key: str, text: str, model: str, created: int) -> dict[str, Any]:
    """A chat completion as the protocol has it, written offline and saying so."""
    return {
        "id": f"chatcmpl-{key}",
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", "logprobs": None}
        ],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "fallback": True,
    }


def chunks(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same completion as the protocol streams it: the role, word by word, the end."""
    words = answer["choices"][0]["message"]["content"].split(" ")
    deltas: list[dict[str, str]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": word if place == 0 else f" {word}"} for place, word in enumerate(words)]
    common = {name: answer[name] for name in ("id", "created", "model", "fallback")}
    frames = [_chunk(common, delta, None) for delta in deltas]
    return [*frames, _chunk(common, {}, "stop")]


def sse(frame: Mapping[str, Any]) -> bytes:
    """One server-sent event."""
    return b"data: " + orjson.dumps(frame) + b"\n\n"


SSE_DONE = b"data: [DONE]\n\n"


def _chunk(common: Mapping[str, Any], delta: Mapping[str, str], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {**common, "object": "chat.completion.chunk", "choices": [choice]}
