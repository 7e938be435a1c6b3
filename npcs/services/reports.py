"""The summary of a season in words, for reports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from npcs.gateway import AiUnavailable, Question, ask
from npcs.rules.prompts import report_instructions, report_messages

USE = "report"


async def report_summary(*, user_id: UUID, numbers: Mapping[str, Any], now: datetime) -> str | None:
    """Two paragraphs about a season from its numbers, within the seconds of its use; None where the AI gives none."""
    try:
        return await ask(_question(user_id, numbers, now))
    except AiUnavailable:
        return None


def _question(user_id: UUID, numbers: Mapping[str, Any], now: datetime) -> Question:
    return Question(
        use=USE, instructions=report_instructions(), messages=report_messages(numbers), now=now, user_id=user_id
    )
