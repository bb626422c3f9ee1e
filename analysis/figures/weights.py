"""Figure of the model weight of each family of curves, under equal prior weights."""

from __future__ import annotations

import textwrap

from analysis.figures.plate import Plate
from analysis.planned.compared import ModelComparison
from analysis.planned.results import ModeResults
from analysis.showing.style import BLUE, INK, ORANGE, PALE, SOFT, Stamp, drawn, dress, new_figure
from experiments.numbers import proportion, weight


@drawn
def weights(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw one figure per comparison, with one bar per family: its BIC weight, with the AICc weight as a diamond."""
    # A claim without rivals has all the weight.
    weighed = [
        (number, comparison)
        for number, comparison in enumerate(result.comparisons, 1)
        if comparison.verdict is not None and len(comparison.families) > 1
    ]
    return [
        _plate(comparison, number, stamp, explained=place == 0)
        for place, (number, comparison) in enumerate(weighed)
    ]


def _plate(comparison: ModelComparison, number: int, stamp: Stamp, *, explained: bool) -> Plate:
    verdict = comparison.verdict
    assert verdict is not None
    families = verdict.families[::-1]
    n = len(families)
    figure = new_figure(1.05 + 0.36 * n, stamp)
    axes = figure.subplots()
    places = list(range(n))
    bic, aicc = ([verdict.weight_of(family, by) for family in families] for by in ("BIC", "AICc"))
    best = comparison.best_supported
    colours = [BLUE if family == best else PALE for family in families]
    axes.barh(places, bic, 0.62, color=colours, linewidth=0)
    axes.plot(aicc, places, "D", color=ORANGE, markersize=5, markeredgecolor="white",
              label="AICc weight", clip_on=False, zorder=5)  # fmt: skip
    for place, value in zip(places, bic, strict=True):
        axes.text(1.045, place, weight(value, verdict.rule.bic), va="center", ha="left",
                  fontsize=8, color=INK)  # fmt: skip
    prior = 1 / n
    axes.axvline(prior, color=SOFT, linewidth=0.9, linestyle=(0, (1, 2)))
    marks = [(prior + 0.008, "prior weight", "left")]
    required = verdict.rule.bic
    if not verdict.contrasts:
        axes.axvline(required, color=SOFT, linewidth=0.9, linestyle=(0, (4, 2)))
        marks.append((required - 0.008, "required for best supported", "right"))
    for x, text, side in marks:
        axes.text(x, n - 0.42, text, fontsize=6.8, color=SOFT, ha=side, va="bottom")
    labels = [textwrap.fill(verdict.label_of(family), 34) for family in families]
    axes.set_yticks(places, labels)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(-0.55, n - 0.1)
    axes.set_xlabel("model weight (bars: BIC, diamonds: AICc)")
    dress(axes, grid="x")
    caption = "All families start with the same weight (dotted line); the bars show their weights given the data."
    if verdict.contrasts:
        caption += " The verdict does not go by them, but by the contrasts of the claim."
    else:
        caption += (
            f" A family is best supported if its weight is at least {proportion(required)} (dashed line) and its"
            " curve passes the other checks. Blue: the best-supported family, if there is one."
        )
    title, name = "Which family of predictions do the data favour?", comparison.name
    return Plate(
        "weights" if number == 1 else f"weights_{number}",
        f"{title} ({name})" if name else title,
        caption if explained else f"As in the figure above, for {name}.",
        figure,
    )
