"""Is this receipt valid, duplicated, fake or missing? Numbers and words stand in ``receipts.json``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from math import prod
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from hackathon.rules.base import Content, Share
from hackathon.rules.file_kinds import FileLimits


class Verdict(IntEnum):
    """What the classifier says; stored, never renumbered."""

    VALID = 0
    DUPLICATED = 1
    FAKE = 2
    MISSING = 3


class Reading(IntEnum):
    """Whether a model that can see looks at a receipt; stored, never renumbered."""

    NONE = 0
    DUE = 1
    DONE = 2
    NO_ANSWER = 3


class Doubt(StrEnum):
    """What speaks against a receipt; ``receipts.json`` weighs each and puts it into words."""

    EDITED_WITH_SOFTWARE = "edited_with_software"
    TOO_SMALL_TO_READ = "too_small_to_read"
    ALMOST_BLANK = "almost_blank"
    NOTHING_TO_READ = "nothing_to_read"
    NOT_LIKE_A_DOCUMENT = "not_like_a_document"
    AMOUNT_NOT_FOUND = "amount_not_found"
    DATE_NOT_FOUND = "date_not_found"
    DATE_IN_THE_FUTURE = "date_in_the_future"
    OLDER_THAN_ALLOWED = "older_than_allowed"
    UNUSUALLY_LARGE = "unusually_large"
    READER_DISAGREES = "reader_disagrees"


class Ground(StrEnum):
    """What a verdict can rest on without any doubt being weighed."""

    SAME_FILE = "same_file"
    SAME_PICTURE = "same_picture"
    SAME_TEXT = "same_text"
    NO_FILE = "no_file"
    FITS = "fits"


class ReceiptFileLimits(FileLimits):
    """``min_side_pixels``: from which size on a picture can be read."""

    min_side_pixels: int = Field(ge=1)


class Reader(Content):
    """When the model that can see is asked: once each, and again (by a timer) for ``again_within_hours`` where it was
    put off or the job was lost. Below ``sure_from`` its opinion changes nothing.
    """

    sure_from: Share
    put_off_seconds: int = Field(ge=1, le=3600)
    again_within_hours: int = Field(ge=0, le=168)
    at_a_time: int = Field(ge=1, le=1000)


class ReceiptsModel(Content):
    """How receipts are judged: which files are taken, when one is a copy, how doubts weigh, and the words for it.

    ``alike_below`` is the share of a picture's fingerprint that may differ in a copy of it, ``vendors`` are where
    simulated participants shop.
    """

    files: ReceiptFileLimits
    reader: Reader
    alike_below: Share
    compared_with: int = Field(ge=1, le=100_000)
    max_age_days: int = Field(ge=1)
    largest_usual_euros: float = Field(gt=0)
    fake_from: Share
    weights: Mapping[Doubt, Share]
    reasons: Mapping[str, str]
    vendors: Sequence[str] = Field(min_length=1)
    suspicious: Sequence[Literal["duplicated", "fake", "missing"]]
    editors: Sequence[str]

    @model_validator(mode="after")
    def _every_doubt_has_weight_and_words(self) -> Self:
        if missing := set(Doubt) - set(self.weights):
            raise ValueError(f"weights for {', '.join(sorted(missing))}")
        if self.reasons.keys() != {*Doubt, *Ground}:
            raise ValueError(f"reasons for exactly {', '.join(sorted({*Doubt, *Ground}))}")
        return self


model = ReceiptsModel


class Claim(NamedTuple):
    """What the receipt is said to be about; ``purchased_on`` may be unknown."""

    amount_cents: int
    purchased_on: date | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found in a file. ``text`` is None where nothing could be read (pictures), ``fingerprint`` (of how it
    looks) and ``wording`` (of its words) are in hexadecimal, and empty where there is none.

    ``contrast`` (0-1) is low on blank paper, ``colourfulness`` (0-1) high on photographs of other things.
    """

    sha256: str
    fingerprint: str
    width: int
    height: int
    contrast: float
    colourfulness: float
    software: str
    text: str | None
    wording: str = ""


