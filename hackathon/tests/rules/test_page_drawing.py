"""Pages are drawn apart, whatever they want of time and memory."""

import time

import pytest

from hackathon.rules import page_drawing
from hackathon.rules.page_drawing import first_page
from hackathon.tests import papers


def page(width: int, height: int, drawing: bytes) -> bytes:
    """A PDF of one page, by hand; readers find its objects without a table of them."""
    box = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R >>" % (width, height)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        box,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R /Size 5 >>\n%%EOF"


def test_a_page_is_drawn_as_it_is_printed() -> None:
    drawn = first_page(papers.pdf("Total 12.50"))
    assert drawn is not None
    assert max(drawn.size) == 960
    assert drawn.convert("L").getextrema()[0] < 60


@pytest.mark.parametrize("side", [1, 14_400, 10_000_000])
def test_however_large_a_page_says_it_is(side: int) -> None:
    drawn = first_page(page(side, side, b"0 0 m 1 1 l S"))
    assert drawn is None or max(drawn.size) <= 960


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\nnonsense", page(10_000, 1, b"")], ids=["none", "broken", "strip"])
def test_what_cannot_be_drawn_is_nothing(content: bytes) -> None:
    assert first_page(content) is None


def test_a_page_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_drawing, "SECONDS", 1)
    endless = page(600, 800, b"/Pattern cs " + b"0 0 m 600 800 300 20 10 700 c S 5 w [0.01 0.01] 0 d\n" * 60_000)
    began = time.monotonic()
    assert first_page(endless) is None
    assert time.monotonic() - began < 5
