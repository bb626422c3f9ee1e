"""Figure of means with 95 % intervals (participants are the units), drawn over the answers as pale dots."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.distributions import BINS, MOST_VALUES
from analysis.figures.plate import Plate
from analysis.planned.results import MeasureInfo, ModeResults
from analysis.showing.style import BLUE, INK, PALE, SOFT, Stamp, drawn, dress, new_figure
from experiments.numbers import estimate, scale_value


@drawn
def means(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw one panel per measure."""
    chosen = result.measures
    if not chosen:
        return []
    columns = min(len(chosen), 2)
    rows = -(-len(chosen) // columns)
    figure = new_figure(0.4 + 2.0 * rows, stamp)
    panels = figure.subplots(rows, columns, squeeze=False)
    for axes, measure in zip(panels.flat, chosen, strict=False):
        _panel(axes, result, measure)
    for axes in panels.flat[len(chosen) :]:
        axes.set_axis_off()
    caption = (
        "Mean over participants (each counted once) with its 95 % interval. Grey dots: single answers; larger"
        " dots are more frequent answers."
    )
    return [Plate("means", "Means with intervals", caption, figure)]


def _panel(axes: Axes, result: ModeResults, measure: MeasureInfo) -> None:
    cells = result.cells[result.cells["measure"] == measure.name].set_index("level")
    values = result.values[result.values["measure"] == measure.name]
    places = list(range(len(result.levels)))
    _answers(axes, values, list(result.levels), measure)
    for place, level in zip(places, result.levels, strict=True):
        if level not in cells.index or not cells.loc[level, "n"]:
            axes.text(place, 0.5, "no\nanswers", transform=axes.get_xaxis_transform(), ha="center",
                      va="center", fontsize=7, color=SOFT)  # fmt: skip
    with_answers = [
        p for p, level in zip(places, result.levels, strict=True)
        if level in cells.index and cells.loc[level, "n"]
    ]  # fmt: skip
    own = cells.loc[[result.levels[p] for p in with_answers]]
    axes.plot(with_answers, own["mean"], color=BLUE, linewidth=1.0, alpha=0.5, zorder=3)
    for p, (_, row) in zip(with_answers, own.iterrows(), strict=True):
        if np.isfinite(row["ci_low"]):
            axes.plot([p, p], [row["ci_low"], row["ci_high"]], color=BLUE, linewidth=2.2, zorder=4,
                      solid_capstyle="round")  # fmt: skip
        axes.plot(p, row["mean"], "o", color=BLUE, markersize=6, markeredgecolor="white", zorder=5)
        axes.annotate(
            estimate(row["mean"], 2 if measure.high - measure.low < 50 else 0),
            (p, row["mean"]), (6, 5), textcoords="offset points", fontsize=7, color=INK, zorder=6,
        )  # fmt: skip
    axes.set_title(measure.title, loc="left")
    axes.set_xticks(places, [label_of(level) for level in result.levels])
    axes.set_xlim(-0.5, len(places) - 0.5)
    if np.isfinite(measure.low):
        margin = 0.05 * (measure.high - measure.low)
        axes.set_ylim(measure.low - margin, measure.high + margin)
    if measure.prefix:
        axes.yaxis.set_major_formatter(lambda y, _: scale_value(y, measure.prefix))
    dress(axes)


def label_of(level: str) -> str:
    """Return the label of a level for an axis: long names on two lines."""
    if len(level) <= 11 or " " not in level:
        return level
    parts = level.split()
    half = len(parts) // 2 or 1
    return " ".join(parts[:half]) + "\n" + " ".join(parts[half:])


def _answers(axes: Axes, values: pd.DataFrame, levels: list[str], measure: MeasureInfo) -> None:
    """Draw every observed value as a dot whose area is the proportion of answers at the level with this value."""
    if values.empty:
        return
    at = values["value"].to_numpy(dtype=float)
    if len(np.unique(at)) > MOST_VALUES:
        width = (measure.high - measure.low) / BINS
        at = measure.low + width * np.round((at - measure.low) / width)
    dots = values.assign(at=at).groupby(["level", "at"], as_index=False)["count"].sum()
    x = dots["level"].map({level: place for place, level in enumerate(levels)})
    share = (dots["count"] / dots.groupby("level")["count"].transform("sum")).to_numpy(dtype=float)
    axes.scatter(x, dots["at"], s=2 + 260 * share, color=PALE, alpha=0.55, linewidth=0, zorder=2)