class Earlier(NamedTuple):
    """A receipt that was handed in before, as far as comparing needs it; amount and day are as they were claimed."""

    receipt_id: int
    sha256: str
    fingerprint: str
    wording: str = ""
    amount_cents: int = 0
    purchased_on: date | None = None


class Opinion(NamedTuple):
    """What a model that can see thinks of a receipt, and how sure it is (0-1)."""

    verdict: Literal["valid", "fake", "unsure"]
    confidence: float


class Judgement(NamedTuple):
    """The verdict, how sure it is (0-1), the keys of its reasons, and which earlier receipt it repeats (0: none)."""

    verdict: Verdict
    confidence: float
    reasons: tuple[str, ...]
    duplicate_of: int = 0


def judge(
    claim: Claim,
    evidence: Evidence | None,
    earlier: Sequence[Earlier],
    rules: ReceiptsModel,
    today: date,
    opinion: Opinion | None = None,
) -> Judgement:
    """Classify one receipt: missing before duplicated before fake before valid."""
    if evidence is None:
        return Judgement(Verdict.MISSING, 1.0, (Ground.NO_FILE,))
    if (copy := find_copy(claim, evidence, earlier, rules)) is not None:
        return copy
    doubts = [*doubts_of_claim(claim, rules, today), *doubts_of_file(claim, evidence, rules)]
    if opinion is not None and disagrees(opinion, rules):
        doubts.append(Doubt.READER_DISAGREES)
    return weigh(doubts, rules)


def weigh(doubts: Sequence[Doubt], rules: ReceiptsModel) -> Judgement:
    """Fake or valid, by what speaks against it: doubts add up as independent chances do."""
    fake = 1 - prod(1 - rules.weights[doubt] for doubt in doubts)
    if fake >= rules.fake_from:
        return Judgement(Verdict.FAKE, round(fake, 3), tuple(doubts))
    return Judgement(Verdict.VALID, round(1 - fake, 3), tuple(doubts) or (Ground.FITS,))


def reconsider(verdict: Verdict, reasons: Sequence[str], opinion: Opinion, rules: ReceiptsModel) -> Judgement | None:
    """What a later opinion makes of a judgement, None where it stands.

    A reader can only take trust away: what it believes may be a good forgery all the same, and copies stay copies.
    """
    if verdict not in {Verdict.VALID, Verdict.FAKE} or Doubt.READER_DISAGREES in reasons:
        return None
    if not disagrees(opinion, rules):
        return None
    return weigh([*(doubt for doubt in Doubt if doubt in reasons), Doubt.READER_DISAGREES], rules)


def disagrees(opinion: Opinion, rules: ReceiptsModel) -> bool:
    """It holds the receipt for false, and is sure enough of it to count."""
    return opinion.verdict == "fake" and opinion.confidence >= rules.reader.sure_from


def find_copy(claim: Claim, evidence: Evidence, earlier: Sequence[Earlier], rules: ReceiptsModel) -> Judgement | None:
    """The verdict where an earlier receipt is the same file, says the same, or is a picture of the same paper."""
    for receipt in earlier:
        if receipt.sha256 == evidence.sha256:
            return Judgement(Verdict.DUPLICATED, 1.0, (Ground.SAME_FILE,), receipt.receipt_id)
    for receipt in earlier:
        if evidence.wording and receipt.wording == evidence.wording:
            return Judgement(Verdict.DUPLICATED, 1.0, (Ground.SAME_TEXT,), receipt.receipt_id)
    least, receipt_id = min(
        (
            (difference(evidence.fingerprint, other.fingerprint), other.receipt_id)
            for other in earlier
            if _may_be_one_paper(claim, evidence, other)
        ),
        default=(1.0, 0),
    )
    if least >= rules.alike_below:
        return None
    confidence = round(1 - least / rules.alike_below / 2, 3)
    return Judgement(Verdict.DUPLICATED, confidence, (Ground.SAME_PICTURE,), receipt_id)


