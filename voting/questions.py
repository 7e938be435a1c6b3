"""Where a game's questions come from: the AI where there is one and it is quick enough, else the packs."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from npcs import services as npcs
from npcs.gateway import is_enabled
from tommy.core import overload
from tommy.core.content import Contents, content
from tommy.core.overload import Stage
from voting import catalogue
from voting.models import QUESTION_MAX
from voting.profanity import masked
from voting.rules import ProfanityLevel, Question, choose_questions, fitting_questions, question_key
from voting.selectors import heard_questions, texts_asked

LANGUAGE = "en"


def drawn_questions(
    *, count: int, pack: str, level: ProfanityLevel, players: Iterable[UUID | None], seed: int
) -> list[Question]:
    """``count`` questions of a pack for these players, none of which they have heard while there are others; one
    statement.

    The same seed and history give the same questions. What the room's word filter would have to mask is not asked.
    """
    return choose_questions(_clean_pool(pack, level), heard_questions(players), count, seed)


def are_written() -> bool:
    """Whether it is worth asking an AI for a game's questions now; under strain the packs have to do."""
    return is_enabled() and overload.stage() < Stage.STRAINED


@dataclass(frozen=True, slots=True)
class Brief:
    """What a game's questions are written from. ``drawn`` stand in for whatever is not written in time."""

    pack: str
    level: ProfanityLevel
    players: tuple[UUID, ...]
    host_id: UUID | None
    drawn: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the players of a brief have been asked before: keys, and texts for an AI that knows no keys."""

    keys: Set[str]
    texts: Sequence[str]


def heard_of(brief: Brief) -> Heard:
    """What these questions must not repeat; two statements."""
    heard = heard_questions(brief.players)
    known = [question.text for question in catalogue.pool(brief.pack) if question_key(question.text) in heard]
    return Heard(heard.keys() - _keys(brief.drawn), [*known, *texts_asked(brief.players)])


async def written_questions(brief: Brief, heard: Heard, now: datetime) -> list[Question]:
    """As many questions as were drawn, none of which these players have heard while there are others; within the
    seconds of the AI's use (three).
    """
    texts = await npcs.question_batch(
        category=catalogue.pack_title(brief.pack),
        language=LANGUAGE,
        count=len(brief.drawn),
        avoid=heard.texts,
        fallback=[question.text for question in brief.drawn],
        now=now,
        user_id=brief.host_id,
    )
    categories = {question.text: question.category for question in brief.drawn}
    fit = [Question(text, categories.get(text, brief.pack)) for text in texts if masked(text, brief.level) == text]
    return fitting_questions(fit, brief.drawn, heard.keys, QUESTION_MAX)


def _keys(questions: Iterable[Question]) -> set[str]:
    return {question_key(question.text) for question in questions}


def _clean_pool(pack: str, level: ProfanityLevel) -> list[Question]:
    """A pack without what the level masks, looked through once for each snapshot of the content."""
    pools = content.compiled(_no_pools_yet)
    if (pack, level) not in pools:
        pools[pack, level] = [one for one in catalogue.pool(pack) if masked(one.text, level) == one.text]
    return pools[pack, level]


def _no_pools_yet(files: Contents) -> dict[tuple[str, ProfanityLevel], list[Question]]:
    return {}
