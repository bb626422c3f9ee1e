"""Figure of means with 95 % intervals (participants are the units), drawn over the answers as pale dots.

With several factors, the levels of the first are along the axis, and there is a colour for each combination of the
others, so that an interaction can be seen. Only levels that are numbers are joined by lines.
"""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.figures.distributions import BINS, MOST_VALUES, span_of
from analysis.figures.plate import Plate
from analysis.planned.results import MeasureInfo, ModeResults
from analysis.showing.style import (
    BLUE,
    COLOURS,
    INK,
    PALE,
    SOFT,
    Stamp,
    drawn,
    dress,
    new_figure,
)
from experiments.numbers import estimate, scale_value

MARKERS = "osD^vP"
APART, ROOM = 0.14, 0.56
"""Distance between the points of neighbouring lines, and the room that all points of a level share."""


@drawn
def means(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw one panel per measure."""
    chosen = result.measures
    if not chosen:
        return []
    columns = min(len(chosen), 2)
    rows = -(-len(chosen) // columns)
    lines = list(dict.fromkeys(result.cells["others"]))
    legend = [line for line in lines if line]
    key = 0.1 + 0.19 * -(-len(legend) // columns_of(legend)) if legend else 0.0
    each = 2.3 if legend else 2.0
    figure = new_figure(0.4 + each * rows + key, stamp)
    grid = figure.add_gridspec(
        rows + bool(legend), columns, height_ratios=[each] * rows + [key] * bool(legend)
    )
    for at, measure in enumerate(chosen):
        axes = figure.add_subplot(grid[at // columns, at % columns])
        _panel(axes, result, measure, lines, len(chosen) == 1)
    if legend:
        handles = [
            Line2D([], [], label=line, markersize=5, **_style(lines, line)) for line in legend
        ]
        below = figure.add_subplot(grid[rows, :])
        below.set_axis_off()
        below.legend(handles=handles, loc="center", ncols=columns_of(legend), borderpad=0)
    caption = (
        "Mean over participants (each counted once) with its 95 % interval. Grey dots: single answers; larger"
        " dots are more frequent answers."
    )
    if legend and result.cells["number"].notna().all():
        caption += " Lines that are not parallel show an interaction."
    return [Plate("means", "Means with intervals", caption, figure)]


def columns_of(legend: list[str]) -> int:
    """Return the number of columns in which the labels of a legend fit below a figure."""
    longest = max(map(len, legend), default=0)
    return max(1, min(len(legend), 4, 96 // (longest + 7)))


def _style(lines: list[str], line: str) -> dict[str, Any]:
    number = lines.index(line)
    return {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}


def _panel(
    axes: Axes, result: ModeResults, measure: MeasureInfo, lines: list[str], alone: bool
) -> None:
    cells = result.cells[result.cells["measure"] == measure.name].reset_index(drop=True)
    firsts = list(dict.fromkeys(cells["first"]))
    own_lines = list(dict.fromkeys(cells["others"]))
    apart = min(APART, ROOM / max(len(own_lines) - 1, 1))
    shift = {line: apart * (at - (len(own_lines) - 1) / 2) for at, line in enumerate(own_lines)}
    cells["x"] = cells["first"].map(firsts.index) + cells["others"].map(shift)
    _answers(axes, result.values[result.values["measure"] == measure.name], cells, measure)
    for _, cell in cells[cells["n"] == 0].iterrows():
        axes.text(cell["x"], 0.5, "no\nanswers", transform=axes.get_xaxis_transform(), ha="center",
                  va="center", fontsize=7, color=SOFT)  # fmt: skip
    written = len(own_lines) == 1 or len(cells) <= 4
    low, high = span_of(measure, result.values[result.values["measure"] == measure.name]["value"])
    for at, (line, own) in enumerate(cells[cells["n"] > 0].groupby("others", sort=False)):
        style: dict[str, Any] = _style(lines, str(line)) if line else {"color": BLUE, "marker": "o"}
        if own["number"].notna().all():
            axes.plot(
                own["x"], own["mean"], color=style["color"], linewidth=1.0, alpha=0.6, zorder=3
            )
        axes.plot(own["x"], own["mean"], linestyle="", markersize=6, markeredgecolor="white",
                  zorder=5, **style)  # fmt: skip
        inside = own[np.isfinite(own["ci_low"])]
        axes.vlines(inside["x"], inside["ci_low"], inside["ci_high"], color=style["color"],
                    linewidth=2.2, zorder=4, capstyle="round")  # fmt: skip
        # Of two lines, the means of one are written on its left, so that they do not overlap.
        left = at == 0 and len(own_lines) > 1
        for _, cell in own.iterrows() if written else ():
            axes.annotate(
                estimate(cell["mean"], 2 if high - low < 50 else 0),
                (cell["x"], cell["mean"]), (-6 if left else 6, 5), textcoords="offset points",
                ha="right" if left else "left", fontsize=7, color=INK, zorder=6,
            )  # fmt: skip
    axes.set_title(textwrap.fill(measure.title, 80 if alone else 42), loc="left")
    letters = (84 if alone else 42) // len(firsts)
    axes.set_xticks(range(len(firsts)), [label_of(level, letters) for level in firsts])
    axes.set_xlim(-0.5, len(firsts) - 0.5)
    if np.isfinite(measure.low) and np.isfinite(measure.high):
        margin = 0.05 * (measure.high - measure.low)
        axes.set_ylim(measure.low - margin, measure.high + margin)
    if measure.prefix:
        axes.yaxis.set_major_formatter(lambda y, _: scale_value(y, measure.prefix))
    dress(axes)


def label_of(level: str, letters: int = 16) -> str:
    """Return the label of a level for an axis: a long name on several lines of about so many letters."""
    if len(level) <= 11 or " " not in level:
        return level
    lines = -(-len(level) // max(letters, 8))
    # Lines of about equal length.
    return textwrap.fill(level, max(-(-len(level) // lines) + 3, 8), break_long_words=False)


def _answers(axes: Axes, values: pd.DataFrame, cells: pd.DataFrame, measure: MeasureInfo) -> None:
    """Draw every observed value as a dot whose area is the proportion of answers in the cell with this value."""
    if values.empty:
        return
    at = values["value"].to_numpy(dtype=float)
    if len(np.unique(at)) > MOST_VALUES:
        low, high = span_of(measure, values["value"])
        width = (high - low) / BINS
        at = low + width * np.round((at - low) / width)
    dots = values.assign(at=at).groupby(["level", "at"], as_index=False)["count"].sum()
    x = dots["level"].map(dict(zip(cells["level"], cells["x"], strict=True)))
    share = (dots["count"] / dots.groupby("level")["count"].transform("sum")).to_numpy(dtype=float)
    axes.scatter(x, dots["at"], s=2 + 260 * share, color=PALE, alpha=0.55, linewidth=0, zorder=2)
