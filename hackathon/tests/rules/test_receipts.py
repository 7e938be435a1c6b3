"""Receipts told apart, on papers made here; ``pytest -s`` prints the confusion table."""

import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hackathon.rules.file_kinds import Refused, sniff
from hackathon.rules.files import DEFAULT_DIRECTORY
from hackathon.rules.receipt_files import inspect
from hackathon.rules.receipts import (
    Claim,
    Doubt,
    Earlier,
    Evidence,
    Opinion,
    ReceiptsModel,
    Verdict,
    difference,
    judge,
    mentions_amount,
    mentions_date,
    reconsider,
)
from hackathon.tests import papers

RULES = ReceiptsModel.model_validate(json.loads((DEFAULT_DIRECTORY / "receipts.json").read_text()))
TODAY = date(2026, 3, 2)
CLAIM = Claim(12_50, date(2026, 2, 20))
PAPERS = 6
PAGE = Path(__file__).resolve().parents[3] / "docs" / "receipts.md"
STARTS = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"%PDF-1.4"]


def evidence_of(content: bytes) -> Evidence:
    return inspect(content, RULES.files).evidence


def verdict_of(content: bytes | None, earlier: list[Earlier], claim: Claim = CLAIM) -> Verdict:
    return judge(claim, None if content is None else evidence_of(content), earlier, RULES, TODAY).verdict


@pytest.mark.slow
def test_the_classifier_tells_made_papers_apart() -> None:
    """Every copy, forgery and missing file is found, and no honest receipt is taken for another."""
    originals = [papers.paper(seed) for seed in range(PAPERS)]
    filed = [
        Earlier(number + 1, evidence.sha256, evidence.fingerprint, evidence.wording)
        for number, evidence in enumerate(evidence_of(papers.encoded(paper)) for paper in originals)
    ]
    samples: list[tuple[Verdict, bytes | None, list[Earlier], Claim]] = [(Verdict.MISSING, None, filed, CLAIM)]
    for number, paper in enumerate(originals):
        others = [receipt for receipt in filed if receipt.receipt_id != number + 1]
        photograph = papers.photographed(paper, number)
        samples += [
            (Verdict.VALID, papers.encoded(paper, "PNG"), others, CLAIM),
            (Verdict.VALID, papers.encoded(photograph), others, CLAIM),
            (Verdict.DUPLICATED, papers.encoded(paper), filed, CLAIM),
            (Verdict.DUPLICATED, papers.encoded(papers.resized(paper, 0.6), "WEBP"), filed, CLAIM),
            (Verdict.DUPLICATED, papers.encoded(photograph, quality=60), filed, CLAIM),
            (Verdict.FAKE, papers.edited(paper), others, CLAIM),
            (Verdict.FAKE, papers.encoded(papers.holiday(number)), filed, CLAIM),
        ]
    samples += [
        (Verdict.FAKE, papers.encoded(papers.blank()), filed, CLAIM),
        (Verdict.VALID, papers.pdf("Hotel 7", "20.02.2026", "Total 12,50 EUR"), filed, CLAIM),
        (Verdict.FAKE, papers.pdf("Hotel 7", "20.02.2026", "Total 1,50 EUR"), filed, CLAIM),
        (Verdict.FAKE, papers.encoded(papers.paper(99)), filed, Claim(12_50, date(2027, 1, 1))),
    ]
    samples += documents(filed) + bills(filed)
    table = Counter((truth, verdict_of(content, earlier, claim)) for truth, content, earlier, claim in samples)
    show(table)
    assert table_of(table) in PAGE.read_text()
    assert {said for truth, said in table if truth is not said} == set()


BILL = ("Hotel Sunrise 7", "Invoice 2026-117", "20.02.2026", "Room, two nights", "Total 12,50 EUR")


def documents(filed: list[Earlier]) -> list[tuple[Verdict, bytes | None, list[Earlier], Claim]]:
    """PDFs: one saved anew by another program, a scan of paper that came as a picture, and others like them."""
    bill, other = papers.pdf(*BILL), papers.pdf(*BILL[:1], "Invoice 2026-118", *BILL[2:])
    known = [*filed, earlier_of(50, bill)]
    return [
        (Verdict.VALID, bill, filed, CLAIM),
        (Verdict.DUPLICATED, papers.saved_anew(bill), known, CLAIM),
        (Verdict.VALID, other, known, CLAIM),
        (Verdict.DUPLICATED, papers.scanned(papers.paper(1)), known, CLAIM),
        (Verdict.VALID, papers.scanned(papers.paper(70)), known, CLAIM),
        (Verdict.FAKE, papers.pdf(*BILL[:-1], "Total 1,50 EUR"), filed, CLAIM),
    ]


