"""The likelihood of curves: fits of any design columns under one family, with one set of random terms.

For given shape parameters, a curve is a set of columns of a linear predictor. A ``CurveEngine`` fits such
columns together with covariates and random effects, in any family of :func:`analysis.models.fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import Fit, Formula, RandomTerm, parse_random
from analysis.models.design import Array, Model
from analysis.models.engines.likelihood import fit_columns
from analysis.models.engines.linear import least_squares
from analysis.models.engines.mixed import run_glmm
from analysis.models.fitting import ENGINES
from analysis.models.preparing import prepare
from analysis.models.random_terms import with_enough_groups

CROSSED = parse_random("(1|participant) + (1|item)")


@dataclass(frozen=True)
class CurveEngine:
    """A family with its data, covariates and random terms, which fits any fixed columns."""

    random: tuple[RandomTerm, ...]
    """Random terms that the data can estimate."""
    notes: tuple[str, ...]
    """Notes on random terms that were left out."""
    model: Model = field(repr=False)
    covariates: Array = field(repr=False)
    """Centred (rows, q)."""

    def __call__(self, columns: Array) -> Fit:
        """Fit columns (rows, p), including the intercept if there is one, together with the covariates.

        The fit is by maximum likelihood, not REML; its coefficients are those of the columns;
        ``n_parameters`` counts all estimated parameters.
        """
        p = columns.shape[1]
        model = self.model.over(np.column_stack([columns, self.covariates]))
        if model.family == "gaussian" and not self.random:
            return least_squares(model).first(p)
        if model.family not in ENGINES["glmm"]:
            return fit_columns(model).first(p)
        if not model.design.names:
            return _zero_mean(model)
        return run_glmm(model, reml=False, satterthwaite=False).first(p)


def curve_engine(
    data: pd.DataFrame,
    response: str,
    random: str | Sequence[RandomTerm] = CROSSED,
    covariates: Sequence[str] = (),
    *,
    family: str = "gaussian",
    limits: tuple[float, float] | None = None,
) -> CurveEngine:
    """Prepare the likelihood of the curves, with the random terms that these data can estimate.

    Random terms that cannot be estimated (one row per participant, a single stimulus) are left
    out with a note. Without random terms, a Gaussian response is fitted by least squares.

    Parameters
    ----------
    random : str or random terms
        In formula notation; empty for none.
    covariates : further fixed columns, which are centred
    family, limits
        See :func:`analysis.models.fit`.

    Raises
    ------
    AnalysisError
        If columns or values are missing, the response is constant, there are too few rows, or a random term
        has slopes.
    """
    terms = parse_random(random) if isinstance(random, str) else tuple(random)
    present = [t for t in terms if all(c in data for c in t.group_columns)]
    whole = Formula.of(response, covariates, present)
    model = prepare(data, whole, family, limits=limits)
    if len(model.y) < 3:
        raise AnalysisError(
            f"There are {len(model.y)} rows; a curve needs at least three.", "Collect more data."
        )
    found, groups, notes = with_enough_groups(whole.with_random(terms), data)
    for group in groups:
        if group.names != ("Intercept",):
            name = group.term.group
            raise AnalysisError(
                f"Curves are compared with random intercepts only; {group.term} has slopes.",
                f"If the effect of the condition varies between levels of {name}, write (1 | {name}) + "
                f"(1 | {name}:condition) with the name of the condition.",
            )
    extra = model.design.without_intercept().matrix
    return CurveEngine(
        found.random,
        notes,
        replace(model, formula=found, groups=groups),
        extra - extra.mean(axis=0),
    )


def _zero_mean(model: Model) -> Fit:
    """Return the fit of a mean of zero, which glmm cannot fit; no curve of the catalogue needs it."""
    return Fit.of(
        model,
        engine="none",
        beta=np.empty(0),
        vcov=np.empty((0, 0)),
        loglik=-np.inf,
        n_parameters=len(model.groups) + 1,
    )
