"""Figure of predicted and fitted curves with the cell means; a logarithmic axis is labelled with the original numbers."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.curves.catalogue import family_label
from analysis.figures.means import label_of
from analysis.figures.plate import Plate
from analysis.planned.results import MeasureInfo, ModelComparison, ModeResults
from analysis.showing.style import COLOURS, INK, PALE, Stamp, drawn, dress, new_figure
from experiments.numbers import scale_value, weight

SHOWN = 3
"""Best-fitting families in colour; the others are grey."""
OFFSET = 0.045
DASHES: tuple[Any, ...] = ((0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 1.5, 1, 1.5)))


@drawn
def curves(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw two panels: the predictions (only their scale fitted), and the best-fitting curve of each family."""
    comparison = result.comparison
    if comparison.lines.empty or comparison.cells.empty:
        return []
    figure = new_figure(3.9, stamp)
    left, right = figure.subplots(1, 2, sharey=True)
    lines = comparison.lines
    _predicted(left, lines[lines["kind"] == "predicted"], comparison)
    _fitted(right, lines[lines["kind"] == "fitted"], comparison)
    for axes, title in (
        (left, "Predicted: only the scale is fitted"),
        (right, "Fitted: best of each family"),
    ):
        _cells(axes, comparison)
        axes.set_title(title, loc="left")
        _axis(axes, comparison)
        dress(axes)
    measure = next((m for m in result.measures if m.name == comparison.outcome), None)
    left.set_ylabel(measure.title if measure else comparison.outcome)
    _limits(left, comparison, measure)
    for axes in (left, right):
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=7.2, handlelength=2.6,
                    labelspacing=0.35)  # fmt: skip
    caption = (
        "Left: what was predicted in advance, with only its scale fitted. Right: the best curve of each family,"
        " with its shape fitted; the three with the highest weight are in colour. Black: means from the mixed"
        " model without any curve, with 95 % intervals."
    )
    return [Plate("curves", "Predicted and fitted curves over the data", caption, figure)]


def _x(comparison: ModelComparison, values: pd.Series) -> np.ndarray:
    """Return positions on the axis: the numbers, or the ranks of the levels."""
    if comparison.numeric:
        return values.to_numpy(dtype=float)
    order = {str(level): place for place, level in enumerate(comparison.cells["level"])}
    return np.array([order.get(str(value), np.nan) for value in values], dtype=float)


def _cells(axes: Axes, comparison: ModelComparison) -> None:
    cells = comparison.cells
    x = _x(comparison, cells["level"])
    axes.vlines(x, cells["ci_low"], cells["ci_high"], color=INK, linewidth=1.6, zorder=6)
    axes.plot(x, cells["mean"], "o", color=INK, markersize=5.5, markeredgecolor="white", zorder=7,
              label="cell means, 95 % interval")  # fmt: skip


def _predicted(axes: Axes, lines: pd.DataFrame, comparison: ModelComparison) -> None:
    for place, (curve, own) in enumerate(lines.groupby("curve", sort=False)):
        x = _x(comparison, own["x"])
        marker = "" if comparison.numeric else "D"
        axes.plot(
            x, own["y"].astype(float), color=COLOURS[(place + 1) % len(COLOURS)],
            linestyle=DASHES[place % len(DASHES)], linewidth=1.9, marker=marker, markersize=5,
            zorder=4, label=textwrap.fill(f"{curve}  {own['label'].iloc[0]}", 50),
        )  # fmt: skip


def _fitted(axes: Axes, lines: pd.DataFrame, comparison: ModelComparison) -> None:
    shares = comparison.families.set_index("family")["weight_bic"]
    for place, (_, own) in enumerate(lines.groupby("curve", sort=False)):
        family = str(own["family"].iloc[0])
        shown = place < SHOWN
        # At categorical levels, the families are drawn side by side, so that none hides another.
        offset = (
            0.0 if comparison.numeric else OFFSET * (place - (lines["curve"].nunique() - 1) / 2)
        )
        axes.plot(
            _x(comparison, own["x"]) + offset, own["y"].astype(float),
            color=COLOURS[(0, 2, 3)[place]] if shown else PALE, linewidth=2.1 if shown else 1.1,
            zorder=5 - place * 0.3, marker="" if comparison.numeric else "s", markersize=4 if shown else 3,
            label=f"{family_label(family)}: weight {weight(float(shares[family]))}",
        )  # fmt: skip


def _axis(axes: Axes, comparison: ModelComparison) -> None:
    cells = comparison.cells
    if comparison.numeric:
        places = cells["level"].to_numpy(dtype=float)
        if places.min() > 0 and places.max() / places.min() > 20:
            axes.set_xscale("log")
        axes.set_xticks(places, cells["label"], rotation=0)
        axes.set_xticks([], minor=True)
        # Smaller type if neighbouring labels would touch.
        longest = max(map(len, cells["label"]))
        axes.tick_params(axis="x", labelsize=7 if longest > 6 else 8)
        axes.set_xlabel(f"number of {comparison.predictor} (log-spaced)")
        return
    axes.set_xticks(range(len(cells)), [label_of(label) for label in cells["label"]])
    axes.set_xlim(-0.4, len(cells) - 0.6)
    axes.set_xlabel(comparison.predictor)


def _limits(axes: Axes, comparison: ModelComparison, measure: MeasureInfo | None) -> None:
    """Set the limits of the response axis: from zero (or the lowest answer) to just above the data."""
    heights = [comparison.cells["ci_high"].max(), comparison.lines["y"].astype(float).max()]
    depths = [comparison.cells["ci_low"].min(), comparison.lines["y"].astype(float).min()]
    top, bottom = float(np.nanmax(heights)), float(np.nanmin(depths))
    margin = 0.08 * (top - bottom or 1.0)
    floor = bottom - margin
    if measure is not None and np.isfinite(measure.low) and bottom - measure.low < top - bottom:
        floor = min(measure.low, bottom - margin)
    axes.set_ylim(floor, top + margin)
    if measure is not None and measure.prefix:
        axes.yaxis.set_major_formatter(lambda y, _: scale_value(y, measure.prefix))
    if floor <= 0 <= top:
        axes.axhline(0, color=PALE, linewidth=0.8, zorder=1)
