"""Reports as documents: made once for each state of a game, at once where that is quick, in a job where it is not."""

from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.cache import cache

from hackathon import catalogue
from hackathon.models import Hackathon
from hackathon.reports.document import as_pdf
from hackathon.selectors.reports import ReportData, report_data, report_rows, report_version
from npcs.services import report_summary
from tommy.core.background import answer_later
from tommy.core.jobs import enqueue
from tommy.core.overload import Stage, require_calm, stage

JOB = "hackathon.make_report"


@dataclass(frozen=True, slots=True)
class Draft:
    """A report that is still to be drawn, and where it will be kept."""

    user_id: UUID
    key: str
    tick: int
    data: ReportData


def report_begin(*, hackathon: Hackathon, now: datetime) -> bytes | Draft | None:
    """The PDF of a game, or what it will be made of; None where it is long, and a job has just been asked for it.

    Raises Overloaded where it would have to be made while the server has enough to do.
    """
    settings = catalogue.report_settings()
    is_long = report_rows(hackathon) > settings.rows_at_once
    key = _latest_key(hackathon.pk) if is_long else f"report-{report_version(hackathon)}"
    tick, document = cache.get(key, (0, None))
    if document is not None and (not is_long or tick >= hackathon.tick - settings.serves_ticks):
        return bytes(document)
    require_calm()
    if is_long:
        # One job at a time, unless it was lost.
        if cache.add(_asked_key(key), True, settings.lost_after_seconds):
            enqueue(JOB, hackathon_id=hackathon.pk)
        return None
    return Draft(hackathon.user_id, key, hackathon.tick, report_data(hackathon, now))


async def report_words(draft: Draft) -> str | None:
    """The AI's summary of a draft, within the seconds of its use, on the event loop; None where it gives none."""
    return await report_summary(user_id=draft.user_id, numbers=draft.data.headline, now=draft.data.written_at)


def report_finish(*, draft: Draft, words: str | None) -> bytes:
    """The PDF of a draft, kept for whoever asks next; without ``words`` the offline writer's stand in it."""
    document = _drawn(draft.data, words)
    cache.set(draft.key, (draft.tick, document), catalogue.report_settings().kept_seconds)
    return document


def report_make(*, hackathon_id: int, now: datetime) -> "Future[bool | None] | None":
    """Make a long report for whoever asks next; the future is there when it is. None where it is put off, with the
    request that waits for it, by a strained server, or where the game is gone.
    """
    hackathon, key = Hackathon.objects.filter(pk=hackathon_id).first(), _latest_key(hackathon_id)
    if hackathon is None or stage() >= Stage.STRAINED:
        cache.delete(_asked_key(key))
        return None
    draft = Draft(hackathon.user_id, key, hackathon.tick, report_data(hackathon, now))
    return answer_later(report_words(draft), partial(_conclude, draft))


def _conclude(draft: Draft, words: str | None) -> bool:
    try:
        report_finish(draft=draft, words=words)
    finally:
        cache.delete(_asked_key(draft.key))
    return True


def _drawn(data: ReportData, words: str | None) -> bytes:
    data = replace(data, words=words or data.words)
    return as_pdf(data, catalogue.rules().ticks_per_day, catalogue.report_settings())


def _latest_key(hackathon_id: int) -> str:
    return f"report-latest-{hackathon_id}"


def _asked_key(key: str) -> str:
    return f"{key}-asked"
