"""Figures of a power analysis: power by sample size and by effect size, model recovery and parameter recovery."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.power.model_recovery import verdicts_in
from analysis.power.result import Power
from experiments.numbers import count, estimate, proportion, scale_value

INK, FAINT, MARK = "#222222", "#9a9a9a", "#b3261e"
EFFECTS = ("#9ecae1", "#4292c6", "#2171b5", "#08519c", "#08306b")
ACROSS = 3
"""Panels per row."""


def draw_all(power: Power, folder: Path) -> list[str]:
    """Draw all figures for which there are data, as PNG and SVG; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    style: dict[Any, Any] = {"font.size": 9, "font.family": "DejaVu Sans", "svg.hashsalt": "power"}
    for draw, needed in (
        (power_by_size, "power"),
        (power_by_effect, "curves"),
        (recovery, "recovery"),
        (recovery_parameters, "recovery_parameters"),
    ):
        table = power.tables.get(needed)
        if table is None or table.empty:
            continue
        with mpl.rc_context({**style, "axes.edgecolor": FAINT}):
            figure, name = draw(power), draw.__name__
            figure.savefig(folder / f"{name}.png", dpi=150)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
        names.append(name)
    return names


def power_by_size(power: Power) -> Figure:
    """Draw the power of each test by the number of participants, one line per effect."""
    table = power.tables["power"]
    figure, panels = _panels(
        power, list(dict.fromkeys(table["test"])), "Power by number of participants"
    )
    effects = sorted(d for d in table["d"].unique() if d > 0)
    for test, panel in panels.items():
        own = table[table["test"] == test]
        for i, d in enumerate(effects):
            line, strong = own[own["d"] == d].sort_values("per_cell"), d == power.tests[test].effect
            colour = EFFECTS[min(i * len(EFFECTS) // max(len(effects), 1), len(EFFECTS) - 1)]
            label = f"d = {estimate(d, 2)}"
            _line(panel, line, "per_cell", "power", colour, label, lw=2.4 if strong else 1.3)
        none = own[own["d"] == 0].sort_values("per_cell")
        dashed: dict[str, Any] = {"lw": 1.2, "ls": (0, (4, 2))}
        _line(panel, none, "per_cell", "power", MARK, "d = 0: type I error", band=0.15, **dashed)
        _targets(panel, power)
        panel.axvline(power.planned, color=INK, lw=0.8, ls=":")
        panel.set_xscale("log")
        sizes = sorted(own["per_cell"].unique())
        panel.set_xticks(sizes, [count(n) for n in sizes], rotation=45)
        panel.minorticks_off()
        panel.set_xlabel("participants per cell (dotted: planned)")
    _legend(figure, next(iter(panels.values())))
    return figure


def power_by_effect(power: Power) -> Figure:
    """Draw the power of each test and of its equivalence test at the planned size, by effect."""
    table = power.tables["curves"]
    title = f"Power and equivalence by effect, {count(power.planned)} per cell"
    figure, panels = _panels(power, list(dict.fromkeys(table["test"])), title)
    for test, panel in panels.items():
        own, smallest = table[table["test"] == test], power.tests[test].smallest
        _line(panel, own, "d", "power", EFFECTS[2], "shows a difference", lw=1.8)
        if smallest is not None:
            below = "shows an effect below the smallest of interest"
            _line(panel, own, "d", "equivalence", "#5d8a3a", below, lw=1.8)
            panel.axvline(smallest, color=INK, lw=0.8, ls=":")
            place = (smallest + 0.012, 0.5)
            panel.text(*place, "smallest", rotation=90, va="center", fontsize=7, color=INK)
        _targets(panel, power)
        panel.set_xlim(0, min(float(own["d"].max()), max(1.0, 3 * power.tests[test].effect)))
        panel.set_xlabel("true effect d (SD)")
    _legend(figure, next(iter(panels.values())))
    return figure


def _line(
    panel: Axes,
    rows: pd.DataFrame,
    x: str,
    y: str,
    colour: str,
    label: str,
    *,
    band: float = 0.25,
    **style: Any,
) -> None:
    """Draw a line of proportions, with the band of their Monte Carlo intervals."""
    edges = (rows[f"{y}_low"], rows[f"{y}_high"])
    panel.fill_between(rows[x], *edges, color=colour, alpha=band, lw=0)
    panel.plot(rows[x], rows[y], color=colour, label=label, **style)


def recovery(power: Power) -> Figure:
    """Draw a heat map of model recovery for the first hypothesis: the verdict if a curve is true."""
    table = power.tables["recovery"]
    table = table[table["hypothesis"] == table["hypothesis"].iloc[0]].dropna(axis=1, how="all")
    sizes, columns = list(dict.fromkeys(table["size"])), verdicts_in(table)
    curves = table.drop_duplicates("true_curve").set_index("true_curve")["true_family"]
    width = 2.6 + len(sizes) * (0.62 * len(columns) + 0.6)
    figure = Figure(figsize=(width, 1.9 + 0.36 * len(curves) + 0.9), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(sizes), sharey=True))
    for axis, size in zip(axes, sizes, strict=True):
        own = table[table["size"] == size].set_index("true_curve").reindex(curves.index)
        _heat(axis, own[columns].to_numpy(dtype=float), columns, curves)
        axis.set_title(f"true curve: {size}", fontsize=9, loc="left")
    axes[0].set_ylabel("true curve")
    figure.supxlabel("verdict", fontsize=9)
    _title(
        figure, power, f"Model recovery, {count(power.planned)} per cell (proportion of studies)"
    )
    return figure


def _heat(axis: Axes, values: np.ndarray, columns: list[str], families: pd.Series) -> None:
    """Draw proportions of studies (curves, columns); a curve that was left out has no proportions."""
    axis.imshow(values, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (i, j), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        right = columns[j] == families.iloc[i]
        text = "0" if value == 0 else proportion(value)
        axis.text(
            j, i, text, ha="center", va="center", fontsize=7.5,
            color="white" if value > 0.55 else INK, fontweight="bold" if right else "normal",
        )  # fmt: skip
        if right:
            axis.add_patch(
                mpl.patches.Rectangle((j - 0.46, i - 0.46), 0.92, 0.92, fill=False, ec=INK, lw=1.0)
            )
    for i in map(int, np.flatnonzero(np.isnan(values).all(axis=1))):
        axis.text(
            (len(columns) - 1) / 2, i, "left out: beyond the response scale", ha="center",
            va="center", fontsize=7.5, color=INK, style="italic",
        )  # fmt: skip
    axis.axvline(len(columns) - 1.5, color=INK, lw=1.0)
    names = [name.replace("_", " ") for name in columns]
    axis.set_xticks(range(len(columns)), names, rotation=40, ha="right")
    axis.set_yticks(range(len(families)), [name.replace("_", " ") for name in families.index])
    axis.tick_params(length=0)


def recovery_parameters(power: Power) -> Figure:
    """Draw parameter recovery: the estimated shape parameters of true curves."""
    table = power.tables["recovery_parameters"]
    names = list(dict.fromkeys(zip(table["true_curve"], table["parameter"], strict=True)))
    figure = Figure(figsize=(2.4 * len(names) + 1.2, 3.2), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(names)))
    for axis, (curve, parameter) in zip(axes, names, strict=True):
        own = table[(table["true_curve"] == curve) & (table["parameter"] == parameter)]
        places = np.arange(len(own))
        axis.vlines(places, own["low"], own["high"], color=EFFECTS[1], lw=5, alpha=0.5)
        axis.plot(places, own["median"], "o", color=EFFECTS[3], label="median estimate")
        axis.plot(places, own["true"], "_", color=MARK, ms=22, mew=2, label="true value")
        for x, cover, top in zip(places, own["coverage"], own["high"], strict=True):
            place: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "fontsize": 7}
            axis.annotate(f"covers {proportion(cover)}", (x, top), (0, 3), **place)
        axis.set_xticks(places, own["size"])
        axis.set_xlim(-0.6, len(own) - 0.4)
        if own["low"].min() > 0 and own["high"].max() / own["low"].min() > 20:
            axis.set_yscale("log")
            axis.yaxis.set_major_formatter(lambda x, _: scale_value(x))
            axis.yaxis.set_minor_formatter("")
        axis.margins(y=0.15)
        axis.set_title(f"{curve.replace('_', ' ')}\n{parameter}", fontsize=8.5)
        axis.spines[["top", "right"]].set_visible(False)
    _title(figure, power, "Parameter recovery (bar: 5 to 95 % of estimates)")
    _legend(figure, axes[0])
    return figure


