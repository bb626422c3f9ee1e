"""Figure of predicted and fitted curves with the cell means; a logarithmic axis is labelled with the original numbers.

Of curves over two factors there is a line for each level of the second, in its colour; the dashes then show the curve.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.curves.catalogue import family_label
from analysis.curves.claims import contrast_label
from analysis.figures.means import MARKERS, label_of
from analysis.figures.plate import Plate
from analysis.planned.compared import ModelComparison
from analysis.planned.results import MeasureInfo, ModeResults
from analysis.showing.style import COLOURS, INK, PALE, SOFT, Stamp, drawn, dress, new_figure
from experiments.numbers import scale_value, weight

SHOWN = 3
"""Best-fitting families in colour; the others are grey."""
SHOWN_BY_LEVEL = 2
"""Best-fitting families that are drawn if each has a line for each level."""
MOST_TICKS = 12
"""Largest number of levels of which each has a tick of its own."""
LETTERS = 88
"""Letters of the levels' names that find room along a figure."""
OFFSET = 0.045
SOLID: Any = "-"
DASHES: tuple[Any, ...] = ((0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 1.5, 1, 1.5)))
MARKS = ("_", "x", "+", "1")
"""Marks of predictions at categories, between which there are no lines."""


@drawn
def curves(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw the predictions (only their scale fitted), and the best-fitting curve of each family.

    There is a figure for each comparison, with its place in its name.
    """
    return [
        _plate(each, result, stamp, f"curves_{number}" if number > 1 else "curves")
        for number, each in enumerate(result.comparisons, 1)
        if not each.lines.empty
    ]


def _plate(comparison: ModelComparison, result: ModeResults, stamp: Stamp, name: str) -> Plate:
    lines = comparison.lines
    panels = [kind for kind in ("predicted", "fitted") if (lines["kind"] == kind).any()]
    figure = new_figure(3.9, stamp)
    drawn_on = np.atleast_1d(figure.subplots(1, len(panels), sharey=True)).tolist()
    measure = next((m for m in result.measures if m.name == comparison.outcome), None)
    for axes, kind in zip(drawn_on, panels, strict=True):
        own = lines[lines["kind"] == kind]
        if _levels(comparison):
            _by_level(axes, own, comparison, kind)
        elif kind == "predicted":
            _predicted(axes, own, comparison)
        else:
            _fitted(axes, own, comparison)
        _cells(axes, comparison)
        axes.set_title(_title(kind, comparison), loc="left")
        _axis(axes, comparison, len(panels))
        dress(axes)
    drawn_on[0].set_ylabel(measure.title if measure else comparison.outcome)
    _limits(drawn_on[0], comparison, measure)
    # Below the axis title, which is below all lines of the levels' names.
    rows = max(text.get_text().count("\n") for text in drawn_on[0].get_xticklabels())
    below = -0.2 - 0.065 * rows
    for axes, kind in zip(drawn_on, panels, strict=True):
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, below), fontsize=7.2, handlelength=2.6,
                    labelspacing=0.35, handles=_handles(axes, comparison, kind))  # fmt: skip
    named = comparison.name
    of = f": {named}" if named else ""
    what = "Predicted and fitted curves" if comparison.of_curves else "Fitted predictions"
    title = f"{what} over the data{of}"
    return Plate(name, title, _caption(panels, comparison), figure)


def _title(kind: str, comparison: ModelComparison) -> str:
    if kind == "predicted":
        return "Predicted: only the scale is fitted"
    if len(comparison.families) < 2:
        return "Fitted"
    return "Fitted: best of each family" if comparison.of_curves else "Fitted: each prediction"


def _caption(panels: Sequence[str], comparison: ModelComparison) -> str:
    by_level = bool(_levels(comparison))
    sentences = []
    if "predicted" in panels:
        sentences.append("Left: what was predicted in advance, with only its scale fitted.")
    if len(comparison.families) > 1:
        fitted = "the best curve of each family, with its shape fitted"
        if not comparison.of_curves:
            fitted = "the means that each prediction allows and that are closest to the data"
        if by_level and comparison.of_curves:
            most = " and ".join(("the best", "the second-best")[: len(comparison.families)])
            fitted = f"the best curves of {most} family, with their shapes fitted"
        elif not by_level:
            fitted += "; the three with the highest weight are in colour"
        lines = "Lines" if comparison.numeric else "Coloured marks"
        sentences.append(f"Right: {fitted}." if "predicted" in panels else f"{lines}: {fitted}.")
    if by_level:
        sentences.append(
            "Colours: levels of the other factor; grey: what is the same for all of them."
        )
    if not comparison.cells.empty:
        colour = "Points" if by_level else "Black"
        sentences.append(
            f"{colour}: means from the mixed model, without any prediction, with 95 % intervals."
        )
    return " ".join(sentences)


def _levels(comparison: ModelComparison) -> list[str]:
    """Return the levels of the other predictors, each with its own lines."""
    named = [*comparison.cells["others"], *comparison.lines["others"]]
    return [level for level in dict.fromkeys(named) if level]


def _x(comparison: ModelComparison, values: pd.Series) -> np.ndarray:
    """Return positions on the axis: the numbers, or the ranks of the levels."""
    if comparison.numeric:
        return values.to_numpy(dtype=float)
    levels = dict.fromkeys(map(str, comparison.cells["level"]))
    order = {level: place for place, level in enumerate(levels)}
    return np.array([order.get(str(value), np.nan) for value in values], dtype=float)


def _cells(axes: Axes, comparison: ModelComparison) -> None:
    cells, levels = comparison.cells, _levels(comparison)
    for others, own in cells.groupby("others", sort=False):
        at = levels.index(str(others)) if levels else 0
        colour = COLOURS[at % len(COLOURS)] if levels else INK
        x = _x(comparison, own["level"])
        if not comparison.numeric:
            x = x + OFFSET * (at - (len(levels) - 1) / 2) if levels else x
        axes.vlines(x, own["ci_low"], own["ci_high"], color=colour, linewidth=1.6, zorder=6)
        axes.plot(x, own["mean"], MARKERS[at % len(MARKERS)] if levels else "o", color=colour,
                  markersize=5.5, markeredgecolor="white", zorder=7,
                  label="_of a level" if levels else "cell means, 95 % interval")  # fmt: skip


def _drawn_as(comparison: ModelComparison, place: int, width: float) -> dict[str, Any]:
    """Return how the prediction at a place is drawn: as a line over numbers, as marks at categories."""
    if comparison.numeric:
        return {"linestyle": (SOLID, *DASHES)[place % (1 + len(DASHES))], "linewidth": width}
    mark = MARKS[place % len(MARKS)]
    size = 16 if mark == "_" else 7
    return {"linestyle": "", "marker": mark, "markersize": size, "markeredgewidth": width}


def _by_level(axes: Axes, lines: pd.DataFrame, comparison: ModelComparison, kind: str) -> None:
    """Draw a line for each level of the other predictors, in its colour; dashes show the curve."""
    levels = _levels(comparison)
    curves = list(dict.fromkeys(lines["curve"]))
    if kind == "fitted":
        curves = curves[:SHOWN_BY_LEVEL]
    for place, curve in enumerate(curves):
        own = lines[lines["curve"] == curve]
        for others, line in own.groupby("others", sort=False):
            colour, x = SOFT, _x(comparison, line["x"])
            if others:
                at = levels.index(str(others))
                colour = COLOURS[at % len(COLOURS)]
                x = x if comparison.numeric else x + OFFSET * (at - (len(levels) - 1) / 2)
            axes.plot(
                x, line["y"].astype(float), color=colour, zorder=5 - place * 0.3,
                label="_one of several", **_drawn_as(comparison, place, 1.9 if place == 0 else 1.4),
            )  # fmt: skip


def _handles(axes: Axes, comparison: ModelComparison, kind: str) -> list[Any]:
    """Return what the legend explains: all that has a label; the dashes of curves with a line for each level."""
    levels = _levels(comparison)
    if not levels:
        return axes.get_legend_handles_labels()[0]
    lines = comparison.lines[comparison.lines["kind"] == kind]
    named = []
    for place, (curve, own) in enumerate(lines.groupby("curve", sort=False)):
        if kind == "fitted" and place >= SHOWN_BY_LEVEL:
            break
        label = _label(str(curve), own, comparison, kind)
        named.append(Line2D([], [], color=INK, label=label, **_drawn_as(comparison, place, 1.6)))
    for at, others in enumerate(levels):
        look: Any = {"color": COLOURS[at % len(COLOURS)], "marker": MARKERS[at % len(MARKERS)]}
        named.append(Line2D([], [], linewidth=1.6, markersize=5.5, label=others, **look))
    return named


def _label(curve: str, own: pd.DataFrame, comparison: ModelComparison, kind: str) -> str:
    label = contrast_label(str(own["label"].iloc[0]))
    if kind == "predicted":
        return textwrap.fill(f"{curve}  {label}", 50)
    family = str(own["family"].iloc[0])
    if len(comparison.families) < 2:
        return textwrap.fill(label, 50)
    share = comparison.families.set_index("family")["weight_bic"][family]
    named = contrast_label(family_label(family))
    return textwrap.fill(f"{named}: weight {weight(float(share))}", 50)


def _predicted(axes: Axes, lines: pd.DataFrame, comparison: ModelComparison) -> None:
    for place, (curve, own) in enumerate(lines.groupby("curve", sort=False)):
        # Of lines, only those that are fitted are solid.
        look = _drawn_as(comparison, place + comparison.numeric, 1.9)
        axes.plot(
            _x(comparison, own["x"]), own["y"].astype(float), zorder=4,
            color=COLOURS[(place + 1) % len(COLOURS)],
            label=_label(str(curve), own, comparison, "predicted"), **look,
        )  # fmt: skip


def _fitted(axes: Axes, lines: pd.DataFrame, comparison: ModelComparison) -> None:
    for place, (curve, own) in enumerate(lines.groupby("curve", sort=False)):
        shown = place < SHOWN
        # At categorical levels, the families are drawn side by side, so that none hides another.
        offset = (
            0.0 if comparison.numeric else OFFSET * (place - (lines["curve"].nunique() - 1) / 2)
        )
        axes.plot(
            _x(comparison, own["x"]) + offset, own["y"].astype(float), zorder=5 - place * 0.3,
            color=COLOURS[(0, 2, 3)[place]] if shown else PALE,
            label=_label(str(curve), own, comparison, "fitted"),
            **_drawn_as(comparison, 0, 2.1 if shown else 1.1),
        )  # fmt: skip


def _axis(axes: Axes, comparison: ModelComparison, panels: int) -> None:
    cells = comparison.cells.drop_duplicates("level")
    name = comparison.predictor.replace("_", " ").replace(".", ": ")
    if not comparison.numeric:
        letters = min(24, LETTERS // (panels * max(len(cells), 1)))
        axes.set_xticks(range(len(cells)), [label_of(label, letters) for label in cells["label"]])
        axes.set_xlim(-0.4, len(cells) - 0.6)
        axes.set_xlabel(name)
        return
    places = cells["level"].to_numpy(dtype=float)
    logarithmic = len(places) > 1 and places.min() > 0 and places.max() / places.min() > 20
    if logarithmic and len(places) <= MOST_TICKS:
        axes.set_xscale("log")
        name += " (log-spaced)"
    if 0 < len(places) <= MOST_TICKS:
        axes.set_xticks(places, cells["label"], rotation=0)
        axes.set_xticks([], minor=True)
        axes.margins(x=0.08)
        # Smaller type if neighbouring labels would touch.
        longest = max(map(len, cells["label"]))
        axes.tick_params(axis="x", labelsize=7 if longest > 6 else 8)
    axes.set_xlabel(name)


def _limits(axes: Axes, comparison: ModelComparison, measure: MeasureInfo | None) -> None:
    """Set the limits of the response axis: from zero (or the lowest answer) to just above the data."""
    lines = comparison.lines["y"].astype(float)
    top = float(np.nanmax([comparison.cells["ci_high"].max(), lines.max()]))
    bottom = float(np.nanmin([comparison.cells["ci_low"].min(), lines.min()]))
    margin = 0.08 * (top - bottom or 1.0)
    floor = bottom - margin
    if measure is not None and np.isfinite(measure.low) and bottom - measure.low < top - bottom:
        floor = min(measure.low, bottom - margin)
    axes.set_ylim(floor, top + margin)
    if measure is not None and measure.prefix:
        axes.yaxis.set_major_formatter(lambda y, _: scale_value(y, measure.prefix))
    if floor <= 0 <= top:
        axes.axhline(0, color=PALE, linewidth=0.8, zorder=1)
