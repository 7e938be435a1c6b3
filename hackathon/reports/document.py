"""The report that one would hand to a sponsor, as PDF."""

import io
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import CondPageBreak, Flowable, PageBreak, SimpleDocTemplate, Spacer

from hackathon.reports import charts
from hackathon.reports.layout import (
    BODY,
    MARGIN,
    NOTE,
    ROOM_FOR_CHART,
    SUBTITLE,
    TITLE,
    Euros,
    NumberedCanvas,
    euros,
    figures,
    heading,
    paragraph,
    picture,
    table,
    words,
)
from hackathon.rules.reports import ReportsModel
from hackathon.selectors.report_tables import Row
from hackathon.selectors.reports import ReportData

Story = list[Flowable]
OUTCOMES = ("approved", "denied", "expired", "withdrawn", "open")
VERDICTS = ("valid", "duplicated", "fake", "missing")


def as_pdf(data: ReportData, ticks_per_day: int, settings: ReportsModel) -> bytes:
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
    story = [
        *_cover(data, ticks_per_day),
        *_money(data, settings.money),
        *_papers(data),
        *_shipping(data, ticks_per_day, settings.rows_shown),
        *_troubles(data, ticks_per_day, settings.rows_shown),
        *_people(data, settings.rows_shown),
        *_lists(data, ticks_per_day, settings.rows_shown),
    ]
    document.build(story, canvasmaker=partial(NumberedCanvas, footer=data.headline["name"]))
    return buffer.getvalue()


def _cover(data: ReportData, ticks_per_day: int) -> Story:
    story: Story = [paragraph(data.headline["name"], TITLE), paragraph(_subtitle(data), SUBTITLE)]
    story += [*_figures(data), *heading("In short"), paragraph(data.words, BODY)]
    if len(data.ticks) > 1:
        story += [
            picture(charts.budget_chart(data.ticks, ticks_per_day)),
            Spacer(1, 6),
            picture(charts.pressure_chart(data.ticks, ticks_per_day)),
        ]
    return story


def _subtitle(data: ReportData) -> str:
    head = data.headline
    phase = "before San Francisco" if head["phase"] == "pre_sf" else "in San Francisco"
    return f"Day {head['day']}, {phase} · {head['status']} · written {data.written_at:%d %B %Y, %H:%M} UTC"


def _figures(data: ReportData) -> Story:
    head = data.headline
    active = sum(row["status"] == "active" for row in data.participants)
    delivered = Counter(row["phase"] for row in data.shipments if row["status"] == "delivered")
    resolved = sum(row["status"] == "resolved" for row in data.incidents)
    return [
        figures(
            [
                (f"{head['score']:,.0f}", "score"),
                (str(active), "participants"),
                (f"{sum(row['hours'] for row in data.participants):,.0f}", "hours worked"),
                (f"{delivered['pre_sf']} + {delivered['post_sf']}", "delivered pre + post SF"),
            ]
        ),
        figures(
            [
                (euros(head["budget_left"], 0), f"left of {euros(head['budget_total'], 0)}"),
                (f"{head['reputation']:.0f}", "reputation of 100"),
                (f"{head['stress_level']:.0f} · {head['legal_risk']:.0f}", "stress · legal risk of 100"),
                (f"{resolved} of {len(data.incidents)}", "incidents resolved"),
            ]
        ),
    ]


def _money(data: ReportData, labels: Mapping[str, str]) -> Story:
    """What came in and went out, from the ledger, so that it adds up to the budget."""
    received, spent = defaultdict[str, float](float), defaultdict[str, float](float)
    for row in data.ledger:
        side = received if row["amount"] > 0 else spent
        side[labels.get(row["cause"], words(row["cause"]))] += row["amount"]
    if not received and not spent:
        return []
    total_in, total_out = sum(received.values()), sum(spent.values())
    rows = [
        *_sides(received),
        {"what": "Received in all", "amount": Euros(total_in)},
        *_sides(spent),
        {"what": "Spent in all", "amount": Euros(total_out)},
        {"what": "Left", "amount": Euros(round(total_in + total_out, 2))},
    ]
    totals = ("Received in all", "Spent in all", "Left")
    story: Story = [PageBreak(), *heading("Money"), table(rows, {"what": 3, "amount": 1}, totals)]
    if spent:
        ranked = sorted(spent, key=lambda name: spent[name])
        story += [Spacer(1, 8), picture(charts.spending_chart({name: -spent[name] for name in ranked}))]
    return story


def _sides(amounts: Mapping[str, float]) -> list[Row]:
    ranked = sorted(amounts, key=lambda name: -abs(amounts[name]))
    return [{"what": name, "amount": Euros(round(amounts[name], 2))} for name in ranked]


def _papers(data: ReportData) -> Story:
    """Requests by kind and receipts by verdict, counted."""
    story: Story = []
    if data.requests:
        rows = [_asked(kind, data.requests) for kind in ("stipend", "flight", "receipt")]
        columns = {"asked_for": 1.2, "requests": 1.1, **dict.fromkeys(OUTCOMES, 1.15), "paid": 1.3}
        story += [*heading("Money asked for"), table(rows, columns)]
    if data.receipts:
        verdicts = [_judged(verdict, data.receipts) for verdict in VERDICTS]
        story += [*heading("Receipts"), table(verdicts, {"verdict": 2, "receipts": 1, "amount": 1})]
    return story


