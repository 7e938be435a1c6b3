"""The report that one would hand to a sponsor, as PDF."""

import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from matplotlib import get_data_path
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, KeepTogether, Paragraph, SimpleDocTemplate, Table, TableStyle

from hackathon.reports import charts
from hackathon.selectors.reports import ReportData, Row

INK, BLUE, GREY, PALE, LINE = (HexColor(code) for code in ("#1f2a44", "#2b6cb0", "#6b7280", "#f4f1ea", "#d9d2c3"))
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN - 12  # a frame has a padding of 6 points
# So many rows of a table are shown; the CSV has them all.
ROWS_SHOWN = 45

# Names come from everywhere, so the letters must: PDF's built-in fonts know Western Europe only.
REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
for font in (REGULAR, BOLD):
    registerFont(TTFont(font, Path(get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"))

TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=22, leading=28, textColor=INK)
SUBTITLE = ParagraphStyle("subtitle", fontName=REGULAR, fontSize=10, leading=14, textColor=GREY, spaceAfter=10)
HEADING = ParagraphStyle(
    "heading", fontName=BOLD, fontSize=13, leading=17, textColor=INK, spaceBefore=10, spaceAfter=4, keepWithNext=1
)
BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=10, leading=15, textColor=INK, spaceAfter=6)
CELL = ParagraphStyle("cell", fontName=REGULAR, fontSize=8, leading=10, textColor=INK)
HEAD = ParagraphStyle("head", parent=CELL, fontName=BOLD, textColor=white)
FIGURE = ParagraphStyle("figure", fontName=BOLD, fontSize=14, leading=18, textColor=BLUE, alignment=1)
LABEL = ParagraphStyle("label", fontName=REGULAR, fontSize=7.5, leading=10, textColor=GREY, alignment=1)


def as_pdf(data: ReportData, ticks_per_day: int) -> bytes:
    """The whole document; the same data gives the same bytes."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"{data.headline['name']}: report",
        author="Tommy Timecrunch",
        invariant=1,
    )
    footer = _footer(data)
    document.build(_story(data, ticks_per_day), onFirstPage=footer, onLaterPages=footer)
    return buffer.getvalue()


def _story(data: ReportData, ticks_per_day: int) -> list[Flowable]:
    story: list[Flowable] = [
        Paragraph(escape(data.headline["name"]), TITLE),
        Paragraph(_subtitle(data), SUBTITLE),
        _headline(data),
        Paragraph("In short", HEADING),
        Paragraph(escape(data.words), BODY),
    ]
    if len(data.ticks) > 1:
        story += [
            _picture(charts.budget_chart(data.ticks, ticks_per_day)),
            _picture(charts.pressure_chart(data.ticks, ticks_per_day)),
        ]
    if data.incidents:
        story.append(_picture(charts.incidents_chart(data.incidents)))
    return story + _tables(data)


def _tables(data: ReportData) -> list[Flowable]:
    sections = (
        ("Participants", data.participants, ("name", "country", "status", "hours", "morale", "project")),
        ("Shipping", _shipped(data.participants), ("name", "project", "hours")),
        ("Incidents and decisions", data.incidents[::-1], ("tick", "title", "about", "status", "decision")),
        ("Money asked for", data.requests[::-1], ("tick", "kind", "from", "amount", "status")),
        ("Receipts", data.receipts[::-1], ("tick", "from", "vendor", "amount", "verdict")),
    )
    return [part for title, rows, columns in sections if rows for part in _section(title, rows, columns)]


def _shipped(participants: list[Row]) -> list[Row]:
    return [row for row in participants if row["project"] not in {"building_first", "ready_first"}]


def _subtitle(data: ReportData) -> str:
    head = data.headline
    phase = "before San Francisco" if head["phase"] == "pre_sf" else "in San Francisco"
    return f"Day {head['day']}, {phase} · {head['status']} · written {data.written_at:%d %B %Y, %H:%M} UTC"


def _headline(data: ReportData) -> Table:
    head = data.headline
    active = sum(row["status"] == "active" for row in data.participants)
    figures = [
        (f"{head['score']:,.0f}", "score"),
        (f"€{head['budget_left']:,.0f}", f"left of €{head['budget_total']:,.0f}"),
        (str(active), "participants"),
        (f"{head['reputation']:.0f}", "reputation of 100"),
        (f"{head['stress_level']:.0f}", "stress of 100"),
        (f"{head['legal_risk']:.0f}", "legal risk of 100"),
    ]
    cells = [[Paragraph(number, FIGURE) for number, _ in figures], [Paragraph(label, LABEL) for _, label in figures]]
    style: list[Any] = [("BACKGROUND", (0, 0), (-1, -1), PALE), ("TOPPADDING", (0, 0), (-1, 0), 8)]
    style += [("BOTTOMPADDING", (0, 1), (-1, 1), 8), ("LINEAFTER", (0, 0), (-2, -1), 0.5, LINE)]
    return Table(cells, colWidths=[WIDTH / len(figures)] * len(figures), style=TableStyle(style))


def _section(title: str, rows: list[Row], columns: Sequence[str]) -> list[Flowable]:
    shown = rows[:ROWS_SHOWN]
    cells = [[Paragraph(_words(name), HEAD) for name in columns]]
    cells += [[Paragraph(escape(_text(name, row[name])), CELL) for name in columns] for row in shown]
    wide = {
        "title": 3.2,
        "name": 2.0,
        "from": 2.0,
        "about": 1.8,
        "tick": 0.6,
        "decision": 1.6,
        "country": 1.4,
        "project": 1.6,
    }
    shares = [wide.get(name, 1.0) for name in columns]
    table = Table(cells, colWidths=[WIDTH * share / sum(shares) for share in shares], repeatRows=1)
    style: list[Any] = [("BACKGROUND", (0, 0), (-1, 0), INK), ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, PALE])]
    style += [("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    table.setStyle(TableStyle(style))
    parts: list[Flowable] = [Paragraph(f"{title} ({len(rows)})", HEADING), table]
    if len(rows) > len(shown):
        parts.append(Paragraph(f"… and {len(rows) - len(shown)} more, in the CSV.", SUBTITLE))
    return [KeepTogether(parts)] if len(shown) <= 8 else parts


def _text(name: str, value: Any) -> str:
    if name == "amount":
        return f"€{value:,.2f}"
    return _words(value) if isinstance(value, str) and name in {"status", "decision", "project", "kind"} else str(value)


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _picture(png: bytes) -> Image:
    """Across the page, at the proportions that the PNG's header states."""
    width, height = struct.unpack(">II", png[16:24])
    return Image(io.BytesIO(png), width=WIDTH, height=WIDTH * height / width)


def _footer(data: ReportData) -> Any:
    def draw(canvas: Canvas, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(REGULAR, 7.5)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, 10 * mm, data.headline["name"])
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, f"Page {document.page}")
        canvas.restoreState()

    return draw
