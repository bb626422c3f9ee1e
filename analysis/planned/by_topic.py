"""Further analyses by topic of the predicted curve, in addition to the comparison of curves.

======================  ===========================================================================
topic                   question
======================  ===========================================================================
window                  does the outcome rise and then fall (two-lines test), with a peak inside the
                        observed range (:mod:`analysis.models.two_lines`)?
depletion               does the slope change after some exposure (:mod:`analysis.models.changepoint`)?
systems                 can both states be high at the same time (a proportion)?
======================  ===========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import COMPUTATION_ERRORS, AnalysisError, message_of
from analysis.models import Fit, Formula, RandomTerm, estimable, fit
from analysis.models.changepoint import fit_changepoint
from analysis.models.in_place import in_place_of
from analysis.models.reducing import fit_reduced
from analysis.models.two_lines import OTHER, OWN, TwoLines, interior_peak, two_lines
from analysis.planned.compared import TopicTest
from analysis.planned.results import MeasureInfo

SQUARED = "squared"
"""Name of the column with the squared predictor."""


def analyse_topic(
    topic: str,
    rows: pd.DataFrame,
    outcome: str,
    predictor: str,
    random: tuple[RandomTerm, ...],
    measure: MeasureInfo,
) -> TopicTest | None:
    """Carry out the further analysis of a topic.

    Parameters
    ----------
    topic
        Topic of the predicted curve.
    rows
        One row per answer: participant, the predictor and the outcome.
    outcome, predictor
        Columns of ``rows``.
    random
        Random terms of the planned model.
    measure
        The outcome, for its range.

    Returns
    -------
    TopicTest or None
        None if the topic has no further analysis. If the data do not allow it, ``failed`` gives the reason.
    """
    if topic not in BY_TOPIC:
        return None
    try:
        found = BY_TOPIC[topic](_Analysis(rows, outcome, predictor, random, measure))
    except COMPUTATION_ERRORS as error:
        return TopicTest(topic, failed=message_of(error))
    table = pd.DataFrame(found.lines, columns=["quantity", "estimate", "ci_low", "ci_high", "p"])
    return TopicTest(topic, found.code, table, notes=found.notes)


class Found(NamedTuple):
    """The code of a finding, the lines of its table, and notes on the models."""

    code: str
    lines: list[tuple[str, float, float, float, float]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Analysis:
    """The answers, and the planned model of the outcome."""

    rows: pd.DataFrame
    outcome: str
    predictor: str
    random: tuple[RandomTerm, ...]
    measure: MeasureInfo

    @property
    def x(self) -> np.ndarray:
        """The predictor, (n,)."""
        return self.rows[self.predictor].to_numpy(dtype=float)

    def fitted(self, rows: pd.DataFrame, *terms: str) -> Fit:
        """Fit the outcome with these terms in place of the predictor, and the planned random terms that can be estimated."""
        random = in_place_of(self.predictor, terms, self.random)
        formula, quick = Formula.of(self.outcome, terms, random), partial(fit, rows, tests=False)
        return fit_reduced(rows, formula, partial(fit, rows), quick=quick if random else None)[0]


def _window(analysis: _Analysis) -> Found:
    """Carry out the two-lines test and locate the peak of a quadratic, both with the planned random terms."""
    rows, x = analysis.rows, analysis.x
    repeated = bool(rows["participant"].duplicated().any())
    cluster = "participant" if repeated and not analysis.random else None
    lines = two_lines(
        rows, analysis.outcome, analysis.predictor, cluster=cluster, random=analysis.random
    )
    data = rows.assign(**{SQUARED: x**2})
    quadratic = analysis.fitted(data, analysis.predictor, SQUARED)
    peak = interior_peak(quadratic, analysis.predictor, SQUARED, (float(x.min()), float(x.max())))
    window = lines.shape == "inverted U"
    code = "window" if window and peak.interior else "inverted_u" if window else lines.shape
    return Found(
        code.lower(),
        [
            ("slope_below", lines.low.slope, *lines.low.interval, lines.low.p),
            ("slope_above", lines.high.slope, *lines.high.interval, lines.high.p),
            ("break", lines.break_at, np.nan, np.nan, np.nan),
            ("peak", peak.peak, peak.ci_low, peak.ci_high, np.nan),
            ("curvature", peak.curvature, np.nan, np.nan, peak.p_curvature),
        ],
        _random_terms(lines, quadratic) if analysis.random else (),
    )


def _random_terms(lines: TwoLines, quadratic: Fit) -> tuple[str, ...]:
    """Return a sentence on the random terms of the lines and of the quadratic."""
    below, above, curved = (
        " + ".join(map(str, terms)) or "none"
        for terms in (lines.low.random, lines.high.random, quadratic.formula.random)
    )
    both = (
        f"of both lines {below}" if below == above else f"below the break {below}, above it {above}"
    )
    slopes = f" {OWN} is the line that is tested, {OTHER} the other one." if OWN in both else ""
    return (
        f"Random terms: {both}; of the quadratic {curved}.{slopes}"
        " Planned terms that cannot be estimated are left out.",
    )


def _depletion(analysis: _Analysis) -> Found:
    """Estimate a change of slope; the model also has a slope before it, so that a steady trend is not a change."""
    planned = Formula.of(analysis.outcome, [analysis.predictor], analysis.random)
    planned, _ = estimable(analysis.rows, planned)
    change = fit_changepoint(analysis.rows, planned, analysis.predictor)
    code = "no_change" if change.p_change >= 0.05 else "up" if change.slope_after > 0 else "down"
    interval = (change.slope_after_low, change.slope_after_high)
    lines = [
        ("change_at", change.tau, change.ci_low, change.ci_high, change.p_change),
        ("slope_after", change.slope_after, *interval, np.nan),
        ("delta_aic", change.delta_aic, np.nan, np.nan, np.nan),
    ]
    return Found(code, lines)


def _systems(analysis: _Analysis) -> Found:
    """Compare the proportion with both above the midpoint (S2: none) with that expected under independence.

    Repeated answers of a participant are treated as independent, so that the interval (Clopper-Pearson) is too
    narrow.
    """
    x, measure = analysis.x, analysis.measure
    if not (np.ptp(x) and np.isfinite(measure.low + measure.high)):
        raise AnalysisError(
            f"{analysis.predictor!r} and {analysis.outcome!r} have no midpoint: all values are equal, or"
            " the scale has no ends.",
            "Answers at two or more levels are needed.",
        )
    first = x > (x.min() + x.max()) / 2
    second = (
        analysis.rows[analysis.outcome].to_numpy(dtype=float) > (measure.low + measure.high) / 2
    )
    both, n = int(np.sum(first & second)), len(x)
    low, high = proportion_confint(both, n, method="beta")
    expected = float(first.mean() * second.mean())
    lines = [
        ("both_high", both / n, float(low), float(high), np.nan),
        ("expected", expected, np.nan, np.nan, np.nan),
    ]
    return Found("empty" if high < expected else "not_empty", lines)


BY_TOPIC: dict[str, Callable[[_Analysis], Found]] = {
    "window": _window,
    "depletion": _depletion,
    "systems": _systems,
}
