"""The result of a maximum-likelihood fit with its own row distribution."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from analysis.formula import FixedDesign
from analysis.likelihoods.rows import RowModel


@dataclass(frozen=True)
class LikelihoodFit:
    """A maximum-likelihood fit; ``terms`` and ``vcov`` as in ``MixedFit``.

    ``shape`` has columns parameter, estimate, se (natural scale, delta method); ``random_sd``
    group, term, sd. ``grouping`` says in one sentence what participants and stimuli are in this
    model. ``fitted`` is the expected response (n,) of a typical person and stimulus (random
    intercepts at zero).
    """

    model: str
    formula: str
    terms: pd.DataFrame
    vcov: np.ndarray
    shape: pd.DataFrame
    random_sd: pd.DataFrame
    loglik: float
    aic: float
    bic: float
    n_parameters: int
    n: int
    groups: dict[str, int]
    converged: bool
    singular: bool
    grouping: str
    messages: tuple[str, ...]
    fitted: np.ndarray = field(repr=False)
    design: FixedDesign = field(repr=False)
    data: pd.DataFrame = field(repr=False)
    rows: RowModel = field(repr=False)
    df: float = np.inf

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients, in the order of ``vcov``."""
        return self.design.names

    @property
    def beta(self) -> np.ndarray:
        """Coefficients of shape (terms,)."""
        return self.terms["estimate"].to_numpy()

    def df_of(self, weights: np.ndarray) -> float:
        """Degrees of freedom of a contrast: inf (z), or clusters - 1."""
        return self.df

    def joint(self, weights: np.ndarray) -> tuple[float, float, float, float]:
        """Joint Wald test of ``weights @ beta = 0``: statistic, df, error df, p; nan where the fit
        found no maximum and has no covariance."""
        matrix = np.atleast_2d(weights)
        if not np.isfinite(self.vcov).all():
            return np.nan, np.nan, self.df, np.nan
        value = matrix @ self.beta
        rank = float(np.linalg.matrix_rank(matrix))
        wald = float(value @ np.linalg.pinv(matrix @ self.vcov @ matrix.T) @ value)
        if np.isfinite(self.df):
            return wald / rank, rank, self.df, float(stats.f.sf(wald / rank, rank, self.df))
        return wald, rank, np.inf, float(stats.chi2.sf(wald, rank))
