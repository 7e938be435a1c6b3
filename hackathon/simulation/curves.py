"""The picture of many seasons: survival and the median of what weighs on a game, day by day."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from hackathon.simulation.season import Seasons

PANELS = (
    ("stress", "stress (0-100)", 1.0),
    ("budget_cents", "budget (€)", 0.01),
    ("reputation", "reputation (0-100)", 1.0),
)


def draw_curves(results: dict[str, Seasons], path: Path) -> None:
    """Write a PNG: survivors in percent, then medians with the middle half shaded, one line a policy."""
    figure = Figure(figsize=(11, 8), layout="constrained")
    FigureCanvasAgg(figure)
    survival, *others = figure.subplots(2, 2).flat
    for name, seasons in results.items():
        survival.plot(100 * seasons.alive.mean(axis=1), label=name)
        for axes, (column, _, scale) in zip(others, PANELS, strict=True):
            _draw_median(axes, seasons.curves[column] * scale)
    _label(survival, "games alive (%)")
    for axes, (_, title, _) in zip(others, PANELS, strict=True):
        _label(axes, title)
    survival.legend()
    figure.savefig(path)


def _draw_median(axes: Axes, values: np.ndarray) -> None:
    low, middle, high = np.percentile(values, (25, 50, 75), axis=1)
    days = np.arange(len(values))
    axes.plot(days, middle)
    axes.fill_between(days, low, high, alpha=0.15)


def _label(axes: Axes, title: str) -> None:
    axes.set_title(title)
    axes.set_xlabel("day")
    axes.grid(alpha=0.3)
