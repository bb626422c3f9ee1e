"""Plots for all kinds of results, in the style of the report's figures: intervals, means, curves, bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.showing.style import BLUE, COLOURS, INK, PALE, SETTINGS, SOFT, drawn, dress, wrapped

WIDTH = 6.4
"""Width of new axes in inches."""
LETTERS = 80
"""Letters of the size of tick labels that fit into this width."""
MARGIN = 32
"""Letters of a label to the left of the axes, after which it is continued on another line."""


def axes_of(axes: Axes | None, height: float) -> Axes:
    """Return the axes given, or new ones, which a notebook displays automatically."""
    if axes is not None:
        return axes
    # Slow to import, and not needed unless a plot is drawn.
    from matplotlib import pyplot

    with mpl.rc_context(SETTINGS):
        _, new = pyplot.subplots(figsize=(WIDTH, height), layout="constrained")
    return new


@drawn
def intervals(
    axes: Axes | None, labels: Sequence[str], table: pd.DataFrame, across: str, zero: bool = True
) -> Axes:
    """Draw estimates with their intervals, one row for each, the first at the top.

    Parameters
    ----------
    table
        With columns estimate, ci_low, ci_high.
    across
        Label of the axis.
    zero
        Whether a line marks zero.
    """
    axes = axes_of(axes, 0.9 + 0.3 * len(labels))
    places = np.arange(len(labels))[::-1]
    if zero:
        axes.axvline(0, color=SOFT, linewidth=0.9, linestyle=(0, (4, 2)))
    axes.hlines(places, table["ci_low"], table["ci_high"], color=BLUE, linewidth=2.2)
    axes.plot(table["estimate"], places, "o", color=BLUE, markersize=6, markeredgecolor="white")
    axes.set_yticks(places, [wrapped(label, MARGIN) for label in labels])
    axes.set_ylim(-0.6, len(labels) - 0.4)
    axes.set_xlabel(across)
    dress(axes, grid="x")
    return axes


@drawn
def means_plot(
    axes: Axes | None, table: pd.DataFrame, by: Sequence[str], up: str, low: str, high: str
) -> Axes:
    """Draw means with their intervals: the first factor along the axis, a colour for each level of the others.

    Means of categories are not joined by lines.

    Parameters
    ----------
    table
        The columns ``by``, the means in ``up``, their intervals in ``low`` and ``high``.
    """
    axes = axes_of(axes, 3.4)
    along, *others = by
    levels = list(dict.fromkeys(table[along]))
    lines = [("", table)] if not others else table.groupby(list(others), sort=False, observed=True)
    for number, (name, own) in enumerate(lines):
        shift = 0.06 * (number - (len(table) / len(levels) - 1) / 2)
        places = np.array([levels.index(level) for level in own[along]]) + shift
        style: dict[str, Any] = {"color": COLOURS[number % len(COLOURS)]}
        axes.vlines(places, own[low], own[high], linewidth=2.0, **style)
        label = ", ".join(map(str, name if isinstance(name, tuple) else (name,)))
        axes.plot(places, own[up], "o", markersize=6, markeredgecolor="white", label=label, **style)
    most = LETTERS / len(levels)
    axes.set_xticks(range(len(levels)), [wrapped(str(level), most) for level in levels])
    axes.set_xlim(-0.5, len(levels) - 0.5)
    axes.set_xlabel(along)
    if others:
        axes.legend(title=", ".join(others))
    dress(axes)
    return axes


@drawn
def curves_plot(
    axes: Axes | None, labels: Sequence[str], cells: pd.DataFrame, lines: Mapping[str, Any]
) -> Axes:
    """Draw the means of cells with their intervals, and lines through the cells.

    Parameters
    ----------
    labels
        Name of each cell.
    cells
        With columns mean, ci_low, ci_high.
    lines
        Name of each line -> its height at each cell.
    """
    axes = axes_of(axes, 3.8)
    places = np.arange(len(labels))
    for number, (name, heights) in enumerate(lines.items()):
        axes.plot(places, heights, color=COLOURS[number % len(COLOURS)], linewidth=1.6, label=name)
    axes.vlines(places, cells["ci_low"], cells["ci_high"], color=INK, linewidth=1.4)
    axes.plot(places, cells["mean"], "o", color=INK, markersize=5, markeredgecolor="white")
    axes.set_xticks(places, [wrapped(label, LETTERS / len(labels)) for label in labels])
    axes.set_xlim(-0.5, len(labels) - 0.5)
    axes.legend(fontsize=7)
    dress(axes)
    return axes


@drawn
def lines_plot(axes: Axes | None, lines: Mapping[str, tuple[Any, Any]]) -> Axes:
    """Draw lines through points: name -> their x and y."""
    axes = axes_of(axes, 3.4)
    for number, (name, (x, y)) in enumerate(lines.items()):
        axes.plot(x, y, "-o", color=COLOURS[number % len(COLOURS)], markersize=4, label=name)
    axes.legend(fontsize=7)
    dress(axes)
    return axes


@drawn
def bars(axes: Axes | None, labels: Sequence[str], lengths: Sequence[float], across: str) -> Axes:
    """Draw one bar for each label, the first at the top."""
    axes = axes_of(axes, 0.9 + 0.3 * len(labels))
    places = np.arange(len(labels))[::-1]
    axes.barh(places, np.asarray(lengths, dtype=float), 0.62, color=PALE, linewidth=0)
    axes.set_yticks(places, [wrapped(label, MARGIN) for label in labels])
    axes.set_xlabel(across)
    dress(axes, grid="x")
    return axes
