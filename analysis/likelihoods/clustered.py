"""Standard errors that allow the rows of one person to be dependent (sandwich)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.guards import MIN_GROUPS


def clustered(
    rows: Callable[[np.ndarray], np.ndarray],
    parameters: np.ndarray,
    vcov: np.ndarray,
    clusters: np.ndarray,
) -> tuple[np.ndarray, float]:
    r"""Covariance :math:`A^{-1} (\sum_g s_g s_g') A^{-1} \cdot G/(G-1)` and df = G - 1.

    Parameters
    ----------
    rows : function of parameters (p,) giving each row's log-likelihood (n,)
    vcov : array (p, p)
        Inverse of the negative Hessian, A^-1.
    clusters : array (n,) of labels
    """
    codes = pd.factorize(clusters)[0]
    n_clusters = int(codes.max()) + 1
    if n_clusters < MIN_GROUPS or n_clusters <= len(parameters):
        raise AnalysisError(
            f"{n_clusters} clusters are too few for clustered standard errors of "
            f"{len(parameters)} parameters.",
            "Collect more people, or use fewer predictors.",
        )
    scores = np.empty((len(clusters), len(parameters)))
    for j in range(len(parameters)):
        width = 1e-5 * max(1.0, abs(parameters[j]))
        e = np.zeros(len(parameters))
        e[j] = width
        scores[:, j] = (rows(parameters + e) - rows(parameters - e)) / (2 * width)
    sums = np.array([np.bincount(codes, scores[:, j]) for j in range(len(parameters))])
    meat = sums @ sums.T * n_clusters / (n_clusters - 1)
    return vcov @ meat @ vcov, float(n_clusters - 1)
