"""Linear models for between-subjects data, with standard errors that allow unequal variances.

Unequal variance is the rule in giving (SD 2.13 vs 1.67 in Small et al. 2007 [V]), so HC3 is the
default and the pooled-variance standard error must be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import statsmodels
import statsmodels.api as sm
from scipy import stats

from analysis import group_guards, guards
from analysis.contrasts import estimate_table
from analysis.errors import AnalysisError
from analysis.formula import (
    FixedDesign,
    RandomTerm,
    fixed_design,
    group_codes,
    parse_formula,
    response_values,
)

ENGINE = f"statsmodels {statsmodels.__version__}"
ROBUST = ("HC3", "HC2", "HC1", "HC0", "classical", "cluster")


@dataclass(frozen=True)
class LinearFit:
    """An ordinary-least-squares fit; same columns and meaning as ``MixedFit``.

    ``vcov`` is the robust covariance named by ``robust``. ``loglik``, ``aic`` and ``bic`` are
    those of the Gaussian model with one common variance; ``n_parameters`` counts that variance.
    """

    formula: str
    robust: str
    terms: pd.DataFrame
    vcov: np.ndarray
    df_residual: float
    loglik: float
    aic: float
    bic: float
    n_parameters: int
    n: int
    r_squared: float
    sigma: float
    messages: tuple[str, ...]
    engine: str
    design: FixedDesign = field(repr=False)
    data: pd.DataFrame = field(repr=False)
    fitted: np.ndarray = field(repr=False)
    family: str = "gaussian"
    converged: bool = True
    singular: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients, in the order of ``vcov``."""
        return self.design.names

    @property
    def beta(self) -> np.ndarray:
        """Coefficients of shape (terms,)."""
        return self.terms["estimate"].to_numpy()

    def df_of(self, weights: np.ndarray) -> float:
        """Degrees of freedom of any single contrast: n minus coefficients (or clusters - 1)."""
        return self.df_residual

    def joint(self, weights: np.ndarray) -> tuple[float, float, float, float]:
        """Joint Wald F test of ``weights @ beta = 0``: F, df, error df, p."""
        matrix = np.atleast_2d(weights)
        value = matrix @ self.beta
        rank = np.linalg.matrix_rank(matrix)
        f = float(value @ np.linalg.pinv(matrix @ self.vcov @ matrix.T) @ value / rank)
        return f, float(rank), self.df_residual, float(stats.f.sf(f, rank, self.df_residual))


def fit_linear(
    data: pd.DataFrame, formula: str, robust: str = "HC3", *, cluster: str | None = None
) -> LinearFit:
    """Ordinary least squares with heteroscedasticity-consistent standard errors.

    Parameters
    ----------
    data : DataFrame
        One row per person (or several, with ``cluster`` naming the person column).
    formula : str
        As in :mod:`analysis.formula`, without random terms.
    robust : {"HC3", "HC2", "HC1", "HC0", "classical", "cluster"}
        "cluster" is chosen automatically when ``cluster`` is given.

    Raises
    ------
    AnalysisError
        For random terms, missing values, a constant response, an empty cell, no residual df.
    """
    parsed = parse_formula(formula)
    if parsed.random:
        raise AnalysisError(
            f"{formula!r} has random terms.", "Use fit_mixed, or leave them out for one row each."
        )
    robust = "cluster" if cluster else robust
    if robust not in ROBUST or (robust == "cluster" and not cluster):
        raise AnalysisError(
            f"Unknown standard errors {robust!r}.", f"Choose one of {', '.join(ROBUST)}."
        )
    guards.check_columns(parsed, data)
    y = response_values(parsed, data)
    guards.check_response(parsed.response, y, "gaussian")
    design = fixed_design(parsed, data)
    guards.check_cells(parsed, design, data)
    if len(y) <= design.matrix.shape[1]:
        raise AnalysisError(
            f"{len(y)} rows for {design.matrix.shape[1]} coefficients leave nothing to estimate "
            "the error from.",
            "Estimates without standard errors are all these data give; collect more.",
        )
    raw = sm.OLS(y, design.matrix).fit()
    if cluster:
        guards.refuse_non_finite(cluster, data[cluster].isna().to_numpy(), "missing")
        one = RandomTerm("1", cluster)
        group_guards.check_left_over(one, group_codes(one, data), design)
    vcov, df, messages = _covariance(raw, robust, data[cluster] if cluster else None, cluster)
    beta, n, k = np.asarray(raw.params), len(y), design.matrix.shape[1]
    # Where answers do not vary at all, rounding can leave less than nothing.
    se = np.sqrt(np.maximum(np.diag(vcov), 0))
    terms = estimate_table(design.names, beta, se, np.full(k, df), first="term")
    loglik, n_parameters = float(raw.llf), k + 1
    return LinearFit(
        formula=parsed.text,
        robust=robust,
        terms=terms,
        vcov=vcov,
        df_residual=df,
        loglik=loglik,
        aic=2 * n_parameters - 2 * loglik,
        bic=n_parameters * np.log(n) - 2 * loglik,
        n_parameters=n_parameters,
        n=n,
        r_squared=float(raw.rsquared),
        sigma=float(np.sqrt(raw.scale)),
        messages=messages,
        engine=ENGINE,
        design=design,
        data=data,
        fitted=np.asarray(raw.fittedvalues),
    )


def _covariance(
    raw: sm.regression.linear_model.RegressionResults,
    robust: str,
    clusters: pd.Series | None,
    name: str | None,
) -> tuple[np.ndarray, float, tuple[str, ...]]:
    """Covariance, degrees of freedom and what to say about them."""
    if clusters is not None:
        codes = pd.factorize(clusters)[0]
        n_clusters = int(codes.max()) + 1
        robustified = raw.get_robustcov_results("cluster", groups=codes)
        told = (
            f"Standard errors are clustered by {name} ({n_clusters} clusters)"
            f"{'; with fewer than 40 they tend to be too small' if n_clusters < 40 else ''}."
        )
        return np.asarray(robustified.cov_params()), float(n_clusters - 1), (told,)
    if robust == "classical":
        return (
            np.asarray(raw.cov_params()),
            float(raw.df_resid),
            ("Standard errors assume equal variances in all cells.",),
        )
    if robust == "HC3" and np.any(raw.get_influence().hat_matrix_diag > 1 - 1e-9):
        raise AnalysisError(
            "A cell holds a single observation, which HC3 standard errors cannot use.",
            "Collect more in that cell, leave it out, or ask for robust='HC1'.",
        )
    return np.asarray(getattr(raw, f"cov_{robust}")), float(raw.df_resid), ()
