"""One predicted curve as a figure, with the sources of its numbers in the caption."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analysis.hypotheses.base import Hypothesis
from analysis.hypotheses.catalogue import get

BLUE, ORANGE, GREEN, PURPLE = "#1f5c99", "#c8553d", "#3a7d44", "#6b4c9a"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE)
STYLES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (2, 2)), (0, (1, 3)))
INK, SOFT = "#222222", "#666666"
LABELS = {
    "victims": "Number of victims (log-spaced)",
    "distance": "Social distance (rank among the 100 closest people)",
    "empathy": "Shared feeling (0 to 1)",
    "concern": "Empathic concern (0 to 1)",
    "threat": "Threat (0 to 1)",
    "exposure": "Exposure",
    "pre": "Before training (SD)",
    "group": "Group of the sufferer",
    "victim": "Letter",
    "dose": "Doses of common identity or contact",
    "suffering": "Suffering shown",
    "rsa": "Resting RSA (SD)",
    "scr": "Skin conductance response (SD)",
    "measure": "Measure",
}
WORDS: dict[str, dict[Any, str]] = {
    "victim": {"identified": "one child", "statistical": "statistics", "joint": "both"},
    "group": {"in": "in-group", "none": "unaffiliated", "out": "out-group"},
    "cost_expected": {0.0: "no request expected", 1.0: "request expected"},
    "regulation": {-1.0: "weak regulators", 1.0: "skilled regulators"},
    "unity": {0.0: "unrelated victims", 1.0: "one unit"},
    "boundary": {0.0: "no boundary", 1.0: "clear boundary"},
    "crosses": {0.0: "inside the group line", 1.0: "beyond it"},
    "drug": {0.0: "arm A (placebo)", 1.0: "arm B (drug)"},
    "suffering": {0.0: "neutral", 1.0: "suffering"},
    "arousal": {0.2: "low arousal", 0.8: "high arousal"},
}
UNITS = {"dose": "hours"}
"""What a number of a second column counts, where its name does not say it."""
FINE = {
    "victims": np.geomspace(1, 800_000, 400),
    "distance": np.linspace(0.5, 100, 400),
    "empathy": np.linspace(0, 1, 300),
    "concern": np.linspace(0, 1, 300),
    "threat": np.linspace(0, 1, 300),
    "exposure": np.linspace(1, 40, 300),
    "dose": np.linspace(0, 4, 200),
    "pre": np.linspace(-2, 2, 50),
    "rsa": np.linspace(-2, 2, 200),
    "scr": np.linspace(-2, 2, 200),
}


def draw(name: str) -> Figure:
    """Draw one hypothesis by id or name; see :func:`show`."""
    return show(get(name))


def show(hypothesis: Hypothesis | str) -> Figure:
    """A figure of one predicted curve at its default parameters.

    Parameters
    ----------
    hypothesis : Hypothesis or str
        The curve, or its id or name.

    Returns
    -------
    Figure
        The curve above; claim, evidence and the source of every number below.

    Raises
    ------
    AnalysisError
        Unknown name.
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


def draw_on(axes: Axes, hypothesis: Hypothesis) -> None:
    """Draw the curve at its defaults on given axes, one line per level of the other columns."""
    axis = hypothesis.axis
    others = [c for c in (*hypothesis.requires, *hypothesis.optional)
              if c != axis and c in hypothesis.example]  # fmt: skip
    for number, levels in enumerate(_combinations(hypothesis, others)):
        label = ", ".join(_word(c, v) for c, v in levels.items())
        colour = COLOURS[number % len(COLOURS)]
        # Later lines are broken so that one that lies on another is still seen beneath it.
        style = STYLES[number % len(STYLES)]
        if axis in FINE:
            _line(axes, hypothesis, levels, label, colour, style)
        else:
            _points(axes, hypothesis, levels, label, colour, style)
    _dress(axes, hypothesis)


def _combinations(hypothesis: Hypothesis, others: list[str]) -> list[dict[str, Any]]:
    """The distinct settings of the other columns in the example, in order of appearance."""
    if not others or (set(others) & {"efficacy", "dose"} and hypothesis.axis != "dose"):
        return _dependent(hypothesis, others)
    table = list(zip(*(list(np.asarray(hypothesis.example[c])) for c in others), strict=True))
    return [dict(zip(others, row, strict=True)) for row in dict.fromkeys(table)]


def _dependent(hypothesis: Hypothesis, others: list[str]) -> list[dict[str, Any]]:
    """Settings where a column follows from others (efficacy from N, hours from the arm)."""
    if "arm" in others:
        pairs = dict.fromkeys(
            zip(hypothesis.example["arm"], hypothesis.example["dose"], strict=True)
        )
        return [{"arm": arm, "dose": hours} for arm, hours in pairs]
    return [{}]


def _design(
    hypothesis: Hypothesis, x: NDArray[Any], levels: dict[str, Any]
) -> dict[str, NDArray[Any]]:
    design = {hypothesis.axis: x} | {c: np.full(x.shape, v) for c, v in levels.items()}
    if "efficacy" in hypothesis.requires:
        example = hypothesis.example
        design["efficacy"] = np.interp(np.log(x), np.log(example["victims"]), example["efficacy"])
    return design


def _line(
    axes: Axes, hypothesis: Hypothesis, levels: dict[str, Any], label: str, colour: str, style: Any
) -> None:
    x = FINE[hypothesis.axis]
    y = hypothesis.predict(_design(hypothesis, x, levels))
    axes.plot(x, y, linestyle=style, color=colour, linewidth=2, label=label or None)
    if hypothesis.axis in ("victims", "distance"):
        at = np.unique(np.asarray(hypothesis.example[hypothesis.axis], dtype=float))
        axes.plot(at, hypothesis.predict(_design(hypothesis, at, levels)), "o", color=colour,
                  markersize=6, markeredgecolor="white")  # fmt: skip


def _points(
    axes: Axes, hypothesis: Hypothesis, levels: dict[str, Any], label: str, colour: str, style: Any
) -> None:
    at = np.array(list(dict.fromkeys(np.asarray(hypothesis.example[hypothesis.axis]).tolist())))
    y = hypothesis.predict(_design(hypothesis, at, levels))
    axes.plot(range(len(at)), y, marker="o", linestyle=style, color=colour, markersize=8,
              linewidth=1.5, markeredgecolor="white", label=label or None)  # fmt: skip
    axes.set_xticks(range(len(at)), [_word(hypothesis.axis, v) for v in at.tolist()])
    axes.set_xlim(-0.4, len(at) - 0.6)


def _word(column: str, value: Any) -> str:
    known = WORDS.get(column, {})
    if value in known:
        return known[value]
    if isinstance(value, str):
        return value
    return f"{UNITS.get(column, column)} {value:g}"


def _dress(axes: Axes, hypothesis: Hypothesis) -> None:
    axes.set_xlabel(LABELS.get(hypothesis.axis, hypothesis.axis), color=INK)
    unit = " (SD)" if hypothesis.linear[0].unit == "SD" else ""
    axes.set_ylabel(f"Predicted mean response{unit}", color=INK)
    if hypothesis.axis == "victims":
        axes.set_xscale("log")
        axes.set_xticks([1, 2, 8, 100, 10_000, 800_000],
                        ["1", "2", "8", "100", "10,000", "800,000"])  # fmt: skip
        axes.set_xticks([], minor=True)
    low, high = axes.get_ylim()
    if low >= -0.1 and high <= 1.1 and hypothesis.topic not in ("groups", "training", "vagal"):
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
