"""What the topic of the predicted curve asks besides the comparison of curves.

======================  ===========================================================================
topic of the claim      further question
======================  ===========================================================================
window                  does the outcome rise and then fall (two lines), with a peak inside the
                        observed range (:mod:`analysis.models.two_lines`)?
depletion               from some exposure on, does the slope change (:mod:`analysis.models.changepoint`)?
systems                 can both states be high at once (a count)?
======================  ===========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import COMPUTATION_ERRORS, AnalysisError, message_of
from analysis.models import Formula, RandomTerm, estimable, fit
from analysis.models.changepoint import fit_changepoint
from analysis.models.two_lines import interior_peak, two_lines
from analysis.planned.results import Measured, TopicTest

SQUARED = "squared"
"""Name of the column of the predictor's squares."""


def analyse_topic(
    topic: str,
    rows: pd.DataFrame,
    outcome: str,
    predictor: str,
    random: tuple[RandomTerm, ...],
    about: Measured,
) -> TopicTest | None:
    """Carry out the further analysis of a topic.

    Parameters
    ----------
    topic
        Of the predicted curve.
    rows
        One row per answer: participant, stimulus, the predictor and the outcome.
    outcome, predictor
        Columns of ``rows``.
    random
        Random terms of the planned model.
    about
        The outcome, for its range.

    Returns
    -------
    TopicTest or None
        None where the topic asks nothing more. A test that these data do not allow says why.
    """
    if topic not in BY_TOPIC:
        return None
    try:
        found, lines = BY_TOPIC[topic](_Asked(rows, outcome, predictor, random, about))
    except COMPUTATION_ERRORS as error:
        return TopicTest(topic, failed=message_of(error))
    table = pd.DataFrame(lines, columns=["quantity", "estimate", "ci_low", "ci_high", "p"])
    return TopicTest(topic, found, table)


Lines = list[tuple[str, float, float, float, float]]


@dataclass(frozen=True)
class _Asked:
    """The answers and how the study plans to model them."""

    rows: pd.DataFrame
    outcome: str
    predictor: str
    random: tuple[RandomTerm, ...]
    about: Measured

    @property
    def x(self) -> np.ndarray:
        """The predictor, (n,)."""
        return self.rows[self.predictor].to_numpy(dtype=float)

    def planned(self, rows: pd.DataFrame, *terms: str) -> Formula:
        """Return the formula of the outcome on these terms, with the planned random terms that the data can estimate."""
        return estimable(rows, Formula.of(self.outcome, list(terms), self.random))[0]


def _window(asked: _Asked) -> tuple[str, Lines]:
    """Carry out the two-lines test, and locate the peak of a quadratic in the planned mixed model."""
    rows, x = asked.rows, asked.x
    again = bool(rows["participant"].duplicated().any())
    cluster = "participant" if again else None
    lines = two_lines(rows, asked.outcome, asked.predictor, cluster=cluster)
    data = rows.assign(**{SQUARED: x**2})
    quadratic = fit(data, asked.planned(data, asked.predictor, SQUARED))
    peak = interior_peak(quadratic, asked.predictor, SQUARED, (float(x.min()), float(x.max())))
    window = lines.shape == "inverted U"
    code = "window" if window and peak.interior else "inverted_u" if window else lines.shape
    return code.lower(), [
        ("slope_below", lines.low.slope, *lines.low.interval, lines.low.p),
        ("slope_above", lines.high.slope, *lines.high.interval, lines.high.p),
        ("break", lines.break_at, np.nan, np.nan, np.nan),
        ("peak", peak.peak, peak.ci_low, peak.ci_high, np.nan),
        ("curvature", peak.curvature, np.nan, np.nan, peak.p_curvature),
    ]


def _depletion(asked: _Asked) -> tuple[str, Lines]:
    """Estimate a change of slope; the model has a slope before it too, so that a steady trend is no change."""
    planned = asked.planned(asked.rows, asked.predictor)
    found = fit_changepoint(asked.rows, planned, asked.predictor)
    code = "no_change" if found.p_change >= 0.05 else "up" if found.slope_after > 0 else "down"
    return code, [
        ("change_at", found.tau, found.ci_low, found.ci_high, found.p_change),
        ("slope_after", found.slope_after, found.slope_after_low, found.slope_after_high, np.nan),
        ("delta_aic", found.delta_aic, np.nan, np.nan, np.nan),
    ]


def _systems(asked: _Asked) -> tuple[str, Lines]:
    """Compare how often both are above the midpoint (S2: never) with how often they would be if independent.

    Repeated rows of a person count as independent, so that the interval (Clopper-Pearson) is too narrow.
    """
    x, about = asked.x, asked.about
    if not (np.ptp(x) and np.isfinite(about.low + about.high)):
        raise AnalysisError(
            f"{asked.predictor!r} and {asked.outcome!r} have no middle to be above: all values are alike, or"
            " the scale has no ends.",
            "Answers at two levels or more are needed.",
        )
    first = x > (x.min() + x.max()) / 2
    second = asked.rows[asked.outcome].to_numpy(dtype=float) > (about.low + about.high) / 2
    both, n = int(np.sum(first & second)), len(x)
    low, high = proportion_confint(both, n, method="beta")
    expected = float(first.mean() * second.mean())
    return "empty" if high < expected else "not_empty", [
        ("both_high", both / n, float(low), float(high), np.nan),
        ("expected", expected, np.nan, np.nan, np.nan),
    ]


BY_TOPIC: dict[str, Callable[[_Asked], tuple[str, Lines]]] = {
    "window": _window,
    "depletion": _depletion,
    "systems": _systems,
}
