"""Receipts handed in: looked into, classified, and counted against whoever handed in too many bad ones."""

from datetime import date, datetime
from uuid import UUID

import numpy as np

from hackathon import catalogue, errors
from hackathon.models import Hackathon, Participant, Receipt
from hackathon.rules.enums import Cause, EventCode, PersonStatus
from hackathon.rules.file_kinds import Refused
from hackathon.rules.receipt_files import Inspected, inspect
from hackathon.rules.receipts import Claim, Judgement, Reading, ReceiptsModel, Verdict, judge
from hackathon.selectors.people import participant_get
from hackathon.selectors.receipts import earlier_receipts
from hackathon.services.locking import load_locked, lock_hackathon
from hackathon.services.people import check_running
from hackathon.services.saving import shard_save
from hackathon.simulation.effects import Effects
from hackathon.simulation.incidents import flag_people
from npcs.gateway import is_enabled
from tommy.core.audit import note
from tommy.core.db import command
from tommy.core.jobs import enqueue_on_commit
from tommy.core.uploads import upload_store

READING_JOB = "hackathon.read_receipt"
REFUSALS = {
    "unknown_type": errors.UnknownFileType,
    "unsafe": errors.UnsafeFile,
    "too_large": errors.FileTooLarge,
    "unreadable": errors.UnreadableFile,
}


def receipt_submit(
    *,
    user_id: UUID,
    participant_id: int,
    amount_cents: int,
    purchased_on: date | None,
    vendor: str,
    description: str,
    content: bytes | None,
    file_name: str,
    now: datetime,
) -> Receipt:
    """Hand in a receipt for a participant and classify it. The file is looked into before anything is locked.

    Raises ParticipantNotFound, NotYourParticipant, ParticipantGone, GameOver, GamePaused, and for the file
    UnknownFileType, UnsafeFile, FileTooLarge, UnreadableFile or StorageFull.
    """
    rules = catalogue.receipt_rules()
    hackathon_id = participant_get(user_id=user_id, participant_id=participant_id).hackathon_id
    inspected = None if content is None else _inspect(content, rules)
    claim = Claim(amount_cents, purchased_on)
    with command():
        hackathon = lock_hackathon(user_id=user_id, hackathon_id=hackathon_id)
        participant = participant_get(user_id=user_id, participant_id=participant_id)
        check_running(hackathon)
        if participant.status != PersonStatus.ACTIVE:
            raise errors.ParticipantGone
        evidence = inspected.evidence if inspected else None
        judgement = judge(claim, evidence, earlier_receipts(hackathon.pk, rules.compared_with), rules, now.date())
        receipt = _draft(hackathon, participant, claim, judgement, now)
        receipt.vendor, receipt.description = vendor, description
        if inspected is not None:
            _keep_file(receipt, inspected, file_name, user_id, now)
        receipt.reading = Reading.DUE if _is_worth_reading(inspected, judgement) else Reading.NONE
        receipt.save(force_insert=True)
        _note_new(receipt, judgement)
        receipt_count_against(hackathon, participant, judgement, claim, now)
        if receipt.reading == Reading.DUE:
            enqueue_on_commit(READING_JOB, receipt_id=receipt.pk)
    return receipt


def _note_new(receipt: Receipt, judgement: Judgement) -> None:
    told = {"participant": receipt.participant_id, "amount_cents": receipt.amount_cents, "upload": receipt.upload_id}
    note(f"receipt:{receipt.pk}", {}, {**told, "verdict": judgement.verdict.name.lower(), "reasons": receipt.reasons})


def _is_worth_reading(inspected: Inspected | None, judgement: Judgement) -> bool:
    """A picture that passed so far, where there is a model to show it to: it can only take trust away."""
    picture = inspected is not None and inspected.kind.content_type.startswith("image/")
    return picture and judgement.verdict is Verdict.VALID and is_enabled()


def _inspect(content: bytes, rules: ReceiptsModel) -> Inspected:
    try:
        return inspect(content, rules.files)
    except Refused as refusal:
        raise REFUSALS[refusal.why] from None


def _draft(
    hackathon: Hackathon, participant: Participant, claim: Claim, judgement: Judgement, now: datetime
) -> Receipt:
    return Receipt(
        hackathon=hackathon,
        participant=participant,
        amount_cents=claim.amount_cents,
        purchased_on=claim.purchased_on,
        verdict=judgement.verdict,
        confidence=judgement.confidence,
        reasons=list(judgement.reasons),
        duplicate_of_id=judgement.duplicate_of or None,
        tick=hackathon.tick,
        created_at=now,
    )


def _keep_file(receipt: Receipt, inspected: Inspected, file_name: str, owner_id: UUID, now: datetime) -> None:
    receipt.upload = upload_store(
        owner_id=owner_id,
        kind="receipts",
        name=file_name,
        content=inspected.content,
        content_type=inspected.kind.content_type,
        most_bytes=catalogue.limits().files.per_account_bytes,
        now=now,
    )
    evidence = inspected.evidence
    receipt.sha256, receipt.fingerprint, receipt.wording = evidence.sha256, evidence.fingerprint, evidence.wording


def receipt_count_against(
    hackathon: Hackathon, participant: Participant, judgement: Judgement, claim: Claim, now: datetime
) -> None:
    """Log the verdict; a suspicious one counts, and enough of them flag the person, who is told of in a frame.

    Runs inside the caller's command, which holds the lock of the game.
    """
    rules, receipt_rules = catalogue.rules(), catalogue.receipt_rules()
    shard, effects = load_locked(hackathon, rules), Effects(rules)
    people = shard.state.participants
    row = people.row(0, participant.number)
    effects.event(
        1,
        EventCode.RECEIPT_CHECKED,
        Cause.RECEIPT_CHECKED,
        np.array([0]),
        participant=participant.number,
        count=int(judgement.verdict),
        amount_cents=claim.amount_cents,
    )
    if judgement.verdict.name.lower() in receipt_rules.suspicious:
        people.suspicious[row] += 1
        if people.suspicious[row] >= rules.requests.flag_at:
            flag_people(shard.state, effects, np.array([row]), Cause.RECEIPT_CHECKED)
    shard_save(shard=shard, effects=effects, rules=rules, now=now)
