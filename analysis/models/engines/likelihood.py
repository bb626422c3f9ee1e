"""Maximum likelihood for the families that no installed engine fits with crossed random effects.

Tobit, beta, ordered beta and cumulative logit models; logistic and Gamma models as a check of the first
engine. Participants and stimuli may have crossed random intercepts (Laplace approximation). Random slopes are
not available; standard errors clustered by participant are the alternative.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.models.design import Array, Grouping, Model
from analysis.models.likelihoods.base import Parameters, RowModel
from analysis.models.likelihoods.laplace import Groupings, Marginal, marginal_loglik, parents
from analysis.models.likelihoods.maximise import Maximum, maximise, sandwich
from analysis.models.likelihoods.rows import row_model
from analysis.models.messages import EstimationError, message
from analysis.models.random_terms import check_random
from analysis.models.result import Component, Fit, no_shape
from analysis.models.separation import check_separation

ENGINE = "compassion, analysis.models"
NEAR_ZERO = 1e-3
"""An SD below this share of the linear predictor's SD counts as zero."""


def fit_likelihood(model: Model, clusters: pd.Series | None = None) -> Fit:
    """Fit by maximum (marginal) likelihood.

    Parameters
    ----------
    model : Model
        Random terms may only be intercepts, ``(1 | participant) + (1 | item)``.
    clusters : Series or None
        The participant of each row, for clustered standard errors of a model without random terms.

    Raises
    ------
    AnalysisError
        For random slopes, a random term that cannot be estimated, or responses outside the family's range.
    """
    rows = row_model(model.family, model.y, model.limits)
    for group in model.groups:
        if group.names != ("Intercept",):
            raise EstimationError("no_slopes", term=group.term, title=rows.title)
    rows.check(model.y, model.formula.response)
    check_separation(model)
    check_random(model.formula, model.groups, model.design, model.data)
    if rows.has_thresholds:
        model = replace(model, design=model.design.without_intercept())
    return fit_rows(rows, model, clusters)


def fit_rows(rows: RowModel, model: Model, clusters: pd.Series | None = None) -> Fit:
    """Fit a checked model to its rows; the parameters are those of :func:`fit_likelihood`."""
    likelihood = RowsLikelihood(rows, model)
    matrix = model.design.matrix
    top = likelihood.maximum(matrix)
    k, df = matrix.shape[1], np.inf
    sizes = dict(zip(likelihood.groups.names, likelihood.groups.sizes, strict=True))
    structure = message("intercepts", groups=sizes)
    if clusters is not None:
        vcov, df = sandwich(
            lambda p: rows.derivatives(model.y, matrix @ p[:k], p[k:])[0],
            top.parameters,
            top.vcov,
            clusters.to_numpy(),
        )
        top = replace(top, vcov=vcov)
        structure = message("clustered_likelihood", group=clusters.name)
    fit = likelihood.fit(top, top.parameters[:k], top.vcov[:k, :k])
    shape = top.parameters[k : k + len(rows.shape_names)]
    return replace(
        fit,
        df=np.full(k, df),
        messages=(structure, *_messages(likelihood, fit)),
        fitted=rows.mean(matrix @ fit.beta, shape),
        parameters=Parameters(rows, top.parameters, top.vcov, len(likelihood.groups.names)),
    )


def fit_columns(model: Model) -> Fit:
    """Fit the same likelihood with the columns of a curve, without checks of the random terms.

    In a family with thresholds, the level is relative to the mean of the thresholds: only differences
    between rows are fitted, and the coefficient of the constant is derived afterwards.

    Raises
    ------
    AnalysisError
        If the curve has no intercept but the family has thresholds.
    """
    rows, columns = row_model(model.family, model.y, model.limits), model.design.matrix
    rows.check(model.y, model.formula.response)
    likelihood = RowsLikelihood(rows, model)
    if not rows.has_thresholds:
        top, p = likelihood.maximum(columns), columns.shape[1]
        return likelihood.fit(top, top.parameters[:p], top.vcov[:p, :p])
    means = columns.mean(axis=0)
    constant = np.linalg.lstsq(columns, np.ones(len(columns)), rcond=None)[0]
    if not np.allclose(columns @ constant, 1, atol=1e-8):
        raise EstimationError("no_intercept", title=rows.title)
    _, size, directions = np.linalg.svd(columns - means, full_matrices=False)
    turn = directions[size > 1e-9 * max(size.max(), 1e-300)].T
    top = likelihood.maximum((columns - means) @ turn)
    r, s = turn.shape[1], len(rows.shape_names)
    spread, shape = turn - np.outer(constant, means @ turn), top.parameters[r : r + s]
    jacobian = np.zeros((columns.shape[1], len(top.parameters)))
    jacobian[:, :r] = spread
    jacobian[:, r : r + s] = -np.outer(constant, _slopes_of_shape(rows, shape).mean(axis=1))
    beta = spread @ top.parameters[:r] - constant * rows.natural(shape).mean()
    return likelihood.fit(top, beta, jacobian @ top.vcov @ jacobian.T)


