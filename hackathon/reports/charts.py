"""Charts of a report, as PNG; drawn without any global state, so on any thread."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

INK, BLUE, RED, GREEN, SAND = "#1f2a44", "#2b6cb0", "#c2413b", "#3d8b5f", "#d9d2c3"
DPI = 200
Rows = Sequence[Mapping[str, Any]]


def budget_chart(ticks: Rows, ticks_per_day: int) -> bytes:
    """Euros left, day by day; below zero in red."""
    figure, axes = _canvas(6.9, 2.2)
    days = [row["tick"] / ticks_per_day for row in ticks]
    euros = [row["budget"] for row in ticks]
    axes.plot(days, euros, color=BLUE, linewidth=1.6)
    axes.fill_between(days, euros, 0, where=[value >= 0 for value in euros], color=BLUE, alpha=0.12)
    axes.fill_between(days, euros, 0, where=[value < 0 for value in euros], color=RED, alpha=0.25)
    axes.margins(x=0.01)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"€{value / 1000:,.0f}k"))
    return _png(figure, axes, "Budget left")


def pressure_chart(ticks: Rows, ticks_per_day: int) -> bytes:
    """Stress, reputation and legal risk, each 0 to 100."""
    figure, axes = _canvas(6.9, 2.2)
    days = [row["tick"] / ticks_per_day for row in ticks]
    for name, label, colour in (
        ("stress", "Stress", RED),
        ("reputation", "Reputation", GREEN),
        ("legal", "Legal risk", INK),
    ):
        axes.plot(days, [row[name] for row in ticks], color=colour, linewidth=1.4, label=label)
    axes.set_ylim(0, 100)
    axes.margins(x=0.01)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, frameon=False, fontsize=7, labelcolor=INK)
    return _png(figure, axes, "Pressure")


def spending_chart(spent: Mapping[str, float]) -> bytes:
    """Euros by what they were spent on, the most first."""
    figure, axes = _canvas(6.9, 0.7 + 0.22 * max(3, len(spent)))
    names = list(spent)[::-1]
    bars = axes.barh(names, [spent[name] for name in names], color=BLUE, alpha=0.75)
    axes.bar_label(bars, fmt="€{:,.0f}", padding=3, fontsize=7, color=INK)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.margins(x=0.12)
    return _png(figure, axes, "Where the money went", along="")


def incidents_chart(incidents: Rows) -> bytes:
    """How many incidents of each kind there were, the most frequent first, and how many nobody dealt with in time."""
    counts = Counter(row["type"] for row in incidents)
    late = Counter(row["type"] for row in incidents if row["status"] == "timed_out")
    kinds = [kind for kind, _ in reversed(counts.most_common(10))]
    names = [kind.replace("_", " ") for kind in kinds]
    figure, axes = _canvas(6.9, 0.7 + 0.22 * max(3, len(kinds)))
    bars = axes.barh(names, [counts[kind] for kind in kinds], color=BLUE, alpha=0.35, label="dealt with")
    axes.bar_label(bars, padding=3, fontsize=7, color=INK)
    if late:
        axes.barh(names, [late[kind] for kind in kinds], color=RED, label="too late")
        axes.legend(loc="lower right", frameon=False, fontsize=7, labelcolor=INK)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return _png(figure, axes, "Incidents by kind", along="")


def _canvas(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(SAND)
    axes.grid(axis="y", color=SAND, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=7, length=0)
    return figure, axes


def _png(figure: Figure, axes: Any, title: str, along: str = "Day") -> bytes:
    figure.suptitle(title, x=0.006, ha="left", fontsize=9, color=INK, fontweight="bold")
    axes.set_xlabel(along, fontsize=7, color=INK)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return buffer.getvalue()
