"""Figure of a predicted curve, with the sources of its parameters in the caption."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analysis.curves.catalogue.catalogue import get
from analysis.curves.catalogue.hypothesis import Hypothesis
from analysis.errors import AnalysisError
from experiments.numbers import scale_value

BLUE, ORANGE, GREEN, PURPLE = "#1f5c99", "#c8553d", "#3a7d44", "#6b4c9a"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE)
STYLES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (2, 2)), (0, (1, 3)))
INK, SOFT = "#222222", "#666666"


def draw(hypothesis: Hypothesis | str) -> Figure:
    """Draw one predicted curve at its default parameters.

    Parameters
    ----------
    hypothesis : Hypothesis or str
        The curve, or its id or name.

    Returns
    -------
    Figure
        The curve, and below it the claim, the evidence and the source of every parameter.

    Raises
    ------
    AnalysisError
        If there is no curve of this name.
    """
    chosen = get(hypothesis) if isinstance(hypothesis, str) else hypothesis
    caption = _caption(chosen)
    height = 4.4 + 0.19 * len(caption)
    figure = Figure(figsize=(8.2, height), facecolor="white")
    axes = figure.add_axes((0.115, 1 - 3.75 / height, 0.845, 3.1 / height))
    draw_on(axes, chosen)
    figure.text(
        0.03, 1 - 0.28 / height, f"{chosen.id}  {chosen.title}",
        fontsize=14, fontweight="bold", color=INK, va="center",
    )  # fmt: skip
    figure.text(
        0.97, 1 - 0.28 / height, f"{chosen.role} · evidence: {chosen.grade}",
        fontsize=10, color=SOFT, va="center", ha="right",
    )  # fmt: skip
    figure.text(
        0.03, 1 - 4.45 / height, "\n".join(caption), fontsize=9, color=INK, va="top",
        linespacing=1.35,
    )  # fmt: skip
    return figure


FILES = (".png", ".pdf", ".svg")
"""File formats for a curve."""


def save(hypothesis: Hypothesis, file: Path) -> None:
    """Draw a curve to a file.

    Raises
    ------
    AnalysisError
        If the file format is not available, or the file cannot be written.
    """
    if file.suffix.lower() not in FILES:
        raise AnalysisError(
            f"A curve cannot be saved as {file.suffix or 'a file without an extension'} ({file}).",
            f"Give a file that ends in {', '.join(FILES)}.",
        )
    try:
        draw(hypothesis).savefig(file, dpi=150)
    except OSError as error:
        raise AnalysisError(
            f"{file} cannot be written ({error.strerror or error}).",
            "Choose another file with --to.",
        ) from error


def draw_on(axes: Axes, hypothesis: Hypothesis) -> None:
    """Draw the curve at its defaults on given axes, one line per level of the other columns."""
    example, follow = hypothesis.example, _functions_of_axis(hypothesis)
    others = [c for c in hypothesis.reads
              if c != hypothesis.axis and c in example and c not in follow]  # fmt: skip
    table = zip(*(np.asarray(example[c]).tolist() for c in others), strict=True)
    for number, row in enumerate(dict.fromkeys(table) if others else [()]):
        levels = dict(zip(others, row, strict=True))
        style = {
            "label": ", ".join(hypothesis.column(c).label_of(c, v) for c, v in levels.items())
            or None,
            "color": COLOURS[number % len(COLOURS)],
            # Later lines are dashed, so that an earlier line is visible where the two coincide.
            "linestyle": STYLES[number % len(STYLES)],
        }
        _draw_line(axes, hypothesis, levels, follow, style)
    _format_axes(axes, hypothesis)


def _functions_of_axis(hypothesis: Hypothesis) -> list[str]:
    """Return the columns that depend on the axis in the example, as efficacy on the number of victims."""
    along = np.asarray(hypothesis.example[hypothesis.axis])
    if len(np.unique(along)) < len(along) or along.dtype.kind == "U":
        return []
    return [name for name in hypothesis.requires if name != hypothesis.axis]


def _draw_line(
    axes: Axes, hypothesis: Hypothesis, levels: dict[str, Any], follow: list[str], style: Any
) -> None:
    example, axis = hypothesis.example, hypothesis.axis
    column = hypothesis.column(axis)
    scale = np.log if column.logarithmic else np.asarray

    def mean(x: NDArray[Any]) -> NDArray[Any]:
        held = {c: np.full(x.shape, v) for c, v in levels.items()}
        between = {c: np.interp(scale(x), scale(example[axis]), example[c]) for c in follow}
        return hypothesis.predict({axis: x, **held, **between})

    at = np.array(list(dict.fromkeys(np.asarray(example[axis]).tolist())))
    if column.drawn is None:
        axes.plot(range(len(at)), mean(at), marker="o", markersize=8, linewidth=1.5,
                  markeredgecolor="white", **style)  # fmt: skip
        axes.set_xticks(range(len(at)), [column.label_of(axis, v) for v in at.tolist()])
        axes.set_xlim(-0.4, len(at) - 0.6)
        return
    axes.plot(column.drawn, mean(column.drawn), linewidth=2, **style)
    if column.marked:
        axes.plot(at, mean(at), "o", color=style["color"], markersize=6, markeredgecolor="white")


def _format_axes(axes: Axes, hypothesis: Hypothesis) -> None:
    column, unit = hypothesis.column(hypothesis.axis), hypothesis.linear[0].unit
    axes.set_xlabel(column.label or hypothesis.axis, color=INK)
    axes.set_ylabel(f"Predicted mean response{' (SD)' if unit == 'SD' else ''}", color=INK)
    if column.logarithmic:
        at = np.unique(np.asarray(hypothesis.example[hypothesis.axis]))
        axes.set_xscale("log")
        axes.set_xticks(at, [scale_value(v) for v in at])
        axes.set_xticks([], minor=True)
    low, high = axes.get_ylim()
    if not unit and low >= -0.1 and high <= 1.1:
        axes.set_ylim(-0.03, 1.08)
    elif high - low < 0.15:
        axes.set_ylim(low - 0.2, high + 0.2)
    axes.grid(axis="y", color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(frameon=False, fontsize=9)


def _caption(hypothesis: Hypothesis) -> list[str]:
    parts = (
        f"Claim: {hypothesis.claim}",
        f"Equation: {hypothesis.equation}",
        f"Source: {hypothesis.citation}",
        f"Evidence: {hypothesis.evidence}",
        "Drawn with",
        *(f"   {p.caption}" for p in hypothesis.parameters),
    )
    lines = [
        line for part in parts for line in textwrap.wrap(part, 108, subsequent_indent="      ")
    ]
    # A dollar sign would start a formula in the figure.
    return [line.replace("$", r"\$") for line in lines]