class RowsLikelihood:
    """The likelihood of given responses and random-effect groupings, for any fixed columns."""

    def __init__(self, rows: RowModel, model: Model) -> None:
        self.rows, self.model = rows, model
        self.groups = _largest_first(model.groups)
        self._eta, self._shape = rows.start(model.y)
        spread = float(np.std(self._eta))
        self.unit = max(spread, 1e-8) if spread > 0 else 1.0
        """SD of the linear predictor, so that parameters are of order one."""
        self._modes: tuple[Array, ...] | None = None

    def maximum(self, columns: Array) -> Maximum:
        """Maximise over the coefficients of ``columns`` (n, k), the shape parameters and the SDs."""
        k = columns.shape[1]
        # Orthogonal columns of mean square one, and the matrix that transforms their coefficients back.
        q, r = np.linalg.qr(columns)
        root = np.sqrt(len(columns))
        rotated, back = q * root, np.linalg.inv(r) * root
        sds = np.full(len(self.groups.names), 0.5 * self.unit)
        start = np.concatenate([rotated.T @ self._eta / len(columns), self._shape, sds])
        unit = np.full(len(start), self.unit)
        unit[k : k + len(self._shape)] = 1.0
        self._modes = None
        top = maximise(lambda p: self._at(rotated, p * unit).value, start / unit)
        transform = np.diag(unit)
        transform[:k, :k] = back * self.unit
        return replace(
            top, parameters=transform @ top.parameters, vcov=transform @ top.vcov @ transform.T
        )

    def fit(self, top: Maximum, beta: Array, vcov: Array) -> Fit:
        """Return the maximum as a fit with these coefficients and their covariance."""
        model, rows, names = self.model, self.rows, self.groups.names
        last = len(top.parameters) - len(names)
        at = slice(last - len(self._shape), last)
        shape, sds = top.parameters[at], np.abs(top.parameters[last:])
        return Fit.of(
            model,
            engine=ENGINE,
            beta=beta,
            vcov=vcov,
            loglik=top.value,
            n_parameters=len(top.parameters),
            converged=top.converged,
            singular=bool((sds < NEAR_ZERO * self.unit).any()),
            messages=() if top.converged else (message("no_maximum", title=rows.title),),
            components=tuple(
                Component(name, ("Intercept",), np.array([sd]), np.eye(1))
                for name, sd in zip(names, sds, strict=True)
            ),
            groups=dict(zip(names, self.groups.sizes, strict=True)),
            shape=_shape_table(rows, shape, top.vcov[at, at]),
        )

    def _at(self, rotated: Array, parameters: Array) -> Marginal:
        k, s = rotated.shape[1], len(self._shape)
        beta, shape, sds = np.split(parameters, [k, k + s])
        with np.errstate(all="ignore"):
            marginal = marginal_loglik(
                self.rows, self.model.y, rotated @ beta, shape, sds, self.groups, self._modes
            )
        if np.isfinite(marginal.value):
            self._modes = marginal.modes
        return marginal


def _largest_first(groups: tuple[Grouping, ...]) -> Groupings:
    """Order the groupings: the largest first, then one it is nested in, so that both are eliminated cheaply."""
    coded = [(g.size, g.term.group, np.asarray(g.codes.codes, dtype=np.intp)) for g in groups]
    coded.sort(key=lambda item: -item[0])
    coded[1:] = sorted(coded[1:], key=lambda item: parents(coded[0][2], item[2]) is None)
    sizes, names, codes = zip(*coded, strict=True) if coded else ((), (), ())
    return Groupings(tuple(names), tuple(codes), tuple(sizes))


def _slopes_of_shape(rows: RowModel, shape: Array) -> Array:
    """Return the derivatives of the natural shape parameters (columns) with respect to the unbounded ones (rows)."""
    steps = 1e-6 * np.eye(len(shape))
    return np.array([(rows.natural(shape + e) - rows.natural(shape - e)) / 2e-6 for e in steps])


def _shape_table(rows: RowModel, shape: Array, vcov: Array) -> pd.DataFrame:
    if not len(shape):
        return no_shape()
    jacobian = _slopes_of_shape(rows, shape)
    se = np.sqrt(np.diag(jacobian.T @ vcov @ jacobian))
    return pd.DataFrame({"parameter": rows.shape_names, "estimate": rows.natural(shape), "se": se})


def _messages(likelihood: RowsLikelihood, fit: Fit) -> list[str]:
    """Return the messages on convergence, separation and singularity."""
    messages = list(fit.messages)
    if fit.converged and fit.link == "logit" and (fit.se > 10).any():
        messages.append(message("large_error"))
    small = [c.group for c in fit.components if c.sds[0] < NEAR_ZERO * likelihood.unit]
    if small:
        found = [f"no variance between {' or '.join(small)} levels"]
        messages.append(message("singular", found=found, gaussian=False))
    return messages