def _may_be_one_paper(claim: Claim, evidence: Evidence, other: Earlier) -> bool:
    """Whether looks may decide. Bills of one shop look alike: two with words are told apart by these, and a picture is
    one of a document with words only where the same is claimed for both.
    """
    if bool(evidence.wording) == bool(other.wording):
        return not evidence.wording
    days = {claim.purchased_on, other.purchased_on} - {None}
    return claim.amount_cents == other.amount_cents and len(days) <= 1


def difference(one: str, other: str) -> float:
    """Share of bits in which two fingerprints differ; 1 where either is none, or they are of different kinds."""
    if not one or len(one) != len(other):
        return 1.0
    return (int(one, 16) ^ int(other, 16)).bit_count() / (4 * len(one))


def doubts_of_claim(claim: Claim, rules: ReceiptsModel, today: date) -> list[Doubt]:
    """What is odd about the claim itself. A day's grace: it may be tomorrow already where the purchase was made."""
    doubts = []
    if claim.purchased_on is not None:
        if claim.purchased_on > today + timedelta(days=1):
            doubts.append(Doubt.DATE_IN_THE_FUTURE)
        if claim.purchased_on < today - timedelta(days=rules.max_age_days):
            doubts.append(Doubt.OLDER_THAN_ALLOWED)
    if claim.amount_cents > rules.largest_usual_euros * 100:
        doubts.append(Doubt.UNUSUALLY_LARGE)
    return doubts


def doubts_of_file(claim: Claim, evidence: Evidence, rules: ReceiptsModel) -> list[Doubt]:
    """What is odd about the file, by itself and beside the claim."""
    if evidence.text is not None:
        checks = {
            Doubt.AMOUNT_NOT_FOUND: not mentions_amount(evidence.text, claim.amount_cents),
            Doubt.DATE_NOT_FOUND: claim.purchased_on is not None and not mentions_date(evidence.text, claim),
        }
    elif evidence.width == 0:  # pages that are a picture, or drawn in lines
        checks = {Doubt.NOTHING_TO_READ: not evidence.fingerprint}
    else:
        checks = {
            Doubt.TOO_SMALL_TO_READ: min(evidence.width, evidence.height) < rules.files.min_side_pixels,
            Doubt.ALMOST_BLANK: evidence.contrast < BLANK_BELOW,
            Doubt.NOT_LIKE_A_DOCUMENT: evidence.colourfulness > COLOURFUL_ABOVE,
        }
    edited = any(editor in evidence.software.lower() for editor in rules.editors)
    return [doubt for doubt, holds in {Doubt.EDITED_WITH_SOFTWARE: edited, **checks}.items() if holds]


# Properties of what is measured, not of the game: paper with ink on it varies by more, and has less colour.
BLANK_BELOW = 0.02
COLOURFUL_ABOVE = 0.35


def mentions_amount(text: str, amount_cents: int) -> bool:
    """The amount stands in the text, however it is punctuated: 1,234.50, 1.234,50, 1234.5."""
    euros, rest = divmod(amount_cents, 100)
    spellings = {f"{euros}{point}{rest:02}" for point in ".,"}
    spellings |= {f"{euros:,}.{rest:02}", f"{euros:,}".replace(",", ".") + f",{rest:02}"}
    if rest == 0:
        spellings.add(str(euros))
    words = [word.strip("€$£:;()") for word in text.split()]
    return any(spelling in words for spelling in spellings)


def mentions_date(text: str, claim: Claim) -> bool:
    """The day stands in the text in one of the usual orders."""
    day = claim.purchased_on
    if day is None:
        return False
    forms = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y")
    found = text.lower()
    return any(day.strftime(form).lower() in found for form in forms)
