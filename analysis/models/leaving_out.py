"""Influence of single participants and stimuli: a contrast, estimated without each of them in turn.

With the variances held at their estimates from all rows, nothing needs to be fitted again: leaving out rows ``i`` changes
the coefficients by ``-(X'V^-1 X)^-1 (V^-1 X)_i' P_ii^-1 (P y)_i``, where
``P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1`` (Haslett, 1999, JRSS B 61:603 [M]). For a linear model this is exact.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models.covariances.estimates import At
from analysis.models.covariances.kenward_roger import KenwardRoger
from analysis.models.covariances.structure import Structure
from analysis.models.covariances.values import values_of
from analysis.models.design import Array
from analysis.models.preparing import prepare
from analysis.models.result import Fit

#: Below this share of the largest, an eigenvalue is zero: the rows carry a coefficient that no other row does.
SINGULAR = 1e-10


def leave_out(fit: Fit, weights: Array, units: pd.Series) -> pd.DataFrame:
    """Estimate a contrast of a Gaussian model without each unit in turn, at the variances of the whole.

    Parameters
    ----------
    fit
        A Gaussian model, mixed or linear; a mixed one also with the contrast's own variance
        (:func:`analysis.models.own_variance.with_own_variance`).
    weights : ndarray, shape (p,)
        The contrast of the coefficients.
    units
        The participant or stimulus of each row of ``fit.data``, by its index.

    Returns
    -------
    DataFrame
        One row for each unit: unit, rows (left out with it), estimate, se (both without it; missing if the contrast
        cannot be estimated without the unit).

    Raises
    ------
    AnalysisError
        For other families.
    """
    if fit.family != "gaussian":
        raise AnalysisError(
            f"Units can be left out of a Gaussian model, not of a {fit.family} one.", ""
        )
    weights = np.asarray(weights, dtype=float)
    whole = _estimates(fit)
    estimate, variance = weights @ whole.beta, weights @ whole.vcov @ weights
    found = []
    places = pd.Series(np.arange(len(whole.y))).groupby(units.loc[fit.data.index].to_numpy())
    for unit, own in places:
        rows = own.to_numpy()
        pull, inverse = whole.solved[rows], whole.covariance.inverse_at(rows)
        roots, vectors = np.linalg.eigh(inverse - pull @ whole.vcov @ pull.T)
        row = {"unit": unit, "rows": len(rows), "estimate": np.nan, "se": np.nan}
        if roots[0] > SINGULAR * np.abs(inverse).max():
            moved = vectors.T @ (pull @ (whole.vcov @ weights))
            residual = vectors.T @ whole.residual[rows, 0]
            row["estimate"] = estimate - float(moved @ (residual / roots))
            row["se"] = float(np.sqrt(variance + moved @ (moved / roots)))
        found.append(row)
    return pd.DataFrame(found, columns=["unit", "rows", "estimate", "se"])


def _estimates(fit: Fit) -> At:
    """Return a model at its estimates; with Kenward-Roger tests those that these are about."""
    tests = getattr(fit.wald, "__self__", None)
    if isinstance(tests, KenwardRoger):
        return tests.found
    model = prepare(fit.data, fit.formula)
    structure = Structure(model.groups, model.design.matrix)
    return At(structure, model.y, values_of(structure, fit))
