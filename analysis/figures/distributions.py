"""Figure of the distribution of answers in each condition; for donations, the spikes at nothing, half and all are marked."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from analysis.figures.plate import Plate
from analysis.planned.results import MeasureInfo, ModeResults
from analysis.showing.style import BLUE, INK, SOFT, VERMILION, Stamp, drawn, dress, new_figure
from experiments.numbers import count, percent, scale_value, significant

PER_ROW = 3
SMALL_PER_ROW = 6
MOST_VALUES = 24
"""Largest number of possible values with a bar for each; more values are binned."""
BINS = 20


@drawn
def distributions(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw one figure per measure, with a panel per condition: the share of answers at each value."""
    return [_plate(result, measure, stamp) for measure in result.measures]


def _plate(result: ModeResults, measure: MeasureInfo, stamp: Stamp) -> Plate:
    levels = levels_of(result, measure)
    caption = "Proportion of answers at each value"
    caption += ", one panel per condition." if len(levels) > 1 else "."
    if measure.gift:
        caption += (
            " Orange: nothing, half and all, the most common gifts; a mean alone would hide this."
        )
    return Plate(
        f"distribution_{measure.name}",
        f"How the answers are distributed: {measure.title}",
        caption,
        _draw(result, measure, levels, stamp),
        further=not measure.outcome,
    )


def levels_of(result: ModeResults, measure: MeasureInfo) -> list[str]:
    """Return the words of the conditions in which a measure was asked, in order."""
    return list(result.cells.loc[result.cells["measure"] == measure.name, "level"])


def _draw(result: ModeResults, measure: MeasureInfo, levels: list[str], stamp: Stamp) -> Figure:
    """Draw one panel per condition; those of measures that are not the outcome are small."""
    small = not measure.outcome
    values = result.values[result.values["measure"] == measure.name]
    columns = _columns(result, measure, SMALL_PER_ROW if small else PER_ROW)
    rows = -(-len(levels) // columns)
    # Long names of conditions take several lines.
    titles = [_title(result, level, small, columns) for level in levels]
    lines = max(title.count("\n") for title in titles)
    height = (0.65 + 1.3 * rows if small else 0.55 + 1.6 * rows) + 0.15 * lines * rows
    figure = new_figure(height, stamp)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    centres, width = _places(values["value"].to_numpy(dtype=float), measure)
    counted = {level: _counts(values[values["level"] == level], centres, width) for level in levels}
    highest = max((c.max() / c.sum() for c in counted.values() if c.sum()), default=1.0)
    for place, (level, title) in enumerate(zip(levels, titles, strict=True)):
        axes = panels[place // columns][place % columns]
        counts = counted[level]
        n = int(counts.sum())
        axes.set_title(title, loc="left", fontsize=7.5 if small else 8.5, pad=4)
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
            1.0, 0.99, f"n = {count(n)}", transform=axes.transAxes,
            fontsize=6.5, color=SOFT, ha="right", va="top",
        )  # fmt: skip
        for i in spikes:
            if share[i] > 0 and not small:
                axes.text(centres[i], share[i] + 0.015 * highest, percent(share[i], 0), ha="center",
                          va="bottom", fontsize=7, color=INK)  # fmt: skip
        axes.set_ylim(0, highest * (1.3 if spikes and not small else 1.18))
    for axes in panels.flat[len(levels) :]:
        axes.set_axis_off()
    _label(panels, measure, centres, width, small)
    return figure


def _columns(result: ModeResults, measure: MeasureInfo, most: int) -> int:
    """Return the number of panels in a row: with two factors, those of a level of the first."""
    cells = result.cells[result.cells["measure"] == measure.name]
    others = cells["others"].nunique()
    return others if 1 < others <= most and len(cells) > most else min(len(cells), most)


def _title(result: ModeResults, level: str, small: bool, columns: int) -> str:
    if level[0].isdigit() and not small and len(result.factors) == 1:
        level = f"{result.factors[0].replace('_', ' ')} {level}"
    return textwrap.fill(level, max(12, (92 if small else 80) // columns))


def _places(values: np.ndarray, measure: MeasureInfo) -> tuple[np.ndarray, float]:
    """Return the centres of the bars and their width: each possible value, or bins of equal width."""
    low, high = span_of(measure, values)
    if high <= low:
        return np.array([low]), 1.0
    # Of values without a known step, whole numbers have a step of 1, and others are binned.
    whole = bool((np.round(values) == values).all())
    step = measure.step if measure.step > 0 else 1.0 if whole else (high - low) / (MOST_VALUES + 1)
    steps = round((high - low) / step)
    if steps <= MOST_VALUES:
        return low + step * np.arange(steps + 1), step
    width = (high - low) / BINS
    return low + width * (np.arange(BINS) + 0.5), width


def span_of(measure: MeasureInfo, values: ArrayLike) -> tuple[float, float]:
    """Return the ends of a measure's scale, or the lowest and highest value of one without ends."""
    found = np.asarray(values, dtype=float)
    low = measure.low if np.isfinite(measure.low) else float(found.min(initial=np.inf))
    high = measure.high if np.isfinite(measure.high) else float(found.max(initial=-np.inf))
    return low, high


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
    between = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    ticks = ends if np.isfinite(ends[1]) else [each for each in between if low <= each <= high]
    for axes in panels.flat:
        axes.set_xlim(low - 0.2 * width, high + 0.2 * width)
        axes.set_xticks(ticks, [scale_value(t, measure.prefix) for t in ticks])
        axes.yaxis.set_major_formatter(lambda y, _: f"{significant(100 * y)}%")
    for row in panels:
        row[0].set_ylabel(
            "proportion\nof answers" if small else "proportion of answers", fontsize=8
        )
    for axes in panels[-1]:
        if small:
            axes.tick_params(axis="x", labelsize=6.5)
        else:
            unit = f" ({measure.unit})" if measure.unit and not measure.prefix else ""
            axes.set_xlabel(f"{measure.title}{unit}", fontsize=8)
