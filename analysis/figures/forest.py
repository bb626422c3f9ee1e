"""Forest plot of all planned contrasts in standard deviations, with the equivalence region."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from analysis.figures.plate import Plate
from analysis.planned.claimed import finding
from analysis.planned.results import ModeResults
from analysis.showing.style import BLUE, GREEN, SOFT, Stamp, drawn, dress, new_figure
from experiments.numbers import estimate

CUT = 2.6
"""SDs at which an interval is cut, with an arrow, so that small effects remain readable."""
LETTERS = 42
"""Longest line of a contrast's label."""
NAMES, LEFT, NUMBERS, VERDICTS = 0.01, 0.315, 0.66, 0.845
"""Positions of the columns of the figure, as proportions of its width."""


@drawn
def forest(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw one line per contrast: estimate, 95 % interval (thin), interval of the equivalence test (thick)."""
    if not result.contrasts["d"].notna().any():
        return []
    table = shown(result.contrasts)
    lines = _lines(table)
    places = _places(lines)
    depth = places[-1] + _lines_of(lines[-1]) - 1
    height = 1.15 + 0.255 * (depth + 1)
    figure = new_figure(height, stamp)
    axes = figure.subplots()
    limits = _limits(table)
    _band(axes, lines, places)
    for place, (kind, row) in zip(places, lines, strict=True):
        if kind == "model":
            _write(axes, NAMES, -place, str(row["model"]), fontsize=8, weight="bold")
            _write(axes, NUMBERS, -place, str(row["role"]), fontsize=7, color=SOFT)
        else:
            _one(axes, row, -place, limits)
    axes.axvline(0, color=SOFT, linewidth=0.9, ymax=1)
    axes.set_xlim(*limits)
    axes.set_ylim(-depth - 0.6, 0.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("difference in SDs of the answers")
    dress(axes, grid="x")
    # Space next to the axes for names and verdicts, as the layout engine ignores text outside them.
    figure.set_layout_engine("none")
    axes.set_position((LEFT, 0.75 / height, NUMBERS - LEFT - 0.02, 1 - 0.95 / height))
    caption = "Differences in standard deviations of the answers."
    for why, own in table[table["failed"] != ""].groupby("failed", sort=False):
        names = "; ".join(f"{row['model']}, {_name(row)}" for _, row in own.iterrows())
        caption += f" Could not be estimated: {names}. {why}"
    if not table["sesoi"].notna().any():
        caption += " Line: 95 % interval."
        return [Plate("forest", "Planned contrasts", caption, figure)]
    caption += (
        " Thin line: 95 % interval (does it exclude zero?); thick line: 90 % interval (does it lie within the"
        " green band? then the effect is too small to matter). Verdicts on the right: after Holm's correction, where the"
        " table has a corrected p."
    )
    title = "Planned contrasts against the smallest effect of interest"
    return [Plate("forest", title, caption, figure)]


def shown(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Return the contrasts that can be shown in SDs, or that could not be estimated."""
    return contrasts[contrasts["d"].notna() | (contrasts["failed"] != "")]


def _lines(table: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    lines: list[tuple[str, pd.Series]] = []
    for _, own in table.groupby("model", sort=False):
        lines.append(("model", own.iloc[0]))
        lines += [("contrast", row) for _, row in own.iterrows()]
    return lines


def _name(row: pd.Series) -> str:
    part = f" ({row['part']})" if row["part"] else ""
    return str(row["label"]) + part


def _label(row: pd.Series) -> str:
    return textwrap.fill(_name(row), LETTERS)


def _lines_of(line: tuple[str, pd.Series]) -> float:
    """Return the height of a line of the figure, in lines of text and the distance between contrasts."""
    kind, row = line
    return 1.0 if kind == "model" else 1.0 + 0.52 * _label(row).count("\n")


def _places(lines: list[tuple[str, pd.Series]]) -> list[float]:
    """Return the position of the first line of text of each line, downwards from 0."""
    return [sum(map(_lines_of, lines[:at])) for at in range(len(lines))]


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    """Return the limits of the axis, which include the equivalence region, all intervals (up to ``CUT``) and zero."""
    sesoi = (table["sesoi"] / table["sd"]).to_numpy(dtype=float)
    bound = float(np.nanmax(sesoi)) if np.isfinite(sesoi).any() else 0.2
    low, high = table["d_low"].min(), table["d_high"].max()
    left = max(min(1.12 * (low if np.isfinite(low) else 0.0), -1.7 * bound), -CUT)
    right = min(max(1.12 * (high if np.isfinite(high) else 0.0), 1.7 * bound), CUT)
    return left, right


def _band(axes: Axes, lines: list[tuple[str, pd.Series]], places: list[float]) -> None:
    """Shade the equivalence region behind each contrast; in SDs, a bound in raw units differs between measures."""
    bound = np.nan
    for at, (kind, row) in enumerate(lines):
        own = row["sesoi"] / row["sd"] if kind == "contrast" else np.nan
        # A heading has the region of the contrast below it, so that there are no gaps.
        if kind == "model" and at + 1 < len(lines):
            following = lines[at + 1][1]
            own = following["sesoi"] / following["sd"]
        bound = own if np.isfinite(own) else bound
        if np.isfinite(bound):
            top = -places[at] + 0.5
            axes.fill_between([-bound, bound], top - _lines_of(lines[at]), top, color=GREEN, alpha=0.13,
                              linewidth=0, zorder=0)  # fmt: skip
    if np.isfinite(bound):
        axes.text(0, 0.75, "too small to matter", fontsize=6.8, color="#00714f", ha="center",
                  va="bottom", clip_on=False)  # fmt: skip


def _one(axes: Axes, row: pd.Series, y: float, limits: tuple[float, float]) -> None:
    label = _label(row)
    # The rest of the line is beside the middle of its label.
    middle = y - 0.26 * label.count("\n")
    _write(axes, NAMES + 0.015, middle, label, fontsize=7.6, linespacing=1.05)
    y = middle
    if not np.isfinite(row["d"]):
        axes.text(0, y, "could not be estimated", fontsize=7, color=SOFT, ha="center", va="center",
                  style="italic")  # fmt: skip
        return
    left, right = limits
    low, high = max(row["d_low"], left), min(row["d_high"], right)
    axes.plot([low, high], [y, y], color=BLUE, linewidth=1.1, zorder=3, solid_capstyle="butt")
    if np.isfinite(row["tost_low"]):
        inner = np.clip([row["tost_low"] / row["sd"], row["tost_high"] / row["sd"]], left, right)
        axes.plot(
            inner, [y, y], color=BLUE, linewidth=3.4, alpha=0.45, zorder=3, solid_capstyle="butt"
        )
    if left <= row["d"] <= right:
        axes.plot(row["d"], y, "o", color=BLUE, markersize=5.2, markeredgecolor="white", zorder=5)
    for end, mark, cut in (
        (right, ">", row["d_high"] > right),
        (left, "<", row["d_low"] < left),
    ):
        if cut:
            axes.plot(end, y, mark, color=BLUE, markersize=4.5, clip_on=False, zorder=5)
    numbers = f"{estimate(row['d'], 2)} [{estimate(row['d_low'], 2)}, {estimate(row['d_high'], 2)}]"
    _write(axes, NUMBERS, y, numbers, fontsize=7.2)
    _write(axes, VERDICTS, y, finding(row.to_dict()), fontsize=7, color=SOFT)


def _write(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write text next to the axes: x as a proportion of the width of the figure, y on the axis."""
    figure = axes.get_figure()
    assert figure is not None
    place = blended_transform_factory(figure.transFigure, axes.transData)
    axes.text(x, y, text, transform=place, va="center", clip_on=False, **style)
