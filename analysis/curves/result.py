"""The result of fitting one predicted curve."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.hypotheses import Hypothesis
from analysis.hypotheses.design import Array, Design


@dataclass(frozen=True)
class CurveFit:
    """A fitted curve. All likelihoods are ML, so that curves can be compared."""

    hypothesis: Hypothesis
    response: str
    columns: tuple[str, ...]
    """Columns of the data that the curve reads."""
    parameters: pd.DataFrame
    """name, kind (shape / linear), estimate, ci_low, ci_high, interval (how), unit, identified."""
    shape: dict[str, float]
    intercept: float
    coefficients: Array
    cells: pd.DataFrame
    """Design columns, n, and the fitted mean of each distinct design row; where cell means
    exist also the unrestricted mean and its se."""
    loglik: float
    k: int
    """All estimated parameters: curve (with its shape), covariates, variances. Of the curve only
    what the cells can identify counts."""
    k_curve: int
    n: int
    converged: bool
    limited: bool
    """The data go against the claim; the coefficient was held at zero."""
    notes: tuple[str, ...]
    evaluations: int = field(default=0)

    @property
    def aic(self) -> float:
        """2 k - 2 loglik."""
        return 2 * self.k - 2 * self.loglik

    @property
    def aicc(self) -> float:
        """AIC with the small-sample term 2k(k+1)/(n-k-1); infinite when n is too small."""
        room = self.n - self.k - 1
        return self.aic + 2 * self.k * (self.k + 1) / room if room > 0 else float("inf")

    @property
    def bic(self) -> float:
        """k ln(rows) - 2 loglik, with the number of rows as in lme4."""
        return self.k * float(np.log(self.n)) - 2 * self.loglik

    def predict(self, design: Design) -> Array:
        """Fitted mean (linear predictor) on a design, covariates at their means."""
        basis = self.hypothesis.basis(design, self.shape)
        return self.intercept + basis @ np.nan_to_num(self.coefficients)

    def table(self) -> pd.DataFrame:
        """The parameters with their intervals."""
        return self.parameters.copy()
