"""Models with a condition at a limit: finite contrasts as usual, infinite ones by a likelihood-ratio test.

Where all answers of a condition are at the floor or the ceiling, its coefficient is infinite and has no Wald test
(:mod:`analysis.models.separation`). The supremum of the likelihood exists: answers at their limit have probability
one, whatever their random effects, so that it is the likelihood of the other answers. A contrast is tested by twice
the difference between this supremum and that of the model in which the contrast is zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import linalg, special

from analysis.errors import AnalysisError
from analysis.models.design import Array, Model
from analysis.models.engines.likelihood import RowsLikelihood, fit_rows
from analysis.models.engines.mixed import run_glmm
from analysis.models.fitting import clusters_of, fit
from analysis.models.formula import Formula, parse_formula
from analysis.models.likelihoods.base import Parameters
from analysis.models.likelihoods.ordered import Blocks
from analysis.models.limiting import Indices, Remaining, remaining, whole
from analysis.models.messages import EstimationError, message
from analysis.models.preparing import prepare
from analysis.models.random_terms import check_random
from analysis.models.result import Fit
from analysis.models.separation import Separation, cells_at_limit, find_separation
from analysis.models.wald import Joint, estimate_table

WALD, RATIO, NONE = "Wald", "likelihood ratio", "none"
"""Kinds of test of a contrast."""


def fit_at_limit(
    data: pd.DataFrame,
    formula: str | Formula,
    family: str,
    *,
    cluster: str | None = None,
    limits: tuple[float, float] | None = None,
    **options: Any,
) -> Fit:
    """Fit a model as :func:`analysis.models.fit` does, even if all answers of a condition are at a limit.

    Parameters
    ----------
    data, formula, family, cluster, limits, options
        Those of :func:`analysis.models.fit`.

    Returns
    -------
    Fit
        If a condition is at a limit, ``limit`` is not None: coefficients that are infinite have no standard error,
        and :func:`analysis.models.contrast` tests infinite contrasts by a likelihood-ratio test.

    Raises
    ------
    AnalysisError
        If the model cannot be estimated from the data for another reason.

    Examples
    --------
    >>> data = pd.DataFrame({"arm": list("aaaabbbb"), "gift": [0.0, 1, 3, 5, 0, 0, 0, 0]})
    >>> found = fit_at_limit(data, "gift ~ arm", "tobit", limits=(0, 5))
    >>> found.beta.round(2).tolist()
    [2.22, -inf]
    """
    try:
        return fit(data, formula, family, cluster=cluster, limits=limits, **options)
    except EstimationError as error:
        if error.code != "separation":
            raise
    parsed = parse_formula(formula)
    model = prepare(data, parsed, family, link=options.get("link"), limits=limits)
    check_random(model.formula, model.groups, model.design, model.data)
    if family == "ordinal":
        model = replace(model, design=model.design.without_intercept())
    separation = find_separation(model)
    assert separation is not None
    clusters = None if cluster is None else clusters_of(data, parsed, cluster)
    left = remaining(model, separation)
    if left is None:
        return _all_at_limit(model, separation, clusters is not None)
    if left.rows is None or family == "binomial":
        found = _by_glmm(left.model)
    else:
        own = None if clusters is None else clusters.iloc[left.kept]
        found = fit_rows(left.rows, left.model, own)
    return _in_full(found, model, separation, left, clusters is not None)


@dataclass(frozen=True)
class Limit:
    """The estimates of a model with a condition at a limit, and its likelihood-ratio tests."""

    model: Model = field(repr=False)
    separation: Separation = field(repr=False)
    beta: Array
    """Coefficients (p,) that give the finite contrasts; of the others they say nothing."""
    vcov: Array = field(repr=False)
    df: float
    clustered: bool
    """Whether standard errors are clustered: rows are then not independent, and there is no likelihood-ratio test."""
    _tested: dict[bytes, Joint] = field(default_factory=dict, init=False, repr=False, compare=False)

    def finite(self, weights: Array) -> bool:
        """Return whether all contrasts (rows, p) have a finite estimate."""
        return bool(np.abs(self._padded(weights) @ self._free).max(initial=0) < 1e-7)

    def sign(self, weights: Array) -> float:
        """Return the sign of an infinite contrast (p,); nan if it is the difference of two infinite values."""
        return self.separation.sign(self._padded(weights)[0])

    def joint(self, weights: Array) -> Joint:
        """Test contrasts (rows, p) jointly: chi-square; nan if they have no test."""
        matrix = np.atleast_2d(weights)
        if self.finite(matrix):
            return self._wald.joint(matrix)
        try:
            return self.ratio(matrix)
        except AnalysisError:
            return Joint(np.nan, np.nan, np.inf, np.nan)

    def ratio(self, weights: Array) -> Joint:
        """Test contrasts (rows, p) jointly by a likelihood-ratio test.

        Raises
        ------
        AnalysisError
            If rows are clustered, or one of the models cannot be fitted.
        """
        if self.clustered:
            raise EstimationError("no_ratio_of_clusters")
        if (known := self._tested.get(weights.tobytes())) is not None:
            return known
        rank = float(np.linalg.matrix_rank(weights))
        chi2 = 2 * (self._supremum - supremum(self._without(weights)))
        if chi2 < -1e-3:
            raise EstimationError("no_maximum", title=self.model.family)
        chi2 = max(chi2, 0.0)
        found = Joint(chi2, rank, np.inf, float(special.chdtrc(rank, chi2)))
        self._tested[weights.tobytes()] = found
        return found

    def values(self, weights: Array, names: list[str], level: float) -> pd.DataFrame:
        """Return the table of contrasts (rows, p) without tests of the infinite ones."""
        value = weights @ self.beta
        variance = np.einsum("ij,jk,ik->i", weights, self.vcov, weights)
        df = np.full(len(names), self.df)
        table = estimate_table(names, value, np.sqrt(np.maximum(variance, 0)), df, "label", level)
        table = table.assign(test=WALD, why="")
        for place, row in enumerate(weights):
            if not self.finite(row):
                table.loc[place, ["se", "statistic", "p", "ci_low", "ci_high"]] = np.nan
                table.loc[place, "estimate"] = self.sign(row) * np.inf
                table.loc[place, "df"] = np.inf
                table.loc[place, "test"] = NONE
        return table

    def estimates(self, weights: Array, names: list[str], level: float) -> pd.DataFrame:
        """Return the table of contrasts (rows, p), with the columns ``test`` and ``why``.

        The statistic of a likelihood-ratio test is the signed root of chi-square (1 df). ``why`` gives the reason
        where there is no test.
        """
        table = self.values(weights, names, level)
        for place in np.flatnonzero(table["test"] == NONE).tolist():
            try:
                test = self.ratio(weights[[place]])
            except AnalysisError as error:
                table.loc[place, "why"] = error.message
                continue
            sign = -1 if table["estimate"].to_numpy()[place] < 0 else 1
            table.loc[place, "statistic"] = sign * np.sqrt(test.statistic)
            table.loc[place, "p"], table.loc[place, "test"] = test.p, RATIO
        return table

    @cached_property
    def _wald(self) -> Fit:
        return Fit.of(
            self.model, engine="", beta=self.beta, vcov=self.vcov, loglik=np.nan, n_parameters=0,
            df=np.full(len(self.beta), self.df),
        )  # fmt: skip

    @cached_property
    def _supremum(self) -> float:
        return supremum(self.model)

    @cached_property
    def _free(self) -> Array:
        """Directions of coefficients and thresholds that change only responses at a limit."""
        free: Array = linalg.null_space(np.unique(self.separation.remaining, axis=0), rcond=1e-10)
        return free

    def _padded(self, weights: Array) -> Array:
        matrix = np.atleast_2d(weights)
        more = len(self.separation.direction) - matrix.shape[1]
        return np.pad(matrix, ((0, 0), (0, more)))

    def _without(self, weights: Array) -> Model:
        """Return the model in which the contrasts are zero."""
        return self.model.over(self.model.design.matrix @ linalg.null_space(weights))


def supremum(model: Model) -> float:
    """Return the largest log-likelihood of a model, or its limit.

    Raises
    ------
    AnalysisError
        If the search for it did not converge.
    """
    separation = find_separation(model)
    left = whole(model) if separation is None else remaining(model, separation)
    if left is None:
        return 0.0
    if left.rows is None or any(group.names != ("Intercept",) for group in model.groups):
        return _by_glmm(left.model).loglik
    top = RowsLikelihood(left.rows, left.model).maximum(left.model.design.matrix)
    if not top.converged:
        raise EstimationError("no_maximum", title=left.rows.title)
    return top.value


def _by_glmm(model: Model) -> Fit:
    try:
        return run_glmm(model, reml=False, satterthwaite=False)
    except EstimationError as error:
        if error.code != "slope_without_average":
            raise
        raise EstimationError("no_ratio_of_slopes") from error


def _in_full(
    found: Fit, model: Model, separation: Separation, left: Remaining, clustered: bool
) -> Fit:
    """Return the fit of the remaining rows as one of the whole model."""
    p, at = len(model.design.names), np.array(left.columns, dtype=int)
    beta, vcov = np.zeros(p), np.zeros((p, p))
    beta[at], vcov[np.ix_(at, at)] = found.beta, found.vcov
    df = float(found.df[0]) if len(found.df) else np.inf
    limit = Limit(model, separation, beta, vcov, df, clustered)
    found = replace(found, parameters=_all_parameters(found, model, at), limits=model.limits)
    return _shown(found, limit, found.n_parameters + p - len(at))


def _all_parameters(found: Fit, model: Model, at: Indices) -> Parameters | None:
    """Return all parameters, with those of the columns left out at zero; None if a threshold is infinite."""
    own, p = found.parameters, len(model.design.names)
    if own is None:
        return None
    rows = own.rows
    if isinstance(rows, Blocks):
        rows = whole(model).rows or rows
        if rows.shape_names != own.rows.shape_names:
            return None
    values = np.zeros(p + len(own.values) - len(at))
    vcov = np.zeros((len(values), len(values)))
    places = np.concatenate([at, np.arange(p, len(values))])
    values[places], vcov[np.ix_(places, places)] = own.values, own.vcov
    return Parameters(rows, values, vcov, own.sds)


def _all_at_limit(model: Model, separation: Separation, clustered: bool) -> Fit:
    """Return the fit of a model that predicts every answer."""
    p = len(model.design.names)
    limit = Limit(model, separation, np.zeros(p), np.zeros((p, p)), np.inf, clustered)
    found = Fit.of(model, engine="", beta=limit.beta, vcov=limit.vcov, loglik=0.0, n_parameters=p)
    return _shown(found, limit, p)


def _shown(found: Fit, limit: Limit, n_parameters: int) -> Fit:
    model, beta, vcov = limit.model, limit.beta.copy(), limit.vcov.copy()
    for j, unit in enumerate(np.eye(len(beta))):
        if not limit.finite(unit):
            beta[j] = limit.sign(unit) * np.inf
            vcov[j, :] = vcov[:, j] = np.nan
    names = [n for n, b in zip(model.design.names, beta, strict=True) if not np.isfinite(b)]
    note = message(
        "at_limit",
        response=model.formula.response,
        names=[name for name in names if name != "Intercept"],
        cells=cells_at_limit(model, limit.separation),
        clustered=limit.clustered,
    )
    return replace(
        found,
        formula=model.formula,
        design=model.design,
        data=model.data,
        beta=beta,
        vcov=vcov,
        df=np.full(len(beta), limit.df),
        n_parameters=n_parameters,
        n_used=len(model.y),
        groups={group.term.group: group.size for group in model.groups},
        messages=(*found.messages, note),
        fitted=np.empty(0),
        wald=limit.joint,
        limit=limit,
    )
