"""Questions for the voting game, written by the AI where there is one and it is quick enough."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from npcs.gateway import AiUnavailable, Question, ask_for
from npcs.rules.prompts import QuestionList, question_instructions, question_messages

USE = "questions"
SHOWN_TO_AI = 40


async def question_batch(
    *,
    category: str,
    language: str,
    count: int,
    avoid: Collection[str],
    fallback: Sequence[str],
    now: datetime,
    user_id: UUID | None = None,
) -> list[str]:
    """``count`` questions that are not among ``avoid``, or as many as ``fallback`` can complete.

    Answers within the seconds of its use (three) and never raises for want of an AI: what that does not give in time
    comes from ``fallback``, in its order. Equal is equal whatever the case and the marks at the end.
    """
    taken = {_plain(text) for text in avoid}
    chosen: list[str] = []
    for text in [*await _written(category, language, count, avoid, now, user_id), *fallback]:
        if len(chosen) < count and _plain(text) not in taken:
            taken.add(_plain(text))
            chosen.append(text)
    return chosen


async def _written(
    category: str, language: str, count: int, avoid: Collection[str], now: datetime, user_id: UUID | None
) -> Sequence[str]:
    question = Question(
        use=USE,
        instructions=question_instructions(category, language, count),
        messages=question_messages(sorted(avoid)[-SHOWN_TO_AI:]),
        now=now,
        user_id=user_id,
        language=language,
    )
    try:
        return (await ask_for(question, QuestionList)).questions
    except AiUnavailable:
        return ()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?!. …")
