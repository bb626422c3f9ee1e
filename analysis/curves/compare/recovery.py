"""Model recovery: the rule of the verdict applied to thousands of simulated studies at once.

Which family is best supported in each simulated study, if any? The likelihood of each curve is computed from
the cell means with their covariance (``analysis.curves.fitting.misfits``); the rule is
that of ``analysis.curves.compare.verdict``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2
from scipy.stats import t as t_distribution

from analysis.curves.catalogue import Hypothesis
from analysis.curves.catalogue.design import Array, Design
from analysis.curves.compare.rule import Rule
from analysis.curves.compare.tested import holm
from analysis.curves.compare.weights import criteria, families_of, family_weights
from analysis.curves.fitting import identified, misfits
from analysis.errors import AnalysisError

UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Recovery:
    """Model recovery in simulated studies."""

    families: tuple[str, ...]
    verdicts: NDArray[np.str_]
    """Best-supported family of each study, or "undetermined", (studies,)."""
    weights_bic: Array
    """(studies, families)."""
    shapes: dict[str, Array]
    """Estimated shape parameters of each curve, (studies, shape parameters), by id."""


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
    """Apply the rule of the verdict to each study.

    Parameters
    ----------
    design : mapping
        One row per cell.
    means : ndarray, shape (studies, cells)
        Estimated cell means of each study.
    vcov : ndarray, shape (cells, cells)
        Covariance of the means, common to all studies.
    n : int
        Rows per study.
    k_other : int
        Parameters outside the curve (variances, covariates).
    sesoi, df : float
        For the equivalence tests between cells, see ``equivalence_to_flat``.

    Raises
    ------
    AnalysisError
        If array shapes do not match, or there are too few rows.
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
    fitted = {h.id: misfits(design, means, vcov, h) for h in hypotheses}
    chi = np.column_stack([cost for cost, _ in fitted.values()])
    k = np.array([identified(h, design) for h in hypotheses])
    families, member = families_of(hypotheses)
    known = criteria(-0.5 * chi, k + k_other, n)
    bic, aicc = (family_weights(known[name], member) for name in ("bic", "aicc"))
    leader, rows = np.argmax(bic, axis=1), np.arange(len(means))
    # The best curve of each family is the one with the highest likelihood, (studies, families).
    bests = np.argmin(np.where(member, chi[:, None, :], np.inf), axis=2)
    df_left = cells - k[bests]
    misfit = chi2.sf(np.take_along_axis(chi, bests, 1), np.maximum(df_left, 1))
    p = holm(np.where(df_left > 0, misfit, np.nan))[rows, leader]
    objections = rule.objections(
        cells=cells,
        null=np.array([h.role == "null" for h in hypotheses])[bests[rows, leader]],
        bic=bic[rows, leader],
        aicc=aicc[rows, leader],
        flat=_flat_shown(means, vcov, sesoi, df, alpha),
        p=np.where(np.isnan(p), 1.0, p),
    )
    undetermined = np.any(list(objections.values()), axis=0)
    verdicts = np.where(undetermined, UNDETERMINED, np.array(families)[leader])
    return Recovery(families, verdicts, bic, {id: shape for id, (_, shape) in fitted.items()})


def _flat_shown(
    means: Array, vcov: Array, sesoi: float, df: float, alpha: float
) -> NDArray[np.bool_]:
    """Return whether all pairs of cells are equivalent, (studies,)."""
    shown = np.ones(len(means), dtype=bool)
    critical = float(t_distribution.ppf(1 - alpha, df))
    for i, j in combinations(range(means.shape[1]), 2):
        se = np.sqrt(vcov[i, i] + vcov[j, j] - 2 * vcov[i, j])
        shown &= np.abs(means[:, i] - means[:, j]) + critical * se < sesoi
    return shown