def bills(filed: list[Earlier]) -> list[tuple[Verdict, bytes | None, list[Earlier], Claim]]:
    """Invoices of one shop as they came, printed and photographed, scanned into another PDF, and among each other."""
    samples: list[tuple[Verdict, bytes | None, list[Earlier], Claim]] = []
    for seed in range(PAPERS):
        bill, like = papers.bill(seed, items=4), papers.bill(seed + 50, items=4)
        claim, other = Claim(bill.amount_cents, bill.day), Claim(like.amount_cents, like.day)
        photograph = papers.encoded(papers.photographed(bill.printed, seed))
        sent, photographed = earlier_of(60, bill.content, claim), earlier_of(61, photograph, claim)
        samples += [
            (Verdict.DUPLICATED, photograph, [*filed, sent], claim),
            (Verdict.DUPLICATED, papers.encoded(papers.resized(bill.printed, 0.6), "PNG"), [*filed, sent], claim),
            (Verdict.DUPLICATED, papers.scanned(bill.printed), [*filed, sent], claim),
            (Verdict.DUPLICATED, bill.content, [*filed, photographed], claim),
            (Verdict.VALID, bill.content, filed, claim),
            (Verdict.VALID, like.content, [*filed, sent, photographed], other),
            (Verdict.VALID, papers.encoded(papers.photographed(like.printed, seed)), [*filed, sent], other),
        ]
    return samples


def earlier_of(receipt_id: int, content: bytes, claim: Claim = CLAIM) -> Earlier:
    evidence = evidence_of(content)
    return Earlier(receipt_id, evidence.sha256, evidence.fingerprint, evidence.wording, *claim)


def test_pages_without_words_or_pictures_are_believed_less() -> None:
    said = judge(CLAIM, evidence_of(papers.pdf("")), [], RULES, TODAY)
    assert (said.verdict, said.confidence, said.reasons) == (Verdict.VALID, 0.7, (Doubt.NOTHING_TO_READ,))


