"""What the topic of the predicted curve asks besides the comparison of curves.

======================  ===========================================================================
topic of the claim      further question
======================  ===========================================================================
window                  does the outcome rise and then fall (two lines), with a peak inside the
                        observed range (:mod:`analysis.windows`)?
depletion               from some exposure on, does the slope change (:mod:`analysis.changepoint`)?
systems                 can both states be high at once (:mod:`analysis.compare.corner`)?
======================  ===========================================================================
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from analysis.analysing.breakdown import BREAKDOWNS, in_words
from analysis.analysing.results import Measured, TopicTest
from analysis.changepoint import fit_changepoint
from analysis.compare.corner import corner
from analysis.models import Formula, RandomTerm, estimable, fit
from analysis.windows import interior_peak, two_lines

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
        found, lines = BY_TOPIC[topic](rows, outcome, predictor, random, about)
    except BREAKDOWNS as error:
        return TopicTest(topic, failed=in_words(error))
    table = pd.DataFrame(lines, columns=["quantity", "estimate", "ci_low", "ci_high", "p"])
    return TopicTest(topic, found, table)


Lines = list[tuple[str, float, float, float, float]]


def _window(
    rows: pd.DataFrame,
    outcome: str,
    predictor: str,
    random: tuple[RandomTerm, ...],
    about: Measured,
) -> tuple[str, Lines]:
    """Two lines, and the peak of a quadratic in the planned mixed model."""
    again = bool(rows["participant"].duplicated().any())
    lines = two_lines(rows, outcome, predictor, cluster="participant" if again else None)
    data = rows.assign(**{SQUARED: rows[predictor].astype(float) ** 2})
    planned, _ = estimable(data, Formula.of(outcome, [predictor, SQUARED], random))
    x = rows[predictor].astype(float)
    peak = interior_peak(fit(data, planned), predictor, SQUARED, (float(x.min()), float(x.max())))
    window = lines.shape == "inverted U"
    code = "window" if window and peak.interior else "inverted_u" if window else lines.shape
    df = (rows["participant"].nunique() if again else len(rows)) - (1 if again else 4)
    return code.lower(), [
        _line("slope_below", lines.slope_low, lines.se_low, lines.p_low, df),
        _line("slope_above", lines.slope_high, lines.se_high, lines.p_high, df),
        ("break", lines.break_at, np.nan, np.nan, np.nan),
        ("peak", peak.peak, peak.ci_low, peak.ci_high, np.nan),
        ("curvature", peak.curvature, np.nan, np.nan, peak.p_curvature),
    ]


def _line(
    name: str, slope: float, se: float, p: float, df: float
) -> tuple[str, float, float, float, float]:
    half = float(stats.t.ppf(0.975, df)) * se
    return name, slope, slope - half, slope + half, p


def _depletion(
    rows: pd.DataFrame,
    outcome: str,
    predictor: str,
    random: tuple[RandomTerm, ...],
    about: Measured,
) -> tuple[str, Lines]:
    """A change of slope; a slope before it too, so that a steady trend is no change."""
    planned, _ = estimable(rows, Formula.of(outcome, [predictor], random))
    found = fit_changepoint(rows, planned, predictor)
    code = "no_change" if found.p_change >= 0.05 else "up" if found.slope_after > 0 else "down"
    low = -np.inf if found.open_low else found.ci_low
    high = np.inf if found.open_high else found.ci_high
    return code, [
        ("change_at", found.tau, low, high, found.p_change),
        (
            "slope_after",
            found.slope_after,
            found.slope_after_low,
            found.slope_after_high,
            np.nan,
        ),
        ("delta_aic", found.delta_aic, np.nan, np.nan, np.nan),
    ]


def _systems(
    rows: pd.DataFrame,
    outcome: str,
    predictor: str,
    random: tuple[RandomTerm, ...],
    about: Measured,
) -> tuple[str, Lines]:
    """How often both are above the middle of their scales."""
    x = rows[predictor].to_numpy(dtype=float)
    first = (x - x.min()) / (x.max() - x.min()) if np.ptp(x) else x * np.nan
    second = (rows[outcome].to_numpy(dtype=float) - about.low) / (about.high - about.low)
    found = corner(first, second)
    code = "empty" if found.high < found.expected else "not_empty"
    return code, [
        ("both_high", found.share, found.low, found.high, np.nan),
        ("expected", found.expected, np.nan, np.nan, np.nan),
    ]


BY_TOPIC: dict[str, Callable[..., tuple[str, Lines]]] = {
    "window": _window,
    "depletion": _depletion,
    "systems": _systems,
}