def _asked(kind: str, requests: Sequence[Row]) -> Row:
    mine = [row for row in requests if row["kind"] == kind]
    counts = Counter(row["status"] for row in mine)
    paid = sum(row["amount"] for row in mine if row["status"] == "approved")
    outcomes = {outcome: counts[outcome] for outcome in OUTCOMES}
    return {"asked_for": words(f"{kind}s"), "requests": len(mine), **outcomes, "paid": Euros(paid)}


def _judged(verdict: str, receipts: Sequence[Row]) -> Row:
    mine = [row["amount"] for row in receipts if row["verdict"] == verdict]
    return {"verdict": words(verdict), "receipts": len(mine), "amount": Euros(sum(mine))}


def _shipping(data: ReportData, ticks_per_day: int, shown: int) -> Story:
    parcels = [
        {
            "tracking": row["tracking"],
            "from": row["from"],
            "phase": words(row["phase"]),
            "status": words(row["status"]),
            "packed": _day(row["packed_tick"], ticks_per_day),
            "customs": _day(row["customs_tick"], ticks_per_day),
            "ended": _day(row["closed_tick"], ticks_per_day),
            "sent": f"{row['attempts']} x",
        }
        for row in reversed(data.shipments)
    ]
    story = _section("Projects", [_project(row) for row in data.projects], PROJECT_COLUMNS, shown)
    return story + _section("Shipping", parcels, PARCEL_COLUMNS, shown)


PARCEL_COLUMNS = {
    "tracking": 1.7,
    "from": 2.2,
    "phase": 1.0,
    "status": 1.2,
    "packed": 1.0,
    "customs": 1.0,
    "ended": 1.0,
    "sent": 0.8,
}
PROJECT_COLUMNS = {"title": 2.4, "by": 1.8, "stage": 1.4, "hours": 0.8, "repository": 2.6}


def _project(row: Row) -> Row:
    return {**row, "stage": words(row["stage"])}


def _troubles(data: ReportData, ticks_per_day: int, shown: int) -> Story:
    rows = [
        {
            "day": row["tick"] // ticks_per_day,
            "what": row["title"],
            "about": row["about"],
            "status": words(row["status"]),
            "decision": words(row["decision"]),
        }
        for row in reversed(data.incidents)
    ]
    if not rows:
        return []
    columns = {"day": 0.5, "what": 3.0, "about": 1.8, "status": 1.0, "decision": 1.5}
    chart = picture(charts.incidents_chart(data.incidents))
    title, *story = _section("Incidents and decisions", rows, columns, shown)[1:]
    return [CondPageBreak(ROOM_FOR_CHART), title, chart, Spacer(1, 6), *story]


def _people(data: ReportData, shown: int) -> Story:
    rows = [
        {
            "name": row["name"],
            "country": row["country"],
            "status": words(row["status"]) + (", flagged" if row["flagged"] else ""),
            "here": "in person" if row["in_person"] else "remote",
            "hours": row["hours"],
            "morale": row["morale"],
            "project": words(row["project"]),
        }
        for row in data.participants
    ]
    columns = {"name": 2.2, "country": 1.8, "status": 1.6, "here": 1.1, "hours": 0.9, "morale": 1, "project": 1.6}
    return _section("Participants", rows, columns, max(shown, len(rows) if len(rows) < 2 * shown else 0))


def _lists(data: ReportData, ticks_per_day: int, shown: int) -> Story:
    """The latest requests and receipts one by one."""
    asked = [
        {
            "day": row["tick"] // ticks_per_day,
            "what": words(row["kind"]),
            "from": row["from"],
            "amount": Euros(row["amount"]),
            "status": words(row["status"]),
        }
        for row in reversed(data.requests)
    ]
    handed = [
        {
            "day": row["tick"] // ticks_per_day,
            "from": row["from"],
            "vendor": row["vendor"],
            "amount": Euros(row["amount"]),
            "verdict": words(row["verdict"]),
        }
        for row in reversed(data.receipts)
    ]
    return [
        *_section("Latest requests", asked, {"day": 0.5, "what": 1, "from": 2, "amount": 1, "status": 1}, shown),
        *_section("Latest receipts", handed, {"day": 0.5, "from": 2, "vendor": 1.6, "amount": 1, "verdict": 1}, shown),
    ]


def _section(title: str, rows: Sequence[Row], columns: Mapping[str, float], shown: int) -> Story:
    if not rows:
        return []
    story = [*heading(f"{title} ({len(rows)})"), table(rows[:shown], columns)]
    if len(rows) > shown:
        story.append(paragraph(f"… and {len(rows) - shown} more, in the CSV.", NOTE))
    return story


def _day(tick: Any, ticks_per_day: int) -> str:
    return "" if tick is None else f"day {tick // ticks_per_day}"