def _panels(power: Power, tests: list[str], title: str) -> tuple[Figure, dict[str, Axes]]:
    across = min(ACROSS, len(tests))
    down = -(-len(tests) // across)
    figure = Figure(figsize=(max(3.3 * across, 6.4), 2.7 * down + 1.1), layout="constrained")
    axes = np.atleast_1d(figure.subplots(down, across, sharey=True, squeeze=False)).ravel()
    for axis in axes[len(tests) :]:
        axis.set_visible(False)
    for axis, test in zip(axes, tests, strict=False):
        axis.set_title(test.replace(": ", ":\n"), fontsize=8.5, loc="left", pad=12)
        axis.set_ylim(0, 1.0)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[::across]:
        axis.set_ylabel("proportion of studies")
    _title(figure, power, title)
    return figure, dict(zip(tests, axes, strict=False))


def _targets(panel: Axes, power: Power) -> None:
    for target in power.settings.targets:
        panel.axhline(target, color=FAINT, lw=0.7, ls="--", zorder=0)
    panel.axhline(power.alpha, color=FAINT, lw=0.7, ls=":", zorder=0)


def _title(figure: Figure, power: Power, title: str) -> None:
    figure.suptitle(
        f"{title}\n{power.study.study}, {power.settings.mode} — SIMULATED, no data",
        x=0.01,
        ha="left",
        fontsize=10,
    )


def _legend(figure: Figure, axis: Any) -> None:
    handles, labels = axis.get_legend_handles_labels()
    place: dict[str, Any] = {"loc": "outside lower center", "ncols": min(4, len(labels))}
    figure.legend(handles, labels, frameon=False, fontsize=8, **place)
