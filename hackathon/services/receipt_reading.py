"""A model that can see looks at receipts, where one is configured: after the answer, outside any transaction.

A job asks for each picture; one that is lost, or put off because the server has enough to do, is found by a timer.
"""

import asyncio
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial

from hackathon import catalogue
from hackathon.events import ReceiptJudged
from hackathon.models import Hackathon, Receipt
from hackathon.rules.receipts import Claim, Judgement, Opinion, Reading, Verdict, reconsider
from hackathon.services.receipts import READING_JOB, receipt_count_against
from npcs.gateway import turn
from npcs.services import vision
from tommy.core.background import answer_later
from tommy.core.db import command
from tommy.core.jobs import enqueue
from tommy.core.overload import Stage, stage
from tommy.core.realtime import User, publish_on_commit


def receipt_read(*, receipt_id: int, now: datetime) -> "Future[bool | None] | None":
    """Ask for an opinion of one receipt and act on it, if it still matters then; the future tells whether anything
    changed. None, and nothing asked, where nobody waits for one or the server is strained.

    Safe to run twice: the opinion that comes second finds nothing due.
    """
    receipt = Receipt.objects.select_related("upload", "hackathon").filter(pk=receipt_id, reading=Reading.DUE).first()
    if receipt is None or stage() >= Stage.STRAINED:
        return None
    return answer_later(_opinion_of(receipt, now), partial(_conclude, receipt, now))


def receipts_read_again(*, now: datetime) -> int:
    """Put jobs for receipts on the queue that nobody has looked at yet, and give up on old ones; answers how many."""
    rules = catalogue.receipt_rules().reader
    if stage() >= Stage.STRAINED:
        return 0
    due = Receipt.objects.filter(reading=Reading.DUE)
    given_up = now - timedelta(hours=rules.again_within_hours)
    with command():
        due.filter(created_at__lt=given_up).update(reading=Reading.NO_ANSWER)
    waiting = due.filter(created_at__lt=now - timedelta(seconds=rules.put_off_seconds)).order_by("created_at")
    ids = list(waiting.values_list("id", flat=True)[: rules.at_a_time])
    for receipt_id in ids:
        enqueue(READING_JOB, receipt_id=receipt_id)
    return len(ids)


async def _opinion_of(receipt: Receipt, now: datetime) -> vision.Opinion | None:
    claim = {
        "amount": receipt.amount_cents / 100,
        "currency": "EUR",
        "purchased_on": receipt.purchased_on,
        "vendor": receipt.vendor,
    }
    kind = receipt.upload.content_type if receipt.upload else ""
    user_id = receipt.hackathon.user_id
    async with turn(vision.USE):  # pictures are large: only those are in memory that are looked at
        image = await asyncio.to_thread(_image_of, receipt)
        return await vision.receipt_opinion(image=image, media_type=kind, claim=claim, now=now, user_id=user_id)


def _image_of(receipt: Receipt) -> bytes:
    try:
        return receipt.upload.path.read_bytes() if receipt.upload else b""
    except FileNotFoundError:
        return b""


def _conclude(receipt: Receipt, now: datetime, said: vision.Opinion | None) -> bool:
    with command():
        return _settle(receipt, said, now)


def _settle(seen: Receipt, said: vision.Opinion | None, now: datetime) -> bool:
    """Note what was said, and judge anew by it; the game's lock comes first, as everywhere."""
    hackathon = Hackathon.objects.select_for_update().filter(pk=seen.hackathon_id).first()
    receipt = Receipt.objects.select_related("participant").filter(pk=seen.pk, reading=Reading.DUE).first()
    if hackathon is None or receipt is None:
        return False
    receipt.reading = Reading.NO_ANSWER if said is None else Reading.DONE
    receipt.reader_notes = [] if said is None else list(said.reasons)
    verdict = Verdict(receipt.verdict)
    judgement = None
    if said is not None:
        opinion = Opinion(said.verdict, said.confidence)
        judgement = reconsider(verdict, receipt.reasons, opinion, catalogue.receipt_rules())
    if judgement is not None:
        receipt.verdict, receipt.confidence = judgement.verdict, judgement.confidence
        receipt.reasons = list(judgement.reasons)
    receipt.save(update_fields=["reading", "reader_notes", "verdict", "confidence", "reasons"])
    if judgement is not None and judgement.verdict is not verdict:
        _tell(hackathon, receipt, judgement, now)
    return judgement is not None


def _tell(hackathon: Hackathon, receipt: Receipt, judgement: Judgement, now: datetime) -> None:
    if hackathon.is_running:
        claim = Claim(receipt.amount_cents, receipt.purchased_on)
        receipt_count_against(hackathon, receipt.participant, judgement, claim, now)
    event = ReceiptJudged(
        hackathon_id=hackathon.pk,
        kind="receipt_judged",
        participant_id=receipt.participant_id,
        receipt_id=receipt.pk,
        ai_validation=judgement.verdict.name.lower(),
    )
    publish_on_commit(event, User(hackathon.user_id, hackathon.tick), now=now)
