r"""Predictive comparison of models: leave-one-participant-out cross-validation.

The expected log predictive density (elpd) of a model is the sum over participants of
:math:`\log p(y_i \mid y_{-i})`: all answers of participant i, predicted from those of all others.
Participants are left out whole, because the question is how well a model predicts new participants, not new
trials of the same ones.

Rule: a difference below 4, or below 2 standard errors, is not interpreted (our convention, after Vehtari,
Gelman & Gabry 2017 and Sivula et al. 2020 [M]).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.models import Fit
from analysis.models import fit as fit_model
from analysis.models.covariances.crossing import Indices
from analysis.models.covariances.estimates import At
from analysis.models.covariances.structure import Structure
from analysis.models.covariances.values import values_of
from analysis.models.design import groupings
from analysis.models.guards import response_values

SMALLEST_DIFFERENCE = 4.0


@dataclass(frozen=True)
class Elpd:
    """The expected log predictive density of a model."""

    pointwise: pd.Series
    """Log predictive density of each participant (index)."""
    n_rows: int


@dataclass(frozen=True)
class ElpdDifference:
    """A difference in elpd: above 0, the first model predicts better. ``better``: name of the better model, or ''."""

    first: str
    second: str
    difference: float
    se: float
    better: str

    def table(self) -> pd.DataFrame:
        """Return one row: first, second, difference, se, better."""
        return pd.DataFrame([asdict(self)])


def compare_elpd(first: Elpd, second: Elpd, names: tuple[str, str]) -> ElpdDifference:
    """Compare two models on the same participants: difference in elpd, with its standard error.

    Raises
    ------
    AnalysisError
        If the participants or their numbers of rows differ.
    """
    same = first.pointwise.index.equals(second.pointwise.index) and first.n_rows == second.n_rows
    if not same:
        raise AnalysisError(
            f"{names[0]} and {names[1]} were evaluated on different participants or rows.",
            "Fit both to the same data.",
        )
    pointwise = (first.pointwise - second.pointwise).to_numpy()
    difference = float(pointwise.sum())
    se = float(np.sqrt(len(pointwise) * pointwise.var(ddof=1)))
    clear = abs(difference) >= max(SMALLEST_DIFFERENCE, 2 * se)
    better = names[0] if difference > 0 else names[1]
    return ElpdDifference(*names, difference, se, better if clear else "")


def gaussian_elpd(fit: Fit, participant: str, data: pd.DataFrame, *, folds: int = 10) -> Elpd:
    r"""Compute the leave-one-participant-out elpd of a Gaussian (mixed) model.

    Fixed effects and the effects of stimuli are re-estimated without each participant, and their uncertainty
    is integrated out in closed form; variances are re-estimated without the participant's fold (estimates
    from all data would be optimistic, as an outlying participant inflates them). With
    :math:`Q = V^{-1} - V^{-1}X(X'V^{-1}X)^{-1}X'V^{-1}`, the residual of the left-out block is
    :math:`Q_{ii}^{-1}(Qy)_i` with covariance :math:`Q_{ii}^{-1}`.

    Parameters
    ----------
    participant : column of ``data`` that identifies participants
    data : the data that ``fit`` was fitted to
    folds : number of folds; participants are assigned to them in the order of their codes
    """
    if fit.family != "gaussian":
        raise AnalysisError(
            f"The closed form requires a Gaussian model; this one is {fit.family}.", ""
        )
    rows_of = _rows_of_participants(data, participant)
    labels, rows = list(rows_of), list(rows_of.values())
    if len(labels) < 2 * folds:
        raise AnalysisError(
            f"{len(labels)} participants are too few for {folds} folds.", "Use fewer folds."
        )
    y = response_values(fit.formula, data)
    structure = Structure(groupings(fit.formula, data), fit.design.matrix)
    values = np.empty(len(labels))
    for fold in range(folds):
        in_fold = np.arange(len(labels)) % folds == fold
        out = np.concatenate([rows[i] for i in np.flatnonzero(in_fold)])
        train = np.delete(np.arange(len(data)), out)
        refit = fit_model(
            data.iloc[train], fit.formula, reml=fit.reml, errors="classical", tests=False
        )
        whole = At(structure, y, values_of(structure, refit))
        values[in_fold] = [_log_density(whole, rows[i]) for i in np.flatnonzero(in_fold)]
    return Elpd(pd.Series(values, index=labels), len(y))


def _log_density(whole: At, rows: Indices) -> float:
    """Return the log density of some rows given all others."""
    pull = whole.solved[rows]
    precision = whole.covariance.inverse_at(rows) - pull @ whole.vcov @ pull.T
    pulled = whole.residual[rows, 0]
    squared = pulled @ np.linalg.solve(precision, pulled)
    constant = len(rows) * np.log(2 * np.pi)
    return float(0.5 * (np.linalg.slogdet(precision)[1] - squared - constant))


def _rows_of_participants(data: pd.DataFrame, participant: str) -> dict[object, np.ndarray]:
    """Return the rows of each participant, in the order of their codes."""
    if participant not in data.columns:
        raise AnalysisError(
            f"There is no column {participant!r} that identifies participants.",
            f"Columns: {', '.join(map(str, data.columns))}.",
        )
    grouped = data.reset_index(drop=True).groupby(participant, observed=True, sort=True)
    return {label: np.asarray(index) for label, index in grouped.indices.items()}