def table_of(table: Counter[tuple[Verdict, Verdict]]) -> str:
    """The table as docs/receipts.md shows it."""
    names = [verdict.name.lower() for verdict in Verdict]
    lines = [f"| is, said to be | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
    counts = {truth: [str(table[truth, said]) for said in Verdict] for truth in Verdict}
    return "\n".join([*lines, *(f"| {truth.name.lower()} | {' | '.join(row)} |" for truth, row in counts.items())])


def show(table: Counter[tuple[Verdict, Verdict]]) -> None:
    names = [verdict.name.lower() for verdict in Verdict]
    print("\nis \\ said ", *(f"{name:>10}" for name in names))  # noqa: T201  # the table is what one runs this for
    for truth in Verdict:
        print(f"{truth.name.lower():>10}", *(f"{table[truth, said]:>10}" for said in Verdict))  # noqa: T201


def test_a_copy_names_what_it_copies() -> None:
    first, second = evidence_of(papers.encoded(papers.paper(1))), evidence_of(papers.encoded(papers.paper(2)))
    earlier = [Earlier(7, first.sha256, first.fingerprint), Earlier(8, second.sha256, second.fingerprint)]
    same = judge(CLAIM, first, earlier, RULES, TODAY)
    again = judge(CLAIM, evidence_of(papers.encoded(papers.photographed(papers.paper(2), 3))), earlier, RULES, TODAY)
    assert (same.duplicate_of, same.confidence, same.reasons) == (7, 1.0, ("same_file",))
    assert (again.duplicate_of, again.reasons) == (8, ("same_picture",))
    assert 0.5 < again.confidence < 1


def test_a_second_reader_is_heard() -> None:
    evidence = evidence_of(papers.encoded(papers.paper(1)))
    agreed = judge(CLAIM, evidence, [], RULES, TODAY, Opinion("valid", 1.0))
    assert agreed.verdict is Verdict.VALID
    said = judge(CLAIM, evidence, [], RULES, TODAY, Opinion("fake", 0.9))
    assert (said.verdict, said.reasons) == (Verdict.FAKE, (Doubt.READER_DISAGREES,))


@pytest.mark.parametrize(
    ("verdict", "reasons", "opinion", "after"),
    [
        (Verdict.VALID, ["fits"], Opinion("fake", 0.9), Verdict.FAKE),
        (Verdict.VALID, ["unusually_large"], Opinion("fake", 0.9), Verdict.FAKE),
        (Verdict.VALID, ["fits"], Opinion("fake", 0.5), None),
        (Verdict.VALID, ["fits"], Opinion("unsure", 1.0), None),
        (Verdict.FAKE, ["edited_with_software"], Opinion("valid", 1.0), None),
        (Verdict.FAKE, ["reader_disagrees"], Opinion("fake", 1.0), None),
        (Verdict.DUPLICATED, ["same_file"], Opinion("fake", 1.0), None),
        (Verdict.MISSING, ["no_file"], Opinion("fake", 1.0), None),
    ],
)
def test_a_later_opinion_only_ever_takes_trust_away(
    verdict: Verdict, reasons: list[str], opinion: Opinion, after: Verdict | None
) -> None:
    judgement = reconsider(verdict, reasons, opinion, RULES)
    assert (judgement and judgement.verdict) == after
    if judgement is not None:
        assert Doubt.READER_DISAGREES in judgement.reasons


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "unknown_type"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "unknown_type"),
            (b"<!doctype html><script>alert(1)</script>", "unknown_type"),
            (b"GIF89a" + bytes(100), "unknown_type"),
            (papers.encoded(papers.paper(1))[:2000], "unreadable"),
            (papers.encoded(papers.paper(1)) + b"<script>alert(1)</script>", "unsafe"),
            (papers.encoded(papers.paper(1), "PNG") + b"PK\x03\x04" + bytes(30), "unsafe"),
            (papers.encoded(papers.paper(1)) + papers.pdf("Total"), "unsafe"),
            (papers.bomb(60_000), "too_large"),
            (papers.pdf_with_script(), "unsafe"),
            (papers.pdf_with_attachment(), "unsafe"),
            (papers.encoded(papers.paper(1), "PNG") + b"<?php system(1);", "unsafe"),
            (papers.pdf("Total")[:300], "unreadable"),
            (papers.pdf("Total") + b"PK\x03\x04" + bytes(30), "unsafe"),
            (b"%PDF-1.7\nnonsense", "unreadable"),
            (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "too_large"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_it_says_why(self, content: bytes, why: str) -> None:
        with pytest.raises(Refused) as refused:
            inspect(content, RULES.files)
        assert refused.value.why == why

    @given(
        st.binary(max_size=300), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"%PDF-1.4"])
    )
    def test_nonsense_is_refused_and_nothing_else_happens(self, rest: bytes, start: bytes) -> None:
        with pytest.raises(Refused):
            inspect(start + rest, RULES.files)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_kind_is_told_by_content_and_kept(kind: str) -> None:
    inspected = inspect(papers.encoded(papers.paper(3), kind), RULES.files)
    assert inspected.kind.format == kind
    assert sniff(inspected.content) == kind.lower()


def test_a_pdf_may_say_how_it_wants_to_be_opened() -> None:
    content = papers.pdf(*BILL).replace(b"/Type /Catalog", b"/OpenAction [0 /Fit] /Type /Catalog")
    assert evidence_of(content).text is not None


def test_the_place_where_it_was_taken_is_not_kept() -> None:
    content = papers.located(papers.paper(1))
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)
    kept = Image.open(io.BytesIO(inspect(content, RULES.files).content))
    assert dict(kept.getexif()) == {}
    assert not kept.getexif().get_ifd(0x8825)


@pytest.mark.parametrize("text", ["Total 1,234.50 EUR", "1.234,50€", "sum: 1234.50", "€1234,50"])
def test_amounts_are_found_however_they_are_written(text: str) -> None:
    assert mentions_amount(text, 1_234_50)
    assert not mentions_amount(text, 234_50)


@pytest.mark.parametrize("text", ["2026-02-20", "on 20.02.2026", "20 Feb 2026", "February 20", "02/20/2026"])
def test_dates_are_found_however_they_are_written(text: str) -> None:
    assert mentions_date(text, CLAIM) == (text != "February 20")


@given(st.text("0123456789abcdef", min_size=64, max_size=64), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_difference_is_a_share_and_symmetric(one: str, other: str) -> None:
    assert difference(one, one) == 0
    assert 0 <= difference(one, other) <= 1
    assert difference(one, other) == difference(other, one)
    assert difference(one, "") == 1
