"""Figure of the distribution of answers at each level; for donations, the spikes at nothing, half and all are marked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.figures.plate import Plate
from analysis.planned.results import MeasureInfo, ModeResults
from analysis.showing.style import BLUE, INK, SOFT, VERMILION, Stamp, drawn, dress, new_figure
from experiments.numbers import count, percent, scale_value, significant

PER_ROW = 3
MOST_VALUES = 24
"""Largest number of possible values with a bar for each; more values are binned."""
BINS = 20


@drawn
def distributions(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw one figure per measure, with a panel per level: the share of answers at each value."""
    return [_plate(result, measure, stamp) for measure in result.measures]


def _plate(result: ModeResults, measure: MeasureInfo, stamp: Stamp) -> Plate:
    caption = f"Proportion of answers at each value, one panel per level of '{result.comparison.predictor}'."
    if measure.gift:
        caption += (
            " Orange: nothing, half and all, the most common gifts; a mean alone would hide this."
        )
    return Plate(
        f"distribution_{measure.name}",
        f"How the answers are distributed: {measure.title}",
        caption,
        _draw(result, measure, stamp),
        further=measure.name != result.comparison.outcome,
    )


def _draw(result: ModeResults, measure: MeasureInfo, stamp: Stamp) -> Figure:
    """Draw one panel per level; those of measures that are not the outcome are small, and all in one row."""
    small = not measure.outcome
    values = result.values[result.values["measure"] == measure.name]
    levels = list(result.levels)
    columns = len(levels) if small or len(levels) <= PER_ROW else PER_ROW
    rows = -(-len(levels) // columns)
    height = 1.95 if small else 0.55 + 1.6 * rows
    figure = new_figure(height, stamp)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    centres, width = _places(values["value"].to_numpy(dtype=float), measure)
    counted = {level: _counts(values[values["level"] == level], centres, width) for level in levels}
    highest = max((c.max() / c.sum() for c in counted.values() if c.sum()), default=1.0)
    for place, level in enumerate(levels):
        axes = panels[place // columns][place % columns]
        counts = counted[level]
        n = int(counts.sum())
        title = (
            f"{result.comparison.predictor} {level}" if level[0].isdigit() and not small else level
        )
        axes.set_title(title, loc="left", fontsize=8 if small else 9, pad=4)
        dress(axes)
        if not n:
            axes.text(0.5, 0.5, "no answers", transform=axes.transAxes, ha="center", color=SOFT)
            continue
        share = counts / n
        spikes = _spikes(measure, centres)
        axes.bar(
            centres, share, width * 0.86, linewidth=0,
            color=[VERMILION if i in spikes else BLUE for i in range(len(centres))],
        )  # fmt: skip
        axes.text(
            1.0, 1.02, count(n) if small else count(n, "answer", "answers"), transform=axes.transAxes,
            fontsize=6.5, color=SOFT, ha="right", va="bottom",
        )  # fmt: skip
        for i in spikes:
            if share[i] > 0 and not small:
                axes.text(centres[i], share[i] + 0.015 * highest, percent(share[i], 0), ha="center",
                          va="bottom", fontsize=7, color=INK)  # fmt: skip
        axes.set_ylim(0, highest * (1.14 if spikes and not small else 1.05))
    for axes in panels.flat[len(levels) :]:
        axes.set_axis_off()
    _label(panels, measure, centres, width, small)
    return figure


def _places(values: np.ndarray, measure: MeasureInfo) -> tuple[np.ndarray, float]:
    """Return the centres of the bars and their width: each possible value, or bins of equal width."""
    low = measure.low if np.isfinite(measure.low) else float(values.min())
    high = measure.high if np.isfinite(measure.high) else float(values.max())
    step = measure.step if measure.step > 0 else 1.0
    if high <= low:
        return np.array([low]), 1.0
    steps = round((high - low) / step)
    if steps <= MOST_VALUES:
        return low + step * np.arange(steps + 1), step
    width = (high - low) / BINS
    return low + width * (np.arange(BINS) + 0.5), width


def _counts(values: pd.DataFrame, centres: np.ndarray, width: float) -> np.ndarray:
    edges = np.append(centres - width / 2, centres[-1] + width / 2 + 1e-9)
    counts, _ = np.histogram(
        values["value"].to_numpy(dtype=float), edges, weights=values["count"].to_numpy(dtype=float)
    )
    return np.asarray(counts, dtype=float)


def _spikes(measure: MeasureInfo, centres: np.ndarray) -> list[int]:
    """Return the bars for nothing, half and all, where donations cluster (Bergh & Reinstein 2020 [V])."""
    if not measure.gift:
        return []
    wanted = (measure.low, (measure.low + measure.high) / 2, measure.high)
    return [i for i, c in enumerate(centres) if any(abs(c - w) < 1e-9 for w in wanted)]


def _label(
    panels: np.ndarray, measure: MeasureInfo, centres: np.ndarray, width: float, small: bool
) -> None:
    low, high = centres[0] - width / 2, centres[-1] + width / 2
    ends = [measure.low, (measure.low + measure.high) / 2, measure.high]
    ticks = ends if np.isfinite(measure.low) else [centres[0], centres[-1]]
    for axes in panels.flat:
        axes.set_xlim(low - 0.2 * width, high + 0.2 * width)
        axes.set_xticks(ticks, [scale_value(t, measure.prefix) for t in ticks])
        axes.yaxis.set_major_formatter(lambda y, _: f"{significant(100 * y)}%")
    for row in panels:
        row[0].set_ylabel("proportion of answers", fontsize=8)
    for axes in panels[-1]:
        if small:
            axes.tick_params(axis="x", labelsize=6.5)
        else:
            unit = f" ({measure.unit})" if measure.unit and not measure.prefix else ""
            axes.set_xlabel(f"{measure.title}{unit}", fontsize=8)
