"""Receipts, and what they are compared with."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from hackathon import catalogue
from hackathon.errors import ReceiptNotFound
from hackathon.models import Participant, Receipt, Request
from hackathon.rules.enums import RequestStatus
from hackathon.rules.receipts import Earlier, Verdict


def earlier_receipts(hackathon_id: int, limit: int) -> list[Earlier]:
    """The newest originals of a hackathon that had a file; one statement."""
    rows = Receipt.objects.filter(hackathon_id=hackathon_id, duplicate_of=None).exclude(sha256="").order_by("-id")
    return [Earlier(*row) for row in rows.values_list("id", *Earlier._fields[1:])[:limit]]


def receipt_get(*, user_id: UUID, is_staff: bool, receipt_id: int) -> Receipt:
    """One statement; another player's receipt is as good as none, because its existence is private."""
    rows = _shown()
    receipt = (rows if is_staff else rows.filter(hackathon__user_id=user_id)).filter(pk=receipt_id).first()
    if receipt is None:
        raise ReceiptNotFound
    return receipt


def receipts_of(participant: Participant) -> QuerySet[Receipt]:
    """What was handed in for a participant, newest first."""
    return _shown().filter(participant=participant).order_by("-id")


def _shown() -> QuerySet[Receipt]:
    """Receipts with their participant and, where it is the paper to one, the id and status of their request."""
    asked = Request.objects.filter(hackathon=OuterRef("hackathon"), number=OuterRef("request"))
    return Receipt.objects.select_related("participant").annotate(
        asked_id=Subquery(asked.values("id")[:1]), asked_status=Subquery(asked.values("status")[:1])
    )


def receipt_view(receipt: Receipt) -> dict[str, Any]:
    """A receipt of ``_shown`` for clients; money in euros, ``flagged`` is the participant's.

    One that a simulated participant handed in is as good as its request: pending until that is decided.
    """
    words = {str(key): text for key, text in catalogue.rules().requests.reasons.items()}
    words |= catalogue.receipt_rules().reasons
    verdict = Verdict(receipt.verdict)
    request: dict[str, Any] = vars(receipt)  # where annotations are, of which types know nothing
    asked = request["asked_status"]
    status = STATUS[verdict] if asked is None else PAID[RequestStatus(asked)]
    return {
        "id": receipt.pk,
        "receipt_id": receipt.pk,
        "hackathon_id": receipt.hackathon_id,
        "participant_id": receipt.participant_id,
        "amount": receipt.amount_cents / 100,
        "purchased_on": receipt.purchased_on,
        "vendor": receipt.vendor,
        "description": receipt.description,
        "request_id": request["asked_id"],
        "status": status,
        "approved": status == "approved",
        "ai_validation": verdict.name.lower(),
        "confidence": receipt.confidence,
        "reasons": [{"code": key, "detail": words.get(key, key)} for key in receipt.reasons],
        "reader_notes": receipt.reader_notes,
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
PAID = {
    RequestStatus.OPEN: "pending",
    RequestStatus.APPROVED: "approved",
    RequestStatus.DENIED: "rejected",
    RequestStatus.EXPIRED: "expired",
    RequestStatus.WITHDRAWN: "withdrawn",
}
