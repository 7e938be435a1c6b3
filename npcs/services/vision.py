"""What a model that can see makes of a picture that was handed in."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from npcs.gateway import AiUnavailable, Question, ask_for, is_enabled
from npcs.gateway.settings import gateway_settings
from npcs.rules.prompts import ReceiptReading, receipt_instructions, receipt_text

USE = "receipt"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model says of a receipt, how sure it is (0-1), and why, in short sentences of its own."""

    verdict: Literal["valid", "fake", "unsure"]
    confidence: float
    reasons: tuple[str, ...]


async def receipt_opinion(
    *, image: bytes, media_type: str, claim: Mapping[str, Any], now: datetime, user_id: UUID | None
) -> Opinion | None:
    """What the AI sees in a receipt, within the seconds of its use; None where it gives no usable answer.

    ``claim`` is what the receipt is said to be about (amount, currency, day, vendor …), any JSON values. Pictures of
    kinds or sizes that ``gateway.json`` does not name are not sent. Never raises for trouble with the AI.
    """
    limits = gateway_settings().images
    if not is_enabled() or media_type not in limits.media_types or not 0 < len(image) <= limits.bytes:
        return None
    try:
        reading = await ask_for(_question(image, media_type, claim, now, user_id), ReceiptReading)
    except AiUnavailable:
        return None
    return Opinion(reading.verdict, reading.confidence, reading.reasons)


def _question(image: bytes, media_type: str, claim: Mapping[str, Any], now: datetime, user_id: UUID | None) -> Question:
    picture = {"url": f"data:{media_type};base64,{b64encode(image).decode()}"}
    parts = [{"type": "text", "text": receipt_text(claim)}, {"type": "image_url", "image_url": picture}]
    return Question(
        use=USE,
        instructions=receipt_instructions(),
        messages=[{"role": "user", "content": parts}],
        now=now,
        user_id=user_id,
    )
