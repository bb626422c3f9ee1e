"""The result of a fit, of the same type for all families and engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.models.design import Array, Design, Model
from analysis.models.formula import Formula
from analysis.models.wald import Joint, estimate_table, wald_test
from analysis.showing import Part, Shown, written
from experiments.numbers import count, estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.models.at_limit import AtLimit
    from analysis.models.likelihoods.base import Parameters

TITLES = {
    "gaussian": "Linear",
    "binomial": "Logistic",
    "gamma": "Gamma",
    "poisson": "Poisson",
    "negativebinomial": "Negative binomial",
    "beta": "Beta",
    "ordered_beta": "Ordered beta",
    "ordinal": "Ordinal (proportional odds)",
    "tobit": "Two-limit Tobit",
}
"""Names of the models of each family in summaries."""
SCALES = {
    "identity": "units of the response",
    "logit": "log odds",
    "probit": "standard normal deviates",
    "log": "logarithms",
}
"""Names of the scale of the coefficients in summaries, by link."""
RATIOS = {"logit": "odds ratio", "log": "ratio"}
"""Name of an exponentiated coefficient, by link."""


@dataclass(frozen=True)
class Component:
    """The standard deviations and correlations of one random term."""

    group: str
    terms: tuple[str, ...]
    """The intercept and the slopes."""
    sds: Array
    """(q,)"""
    correlations: Array
    """(q, q); nan if one of the SDs is zero."""


def no_shape() -> pd.DataFrame:
    """Return the shape table of a family without shape parameters."""
    return pd.DataFrame(columns=["parameter", "estimate", "se"])


@dataclass(frozen=True)
class Fit(Shown):
    """A fitted model of any family, by any engine."""

    engine: str
    """Software and version."""
    family: str
    link: str
    """Scale of the coefficients: identity, logit, log, probit."""
    formula: Formula
    """As fitted; its ``text`` is the formula as it was written."""
    design: Design = field(repr=False)
    data: pd.DataFrame = field(repr=False)
    beta: Array
    """Estimates of the p columns of the design."""
    vcov: Array = field(repr=False)
    """Their covariance (p, p)."""
    df: Array
    """Degrees of freedom of each estimate (p,): Satterthwaite in a Gaussian mixed model; Satterthwaite, residual or number
    of clusters minus 1 in a linear one, infinite for z tests."""
    loglik: float
    """The REML criterion if ``reml``: models with different fixed parts can be compared with ``reml=False`` only."""
    n_parameters: int
    """Number of estimated parameters: coefficients, variances, shape."""
    n_used: int
    """Number of rows."""
    converged: bool = True
    singular: bool = False
    """Whether a variance of a random term is estimated at zero, or a correlation at one."""
    messages: tuple[str, ...] = ()
    """Notes on the fit for the reader: terms left out, warnings, methods."""
    reml: bool = False
    errors: str = "model"
    """Kind of standard errors: ``model``, ``Kenward-Roger``; of a linear model ``Satterthwaite``, ``cluster`` ..."""
    components: tuple[Component, ...] = field(default=(), repr=False)
    dispersion: float = np.nan
    """Residual variance of a Gaussian model, dispersion of a Gamma one."""
    groups: dict[str, int] = field(default_factory=dict)
    """Levels of each random term."""
    shape: pd.DataFrame = field(default_factory=no_shape, repr=False)
    """Thresholds, precision or spread of a family that has them: parameter, estimate, se."""
    fitted: Array = field(default_factory=lambda: np.empty(0), repr=False)
    """Expected responses (n,)."""
    wald: Callable[[Array], Joint] | None = field(default=None, repr=False, compare=False)
    """The engine's own joint test, if degrees of freedom depend on the contrast."""
    limits: tuple[float, float] | None = None
    """Lowest and highest possible answer."""
    parameters: Parameters | None = field(default=None, repr=False, compare=False)
    """All parameters with their covariance, if the engine has it."""
    limit: AtLimit | None = field(default=None, repr=False, compare=False)
    """If all answers of a condition are at a limit: the tests of infinite contrasts (``fit_at_limit``)."""

    @classmethod
    def of(cls, model: Model, **found: Any) -> Fit:
        """Create the fit of a model from an engine's estimates, with the model's family, link, formula, design and data."""
        about = {
            name: getattr(model, name)
            for name in ("family", "link", "formula", "design", "data", "limits")
        }
        infinite = np.full(len(found["beta"]), np.inf)
        return cls(**{**about, "df": infinite, "n_used": len(model.y), **found})

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients, in the order of ``vcov``."""
        return self.design.names

    @property
    def se(self) -> Array:
        """Standard errors (p,)."""
        # If responses do not vary at all, rounding can leave a variance below zero.
        return np.sqrt(np.maximum(np.diag(self.vcov), 0))

    @cached_property
    def terms(self) -> pd.DataFrame:
        """One row per coefficient: term, estimate, se, df, statistic, p (two-sided), ci_low, ci_high
        (95 %)."""
        return estimate_table(self.names, self.beta, self.se, self.df)

    @cached_property
    def random_sd(self) -> pd.DataFrame:
        """SDs of the random terms: group, term, sd; in a Gaussian mixed model, the residual is last."""
        rows = [
            (part.group, term, float(sd))
            for part in self.components
            for term, sd in zip(part.terms, part.sds, strict=True)
        ]
        if self.components and self.family == "gaussian":
            rows.append(("residual", "", float(np.sqrt(self.dispersion))))
        return pd.DataFrame(rows, columns=["group", "term", "sd"])

    @cached_property
    def random_cor(self) -> pd.DataFrame:
        """Correlations of random intercepts and slopes: group, term, with, correlation."""
        rows = [
            (part.group, part.terms[i], part.terms[j], float(part.correlations[i, j]))
            for part in self.components
            for i in range(len(part.terms))
            for j in range(i)
        ]
        return pd.DataFrame(rows, columns=["group", "term", "with", "correlation"])

    @property
    def errors_in_words(self) -> str:
        """The kind of standard errors of a linear model."""
        kind = {"Satterthwaite": "HC2"}.get(self.errors, self.errors)
        df = " and Satterthwaite degrees of freedom" if self.errors == "Satterthwaite" else ""
        return f"{kind} standard errors{df}"

    @property
    def aic(self) -> float:
        """Akaike's information criterion, 2 k - 2 loglik."""
        return 2 * self.n_parameters - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Bayesian information criterion, k ln(rows) - 2 loglik, as in lme4."""
        return float(np.log(self.n_used)) * self.n_parameters - 2 * self.loglik

    def df_of(self, weights: Array) -> float:
        """Return the degrees of freedom of the single contrast ``weights @ beta`` (inf: z test)."""
        if self.wald is None:
            return float(self.df[0]) if len(self.df) else np.inf
        return self.joint(weights).df_error if np.any(weights) else np.inf

    def joint(self, weights: Array) -> Joint:
        """Test ``weights @ beta = 0`` jointly (Wald); nan if the fit has no covariance."""
        matrix = np.atleast_2d(np.asarray(weights, dtype=float))
        if self.wald is not None:
            return self.wald(matrix)
        df = self.df_of(matrix)
        if not np.isfinite(self.vcov).all():
            return Joint(np.nan, np.nan, df, np.nan)
        rank = float(np.linalg.matrix_rank(matrix))
        return wald_test(matrix @ self.beta, matrix @ self.vcov @ matrix.T, rank, df)

    def table(self) -> pd.DataFrame:
        """Return the fixed effects: term, estimate, se, df, statistic, p, ci_low, ci_high (95 %)."""
        return self.terms.copy()

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the fixed effects, except the intercept, with 95 % intervals."""
        from analysis.showing.axes import intervals

        own = self.terms[self.terms["term"] != "Intercept"]
        across = f"estimate, in {SCALES[self.link]} (95 % interval)"
        return intervals(axes, own["term"].tolist(), own, across)

    def parts(self) -> Iterator[Part]:
        """Return the model, fixed effects, random effects, shape, and notes."""
        yield Part(str(self.formula), tuple(self._described()))
        test = "t" if np.isfinite(self.df).all() else "z"
        fixed = self.terms
        if ratio := RATIOS.get(self.link):
            fixed = fixed.assign(**{ratio: np.exp(fixed["estimate"])})
        scale = () if self.link == "identity" else (f"Estimates are {SCALES[self.link]}.",)
        yield Part("Fixed effects", scale, written(fixed, statistic=test))
        if self.components:
            yield Part("Random effects", (), self._spread())
        if len(self.shape):
            yield Part("Thresholds and shape", (), written(self.shape))
        notes = [] if self.converged else ["The fit did NOT converge: do not use these estimates."]
        if notes := [*notes, *self.messages]:
            yield Part("Notes", tuple(f"- {note}" for note in notes))

    def _described(self) -> Iterator[str]:
        kind = TITLES[self.family] + (" mixed model" if self.components else " model")
        how = "restricted maximum likelihood" if self.reml else "maximum likelihood"
        if self.errors not in ("model", "Kenward-Roger"):
            how = f"least squares, {self.errors_in_words}"
        groups = ", ".join(f"{count(n)} ({name})" for name, n in self.groups.items())
        rows = count(self.n_used, "row", "rows") + (f"; groups: {groups}" if groups else "")
        yield f"{kind} by {how} ({self.engine}): {rows}."
        if self.formula.text and self.formula.text.replace(" ", "") != str(self.formula).replace(
            " ", ""
        ):
            yield f"Requested: {self.formula.text}"
        yield (
            f"Log-likelihood {estimate(self.loglik, 1)}, AIC {estimate(self.aic, 1)},"
            f" BIC {estimate(self.bic, 1)}."
        )

    def _spread(self) -> pd.DataFrame:
        """Return the variances, SDs and correlations of the random effects, formatted for a summary."""
        table = self.random_sd.assign(variance=self.random_sd["sd"] ** 2)[
            ["group", "term", "variance", "sd"]
        ]
        shown = written(table)
        if len(self.random_cor):
            correlated: dict[tuple[str, str], list[str]] = {}
            for group, term, other, r in self.random_cor.to_numpy().tolist():
                correlated.setdefault((group, term), []).append(f"{estimate(r, 2)} with {other}")
            places = zip(table["group"], table["term"], strict=True)
            shown["correlation"] = ["; ".join(correlated.get(at, [])) for at in places]
        return shown

    def first(self, p: int) -> Fit:
        """Return the fit restricted to its first p coefficients."""
        design = Design(self.design.matrix[:, :p], self.names[:p])
        return replace(
            self, design=design, beta=self.beta[:p], vcov=self.vcov[:p, :p], df=self.df[:p]
        )

    def in_units(self, size: Array) -> Fit:
        """Rescale the coefficients to columns that are ``size`` (p,) times those that were fitted."""
        return replace(self, beta=self.beta / size, vcov=self.vcov / np.outer(size, size))
