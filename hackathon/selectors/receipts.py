"""Receipts, and what they are compared with."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hackathon import catalogue
from hackathon.errors import ReceiptNotFound
from hackathon.models import Participant, Receipt
from hackathon.rules.receipts import Earlier, Verdict


def earlier_receipts(hackathon_id: int, limit: int) -> list[Earlier]:
    """The newest originals of a hackathon that had a file; one statement."""
    rows = Receipt.objects.filter(hackathon_id=hackathon_id, duplicate_of=None).exclude(sha256="").order_by("-id")
    return [Earlier(*row) for row in rows.values_list("id", "sha256", "fingerprint")[:limit]]


def receipt_get(*, user_id: UUID, is_staff: bool, receipt_id: int) -> Receipt:
    """One statement; another player's receipt is as good as none, because its existence is private."""
    rows = Receipt.objects.select_related("participant")
    receipt = (rows if is_staff else rows.filter(hackathon__user_id=user_id)).filter(pk=receipt_id).first()
    if receipt is None:
        raise ReceiptNotFound
    return receipt


def receipts_of(participant: Participant) -> QuerySet[Receipt]:
    """What was handed in for a participant, newest first."""
    return Receipt.objects.filter(participant=participant).select_related("participant").order_by("-id")


def receipt_view(receipt: Receipt) -> dict[str, Any]:
    """A receipt for clients; money in euros, ``flagged`` is the participant's."""
    words = catalogue.receipt_rules().reasons
    verdict = Verdict(receipt.verdict)
    return {
        "id": receipt.pk,
        "receipt_id": receipt.pk,
        "hackathon_id": receipt.hackathon_id,
        "participant_id": receipt.participant_id,
        "amount": receipt.amount_cents / 100,
        "purchased_on": receipt.purchased_on,
        "vendor": receipt.vendor,
        "description": receipt.description,
        "status": STATUS[verdict],
        "approved": verdict is Verdict.VALID,
        "ai_validation": verdict.name.lower(),
        "confidence": receipt.confidence,
        "reasons": [{"code": key, "detail": words.get(key, key)} for key in receipt.reasons],
        "duplicate_of": receipt.duplicate_of_id,
        "flagged": receipt.participant.flagged,
        "file_url": f"/uploads/{receipt.upload_id}" if receipt.upload_id else None,
        "tick": receipt.tick,
        "created_at": receipt.created_at,
    }


STATUS = {
    Verdict.VALID: "approved",
    Verdict.DUPLICATED: "rejected",
    Verdict.FAKE: "rejected",
    Verdict.MISSING: "incomplete",
}
