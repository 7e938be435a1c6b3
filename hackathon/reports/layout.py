"""How a report looks: its type, colours, tables and pages."""

import io
import struct
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from matplotlib import get_data_path
from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Image, Paragraph, Table, TableStyle

INK, BLUE, GREY, PALE, LINE = (HexColor(code) for code in ("#1f2a44", "#2b6cb0", "#6b7280", "#f4f1ea", "#d9d2c3"))
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN - 12  # a frame has a padding of 6 points
# A heading that has less room than this below it goes to the next page, with its table.
ROOM_BELOW_HEADING = 45 * mm
ROOM_FOR_CHART = 130 * mm

# Names come from everywhere, so the letters must: PDF's built-in fonts know Western Europe only.
REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
for font in (REGULAR, BOLD):
    registerFont(TTFont(font, Path(get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"))

TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=22, leading=28, textColor=INK)
SUBTITLE = ParagraphStyle("subtitle", fontName=REGULAR, fontSize=9.5, leading=14, textColor=GREY, spaceAfter=10)
HEADING = ParagraphStyle("heading", fontName=BOLD, fontSize=13, leading=17, textColor=INK, spaceBefore=14, spaceAfter=5)
BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=10, leading=15, textColor=INK, spaceAfter=8)
NOTE = ParagraphStyle("note", fontName=REGULAR, fontSize=8, leading=11, textColor=GREY, spaceBefore=3)
CELL = ParagraphStyle("cell", fontName=REGULAR, fontSize=8, leading=10, textColor=INK)
NUMBER = ParagraphStyle("number", parent=CELL, alignment=TA_RIGHT)
STRONG = ParagraphStyle("strong", parent=CELL, fontName=BOLD)
STRONG_NUMBER = ParagraphStyle("strong_number", parent=STRONG, alignment=TA_RIGHT)
HEAD = ParagraphStyle("head", parent=CELL, fontName=BOLD, fontSize=7, textColor=white)
HEAD_NUMBER = ParagraphStyle("head_number", parent=HEAD, alignment=TA_RIGHT)
FIGURE = ParagraphStyle("figure", fontName=BOLD, fontSize=14, leading=18, textColor=BLUE, alignment=TA_CENTER)
LABEL = ParagraphStyle("label", fontName=REGULAR, fontSize=7.5, leading=10, textColor=GREY, alignment=TA_CENTER)

Row = Mapping[str, Any]


def heading(text: str) -> list[Flowable]:
    return [CondPageBreak(ROOM_BELOW_HEADING), Paragraph(escape(text), HEADING)]


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(escape(text), style)


def figures(pairs: Sequence[tuple[str, str]]) -> Table:
    """Headline figures side by side: number and label."""
    cells = [[paragraph(number, FIGURE) for number, _ in pairs], [paragraph(label, LABEL) for _, label in pairs]]
    style: list[Any] = [("BACKGROUND", (0, 0), (-1, -1), PALE), ("TOPPADDING", (0, 0), (-1, 0), 8)]
    style += [("BOTTOMPADDING", (0, 1), (-1, 1), 8), ("LINEAFTER", (0, 0), (-2, -1), 0.5, LINE)]
    return Table(cells, colWidths=[WIDTH / len(pairs)] * len(pairs), style=TableStyle(style), spaceAfter=6)


def table(rows: Sequence[Row], columns: Mapping[str, float], totals: Collection[str] = ()) -> Table:
    """``columns`` are the rows' keys with their share of the width; numbers stand to the right. Rows whose first column
    is one of ``totals`` are set in bold.
    """
    first, numeric = next(iter(columns)), {name for name in columns if _is_numeric(rows, name)}
    lines = [[paragraph(words(name), HEAD_NUMBER if name in numeric else HEAD) for name in columns]]
    for row in rows:
        text, number = (STRONG, STRONG_NUMBER) if row[first] in totals else (CELL, NUMBER)
        lines.append([paragraph(text_of(row[name]), number if name in numeric else text) for name in columns])
    share = WIDTH / sum(columns.values())
    style: list[Any] = [("BACKGROUND", (0, 0), (-1, 0), INK), ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, PALE])]
    style += [("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    style += [("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5)]
    widths = [share * width for width in columns.values()]
    return Table(lines, colWidths=widths, repeatRows=1, style=TableStyle(style))


class Euros(float):
    """An amount that is written as money."""


def text_of(value: Any) -> str:
    if isinstance(value, Euros):
        return euros(value)
    if isinstance(value, float):
        return f"{value:,.1f}"
    return "" if value is None else str(value)


def euros(value: float, digits: int = 2) -> str:
    return f"{'-' if value < 0 else ''}€{abs(value):,.{digits}f}"


def words(key: str) -> str:
    """A key of ours as people write it."""
    said = key.replace("_", " ").replace("pre sf", "pre SF").replace("post sf", "post SF")
    return said[:1].upper() + said[1:]


def picture(png: bytes) -> Image:
    """Across the page, at the proportions that the PNG's header states."""
    width, height = struct.unpack(">II", png[16:24])
    return Image(io.BytesIO(png), width=WIDTH, height=WIDTH * height / width)


class NumberedCanvas(Canvas):  # type: ignore[misc]
    """Knows at the end how many pages there are, so that each can say so."""

    def __init__(self, *args: Any, footer: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._footer, self._pages = footer, list[dict[str, Any]]()

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        count = len(self._pages)
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._draw_footer(number, count)
            super().showPage()
        super().save()

    def _draw_footer(self, number: int, count: int) -> None:
        self.setStrokeColor(LINE)
        self.line(MARGIN, 14 * mm, A4[0] - MARGIN, 14 * mm)
        self.setFont(REGULAR, 7.5)
        self.setFillColor(GREY)
        self.drawString(MARGIN, 10 * mm, self._footer)
        self.drawRightString(A4[0] - MARGIN, 10 * mm, f"Page {number} of {count}")


def _is_numeric(rows: Sequence[Row], name: str) -> bool:
    values = [row[name] for row in rows if row[name] is not None]
    return bool(values) and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
