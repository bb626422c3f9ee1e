"""Equivalence: is an effect smaller than the smallest effect size of interest (SESOI)?

Two one-sided tests (TOST): the effect is equivalent to nothing worth caring about if it is
significantly above -SESOI and significantly below +SESOI, which is the same as a 90 % interval
inside the bounds (Schuirmann 1987 [M+]; Lakens 2017 [M+]). Default SESOI of this project: d = .20,
or $0.25 on $5 (section 4.5 of the fact sheet).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.comparisons import compare_groups
from analysis.errors import AnalysisError
from analysis.models import Fit, contrast

DEFAULT_SESOI_D = 0.20


@dataclass(frozen=True)
class Equivalence:
    """Result of two one-sided tests, in the unit of ``sesoi``.

    ``p`` is the larger of the two one-sided p values; ``p_difference`` that of the usual test
    against zero. ``ci_low``/``ci_high`` is the 1 - 2 alpha interval that TOST rests on.
    ``verdict``: "equivalent", "different", "different but small", or "undetermined".
    """

    estimate: float
    se: float
    df: float
    sesoi: float
    p: float
    p_difference: float
    ci_low: float
    ci_high: float
    verdict: str
    sentence: str


def equivalence(
    estimate: float,
    se: float,
    df: float,
    sesoi: float,
    *,
    alpha: float = 0.05,
    what: str = "The difference",
) -> Equivalence:
    """TOST of an estimate with standard error and degrees of freedom (inf for z).

    Raises
    ------
    AnalysisError
        If the SESOI is not positive, or the standard error not a positive number.
    """
    if not sesoi > 0:
        raise AnalysisError(
            f"The smallest effect of interest must be above zero; found {sesoi:g}.",
            "State it in the unit of the outcome, before seeing the data.",
        )
    if not (np.isfinite(se) and se > 0):
        raise AnalysisError(
            f"{what} has no usable standard error ({se:g}), so equivalence cannot be tested.", ""
        )
    above = stats.t.sf((estimate + sesoi) / se, df)
    below = stats.t.cdf((estimate - sesoi) / se, df)
    p = float(max(above, below))
    p_difference = float(2 * stats.t.sf(abs(estimate) / se, df))
    half = stats.t.ppf(1 - alpha, df) * se
    low, high = float(estimate - half), float(estimate + half)
    verdict = _verdict(p < alpha, p_difference < alpha)
    interval = f"{1 - 2 * alpha:.0%} interval {low:.3f} to {high:.3f}"
    sentence = f"{what} is {estimate:.3f} ({interval}; bounds ±{sesoi:g}): {_MEANING[verdict]}"
    return Equivalence(
        estimate, se, df, sesoi, p, p_difference, low, high, verdict, sentence.format(sesoi=sesoi)
    )


def equivalent_contrast(
    fit: Fit,
    weights: np.ndarray | Sequence[float] | dict[str, float],
    sesoi: float,
    *,
    alpha: float = 0.05,
    label: str | None = None,
) -> Equivalence:
    """TOST of one contrast of a fitted model; ``sesoi`` is in the unit of the contrast."""
    table = contrast(fit, weights).table
    if len(table) != 1:
        raise AnalysisError("Equivalence is tested for one contrast at a time.", "")
    row = table.iloc[0]
    what = label or str(row["label"])
    return equivalence(
        float(row["estimate"]), float(row["se"]), float(row["df"]), sesoi, alpha=alpha, what=what
    )


def equivalent_groups(
    x: Sequence[float] | np.ndarray,
    y: Sequence[float] | np.ndarray,
    names: tuple[str, str],
    *,
    sesoi: float | None = None,
    sesoi_d: float = DEFAULT_SESOI_D,
    alpha: float = 0.05,
) -> Equivalence:
    """Welch TOST of two independent groups, x minus y (equal to ``pingouin.tost``).

    Parameters
    ----------
    sesoi : float or None
        In raw units; None takes ``sesoi_d`` times the pooled SD of the two groups.
    """
    found = compare_groups(x, y, names)
    bound = sesoi
    if bound is None:
        weights = np.array(found.n) - 1
        bound = sesoi_d * float(np.sqrt(np.average(np.square(found.sds), weights=weights)))
    what = f"{names[0]} minus {names[1]}"
    return equivalence(found.difference, found.se, found.df, bound, alpha=alpha, what=what)


_MEANING = {
    "equivalent": "any effect is smaller than {sesoi:g}, the smallest of interest.",
    "different but small": "there is an effect, but it is smaller than {sesoi:g}.",
    "different": "there is an effect, and it may be as large as {sesoi:g} or larger.",
    "undetermined": (
        "undetermined. The data exclude neither no effect nor one of {sesoi:g}; more people are "
        "needed."
    ),
}


def _verdict(equivalent: bool, different: bool) -> str:
    if equivalent:
        return "different but small" if different else "equivalent"
    return "different" if different else "undetermined"
