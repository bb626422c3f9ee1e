"""The verdict's rule for thousands of simulated studies at once, on their cell means.

For model recovery: which family does each simulated study name, or none? The likelihood of each
curve comes from the cell means with their covariance (``analysis.curves.misfits``); the rule is
that of ``analysis.compare.verdict``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2
from scipy.stats import t as t_distribution

from analysis.compare.verdict import Rule
from analysis.compare.weights import CRITERIA
from analysis.curves import identified, misfits
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis
from analysis.hypotheses.design import Array, Design

UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Recovery:
    """Verdicts on simulated studies."""

    families: tuple[str, ...]
    verdicts: NDArray[np.str_]
    """Surviving family of each study, or "undetermined", (studies,)."""
    weights_bic: Array
    """(studies, families)."""
    weights_aicc: Array
    shapes: dict[str, Array]
    """Best shape of each curve, (studies, shape parameters), by id."""

    def shares(self) -> dict[str, float]:
        """Share of studies by verdict: one row of a confusion matrix."""
        names = (*self.families, UNDETERMINED)
        return {name: float(np.mean(self.verdicts == name)) for name in names}


def recover(
    design: Design,
    means: Array,
    vcov: Array,
    hypotheses: Sequence[Hypothesis],
    *,
    n: int,
    k_other: int,
    sesoi: float,
    df: float,
    rule: Rule | None = None,
    alpha: float = 0.05,
) -> Recovery:
    """Apply the verdict's rule to each study.

    Parameters
    ----------
    design : mapping
        One row per cell.
    means : ndarray, shape (studies, cells)
        Estimated cell means of each study.
    vcov : ndarray, shape (cells, cells)
        Covariance of the means, common to all studies.
    n : int
        Rows of one study.
    k_other : int
        Parameters outside the curve (variances, covariates).
    sesoi, df : float
        Of the equivalence test between cells, see ``equivalence_to_flat``.

    Raises
    ------
    AnalysisError
        Shapes that do not fit together, or too few rows.
    """
    rule = rule or Rule()
    means = np.atleast_2d(means)
    cells = means.shape[1]
    if vcov.shape != (cells, cells) or n - k_other <= cells + 1:
        raise AnalysisError(
            f"{cells} means need a {cells} x {cells} covariance and more than "
            f"{cells + k_other + 1} rows; found {vcov.shape} and n = {n}.",
            "Check the design of the simulation.",
        )
    cost, shapes, k = [], {}, []
    for h in hypotheses:
        c, s = misfits(design, means, vcov, h)
        cost.append(c)
        shapes[h.id] = s
        k.append(identified(h, design))
    chi, k_curve = np.column_stack(cost), np.array(k)
    criteria = _criteria(chi, k_curve + k_other, n)
    families = tuple(dict.fromkeys(h.family for h in hypotheses))
    member = np.array([[h.family == f for h in hypotheses] for f in families])
    weights = {name: _family_weights(criteria[name], member) for name in CRITERIA}
    leader = np.argmax(weights["bic"], axis=1)
    # The best curve of the leading family is the one with the highest likelihood.
    best = np.argmin(np.where(member[leader], chi, np.inf), axis=1)
    rows = np.arange(len(means))
    room = cells - k_curve[best]
    p = np.where(room > 0, chi2.sf(chi[rows, best], np.maximum(room, 1)), 1.0)
    null = np.array([h.role == "null" for h in hypotheses])[best]
    passed = (
        (weights["bic"][rows, leader] >= rule.bic)
        & (p >= rule.misfit)
        & (null | (cells >= 3))
        & np.where(
            null,
            _flat_shown(means, vcov, sesoi, df, alpha),
            weights["aicc"][rows, leader] >= rule.aicc,
        )
    )
    verdicts = np.where(passed, np.array(families)[leader], UNDETERMINED)
    return Recovery(families, verdicts, weights["bic"], weights["aicc"], shapes)


def _criteria(chi: Array, k: NDArray[np.int_], n: int) -> dict[str, Array]:
    aic = chi + 2 * k
    return {
        "aic": aic,
        "aicc": aic + 2 * k * (k + 1) / (n - k - 1),
        "bic": chi + k * np.log(n),
    }


def _family_weights(criterion: Array, member: NDArray[np.bool_]) -> Array:
    prior = (member / member.sum(axis=1, keepdims=True)).sum(axis=0)
    relative = prior * np.exp(-0.5 * (criterion - criterion.min(axis=1, keepdims=True)))
    family = relative @ member.T
    return family / family.sum(axis=1, keepdims=True)


def _flat_shown(means: Array, vcov: Array, sesoi: float, df: float, alpha: float) -> NDArray:
    shown = np.ones(len(means), dtype=bool)
    reach = float(t_distribution.ppf(1 - alpha, df))
    for i, j in combinations(range(means.shape[1]), 2):
        se = np.sqrt(vcov[i, i] + vcov[j, j] - 2 * vcov[i, j])
        shown &= np.abs(means[:, i] - means[:, j]) + reach * se < sesoi
    return shown
