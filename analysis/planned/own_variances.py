"""Which tests of planned models have variances of their own between participants."""

from __future__ import annotations

import numpy as np

from analysis.data.names import column_of
from analysis.models import Fit
from analysis.models.own_variance import with_own_variance
from analysis.planned.fitting import PlannedFit
from experiments.protocol.planned_contrast import PlannedContrast

OWN, POOLED = "own", "pooled"
"""Codes of a contrast whose variance between participants was estimated by itself, or taken to be the same in all groups of
participants."""


def with_own(planned_fit: PlannedFit, fit: Fit, weights: np.ndarray, own: bool) -> tuple[Fit, str]:
    """Return the fit in which contrasts (p,) or (contrasts, p) are tested, and the code of their variance.

    Parameters
    ----------
    own
        Whether the variance is the contrasts' own even if there is one group of participants only.
    """
    groups = _of_groups(planned_fit)
    if not (groups or own):
        return fit, ""
    people = planned_fit.frame.loc[fit.data.index, "participant"]
    found = with_own_variance(fit, weights, people)
    if found is not fit:
        return found, OWN
    equal = bool(fit.formula.random) or fit.errors == "classical"
    return fit, POOLED if groups and fit.family == "gaussian" and equal else ""


def _of_groups(planned_fit: PlannedFit) -> bool:
    """Return whether a model has several groups of participants, whose variances can differ."""
    person = planned_fit.frame.groupby("participant")
    known = planned_fit.planned.formula.fixed_columns
    return any(
        len(factor.levels) > 1 and person[name].nunique().le(1).all()
        for name, factor in planned_fit.predictors.factors.items()
        if name in known
    )


def of_three_within(planned_fit: PlannedFit, each: PlannedContrast) -> bool:
    """Return whether a contrast is of a factor with three or more levels that participants see several of.

    Its own variance between participants can then differ from that of other contrasts (no sphericity).
    """
    person = planned_fit.frame.groupby("participant")
    named = {*each.compared, *map(column_of, each.lines)}
    return any(
        len(factor.levels) > 2 and person[name].nunique().gt(1).any()
        for name, factor in planned_fit.predictors.factors.items()
        if name in named
    )
