"""Models with as many of their planned random terms as the data can estimate.

Terms that cannot be estimated (:mod:`analysis.models.random_terms`) leave before the first fit. Of those that were
fitted, a term whose SD is estimated at zero leaves, the smallest first, one at a time, and the model is fitted again;
so does, without convergence, the term with the least variance, but never ``(1 | item)`` before ``(1 | item:condition)``,
which would take up its variance. A slope leaves before its intercept, and ``(1 | participant)`` always stays. Each step is a sentence with the term, its estimate and the terms that remain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.models.covariances.values import coefficients
from analysis.models.design import Array, grouping
from analysis.models.engines import components, likelihood
from analysis.models.formula import Formula, RandomTerm, slopes_of
from analysis.models.messages import message
from analysis.models.random_terms import contains, estimable
from analysis.models.result import Fit

STAYS = "participant"
"""Grouping whose random intercept never leaves a model that could be fitted with it."""


class Estimated(NamedTuple):
    """A random intercept, or the slope of one predictor, that can leave a model."""

    term: RandomTerm
    slope: str
    """Empty for an intercept."""
    sd: float
    """A slope's is that of its effect over one SD of the predictor."""


def fit_reduced(
    data: pd.DataFrame,
    planned: Formula,
    fit: Callable[[Formula], Fit],
    *,
    slopes: bool = True,
    quick: Callable[[Formula], Fit] | None = None,
) -> tuple[Fit, tuple[str, ...]]:
    """Fit a model with those of its planned random terms that can be estimated.

    Parameters
    ----------
    data
        The rows that the model is fitted to.
    planned
        The planned model.
    fit
        Fits a formula to the rows.
    slopes
        Whether the family can have random slopes.
    quick
        Fits a formula without tests, for all steps but the last; None: ``fit``.

    Returns
    -------
    The fit, and a sentence on each step: the term that was left out, why, its estimate, and the terms that remain.
    """
    formula, notes = estimable(data, planned, slopes=slopes)
    search = quick or fit
    found = search(formula)
    while (least := _least(can_leave := _estimated(found, data))) is not None:
        at_zero = least.sd < smallest_sd(found)
        if found.converged and not at_zero:
            break
        if not at_zero:
            least = _least([each for each in can_leave if not _divided(each, formula)]) or least
        formula = _without(formula, least)
        step = {
            "term": least.term,
            "slope": least.slope,
            "sd": least.sd,
            "remaining": formula.random,
        }
        if at_zero:
            residual = np.sqrt(found.dispersion) if found.family == "gaussian" else None
            notes += (message("at_zero", **step, residual=residual),)
        else:
            notes += (message("least_variance", **step),)
        found = search(formula)
    return found if quick is None else fit(formula), notes


def smallest_sd(fit: Fit) -> float:
    """Return the SD of a random term below which it counts as zero."""
    share = likelihood.NEAR_ZERO if fit.engine == likelihood.ENGINE else components.AT_ZERO
    if fit.family == "gaussian":
        return float(share * np.sqrt(fit.dispersion))
    sigma = fit.shape.loc[fit.shape["parameter"] == "sigma", "estimate"]
    return float(share * sigma.iloc[0]) if len(sigma) else share


def _least(found: list[Estimated]) -> Estimated | None:
    """Return what has the least variance; of equals, the last."""
    return min(reversed(found), key=lambda each: each.sd, default=None)


def _divided(leaving: Estimated, formula: Formula) -> bool:
    """Return whether another random term divides the groups of an intercept further."""
    return not leaving.slope and any(contains(each, leaving.term) for each in formula.random)


def _estimated(fit: Fit, data: pd.DataFrame) -> list[Estimated]:
    """Return what can leave a model: the slopes of the terms that have any, and the intercepts of the others."""
    found = []
    groups = {part.group for part in fit.components}
    for term in fit.formula.random:
        if term.group not in groups:
            continue
        whole = grouping(term, data)
        sds, _ = coefficients(fit.components, whole)
        slopes = slopes_of(term)
        if not slopes:
            if term.group != STAYS:
                found.append(Estimated(term, "", float(sds[0])))
            continue
        for slope in slopes:
            alone = RandomTerm("", term.group).of([slope], intercept=term.has_intercept)
            own = set(grouping(alone, data).names) - {"Intercept"}
            at = [place for place, name in enumerate(whole.names) if name in own]
            # Without an intercept, a constant number has an effect, too.
            size = (
                whole.slopes[:, at].std(axis=0)
                if term.has_intercept
                else _root_mean_square(whole.slopes[:, at])
            )
            found.append(Estimated(term, slope, float(np.max(sds[at] * size, initial=0.0))))
    return found


def _root_mean_square(columns: Array) -> Array:
    return np.asarray(np.sqrt((columns**2).mean(axis=0)))


def _without(formula: Formula, leaving: Estimated) -> Formula:
    if not leaving.slope:
        return formula.with_random(term for term in formula.random if term != leaving.term)
    kept = [each for each in slopes_of(leaving.term) if each != leaving.slope]
    if not kept and not leaving.term.has_intercept:
        return formula.with_random(term for term in formula.random if term != leaving.term)
    fewer = leaving.term.of(kept, intercept=leaving.term.has_intercept)
    return formula.with_random(fewer if term == leaving.term else term for term in formula.random)
