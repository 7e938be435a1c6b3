"""Better words in the place of a template's, asked for after everything has been committed and never inside a tick.

The claim is committed before the AI is asked and outlives a process that dies: a text is asked for once at most, and
where nothing comes the template stands as it stood. A strained server has better things to do: it claims nothing, and
gives back what was claimed.
"""

from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial

from npcs import bridge, catalogue
from npcs.gateway import AiUnavailable, Question, Reason, ask_for, is_enabled, turn
from npcs.models import Improvement
from npcs.rules.prompts import Rewritten, rewrite_instructions, rewrite_messages
from tommy.core.background import answer_later
from tommy.core.db import command
from tommy.core.jobs import enqueue_on_commit
from tommy.core.overload import Stage, stage

USE = "improve"
JOB = "npcs.improve_text"
DESCRIBED = {
    "letter": "a letter to the organiser",
    "incident": "the notice of an incident",
    "listing": "a house advert",
}


def improvements_start(*, now: datetime) -> int:
    """Claim the most pressing fresh texts and put a job for each on the queue; answers how many."""
    game, settings = bridge.game(), catalogue.talk().improvements
    if game is None or not is_enabled() or stage() >= Stage.STRAINED:
        return 0
    since = now - timedelta(seconds=settings.younger_than_seconds)
    # Twice as many, because some of them are claimed already.
    drafts = game.drafts(since=since, limit=2 * settings.per_wake, now=now)
    claimed = 0
    for draft in drafts:
        if claimed < settings.per_wake and _claim(draft, now):
            claimed += 1
    return claimed


def text_improve(*, kind: str, target: int, now: datetime) -> "Future[bool | None] | None":
    """Ask for a better text and put it in place, if it still matters by then; the future tells whether it did.

    None, and nothing asked, where it does not matter now or the server is strained.
    """
    game = bridge.game()
    draft = game.draft(kind, target) if game else None
    if draft is None:
        return None
    if stage() >= Stage.STRAINED:
        _unclaim(draft)
        return None
    return answer_later(_rewritten(draft, now), partial(_put_in_place, draft, now))


async def _rewritten(draft: bridge.Draft, now: datetime) -> Rewritten | Reason:
    """The better text, or why there is none."""
    question = Question(
        use=USE,
        instructions=rewrite_instructions(DESCRIBED.get(draft.kind, "a text")),
        messages=rewrite_messages(draft.subject, draft.body),
        now=now,
        user_id=draft.user_id,
    )
    async with turn(USE):
        try:
            return await ask_for(question, Rewritten)
        except AiUnavailable as error:
            return error.reason


def _put_in_place(draft: bridge.Draft, now: datetime, said: Rewritten | Reason) -> bool:
    game = bridge.game()
    if isinstance(said, Reason) or game is None:
        _settle(draft, said.value if isinstance(said, Reason) else Reason.DISABLED.value)
        return False
    with command():
        replaced = game.replace(draft, subject=said.subject, body=said.body, now=now)
    _settle(draft, "replaced" if replaced else "too_late")
    return replaced


def improvements_prune(*, now: datetime) -> int:
    """Drop old claims: what they were about is too old to be improved anyway."""
    kept = timedelta(hours=catalogue.talk().improvements.kept_hours)
    with command():
        return Improvement.objects.filter(claimed_at__lt=now - kept).delete()[0]


def _claim(draft: bridge.Draft, now: datetime) -> bool:
    """Claim a text and put the job on the queue; False where somebody has claimed it before."""
    with command():
        _, created = Improvement.objects.get_or_create(
            kind=draft.kind, target=draft.target, defaults={"claimed_at": now}
        )
        if created:
            enqueue_on_commit(JOB, kind=draft.kind, target=draft.target)
        return created


def _unclaim(draft: bridge.Draft) -> None:
    """Put a text off: the first wake of a calm server claims it again, if it is still fresh enough by then."""
    with command():
        Improvement.objects.filter(kind=draft.kind, target=draft.target, outcome="").delete()


def _settle(draft: bridge.Draft, outcome: str) -> None:
    with command():
        Improvement.objects.filter(kind=draft.kind, target=draft.target).update(outcome=outcome)
