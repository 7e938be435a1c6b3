"""Where a game's questions come from."""

from collections.abc import Iterable
from uuid import UUID

from tommy.core.content import Contents, content
from voting import catalogue
from voting.profanity import masked
from voting.rules import ProfanityLevel, Question, choose_questions
from voting.selectors import heard_questions


def question_batch(
    *, count: int, pack: str, level: ProfanityLevel, players: Iterable[UUID | None], seed: int
) -> list[Question]:
    """``count`` questions for these players, none of which they have heard while there are others; one statement.

    The same seed and history give the same questions. What the room's word filter would have to mask is not asked.
    """
    return choose_questions(_clean_pool(pack, level), heard_questions(players), count, seed)


def _clean_pool(pack: str, level: ProfanityLevel) -> list[Question]:
    """A pack without what the level masks, looked through once for each snapshot of the content."""
    pools = content.compiled(_no_pools_yet)
    if (pack, level) not in pools:
        pools[pack, level] = [one for one in catalogue.pool(pack) if masked(one.text, level) == one.text]
    return pools[pack, level]


def _no_pools_yet(files: Contents) -> dict[tuple[str, ProfanityLevel], list[Question]]:
    return {}
