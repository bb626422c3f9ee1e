"""From data and a formula to a maximum-likelihood fit, for any row model.

Participants and stimuli may be crossed random intercepts (Laplace approximation). Random slopes
are not available here; standard errors clustered by person are the alternative.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import group_guards, guards
from analysis.contrasts import estimate_table
from analysis.errors import AnalysisError
from analysis.formula import (
    FixedDesign,
    Formula,
    RandomTerm,
    fixed_design,
    group_codes,
    parse_formula,
    response_values,
    slope_columns,
)
from analysis.likelihoods.clustered import clustered
from analysis.likelihoods.fit import LikelihoodFit
from analysis.likelihoods.laplace import Groupings, Marginal, marginal_loglik, parents
from analysis.likelihoods.maximise import Maximum, maximise
from analysis.likelihoods.rows import RowModel


class RowsLikelihood:
    """The likelihood of given responses and groupings, for any design columns.

    ``loglik_of`` is what curve profiling needs: hand over the columns that a curve makes for a
    given shape parameter and get the maximised log-likelihood and the coefficients.
    """

    def __init__(self, model: RowModel, y: np.ndarray, groups: Groupings) -> None:
        self.model, self.y, self.groups = model, y, groups
        self._eta, self._shape = model.start(y)
        self._modes: tuple[np.ndarray, ...] | None = None

    def loglik_of(self, columns: np.ndarray) -> tuple[float, np.ndarray]:
        """Maximised log-likelihood and coefficients (k,) for design ``columns`` (n, k)."""
        top, back = self.maximum(columns)
        return top.value, back @ top.parameters[: columns.shape[1]]

    def maximum(self, columns: np.ndarray) -> tuple[Maximum, np.ndarray]:
        """Maximum over (rotated coefficients, shape, SDs) and the matrix that rotates back."""
        rotated, back = _rotate(columns)
        k, s = columns.shape[1], len(self._shape)
        beta = rotated.T @ self._eta / len(self.y)
        sds = np.full(len(self.groups.names), 0.5 * self.unit)
        start = np.concatenate([beta / self.unit, self._shape, sds / self.unit])
        self._modes = None
        unit = np.concatenate([np.full(k, self.unit), np.ones(s), np.full(len(sds), self.unit)])
        top = maximise(lambda p: self._at(rotated, p * unit).value, start)
        vcov = top.vcov * np.outer(unit, unit)
        return replace(top, parameters=top.parameters * unit, vcov=vcov), back

    def rows_at(self, columns: np.ndarray, parameters: np.ndarray) -> np.ndarray:
        """Log-likelihood of each row (n,) at (coefficients, shape), without random effects."""
        k = columns.shape[1]
        return self.model.derivatives(self.y, columns @ parameters[:k], parameters[k:])[0]

    @property
    def unit(self) -> float:
        """Spread of the linear predictor, so that parameters are of order one."""
        return float(max(np.std(self._eta), 1e-8)) if np.std(self._eta) > 0 else 1.0

    def _at(self, rotated: np.ndarray, parameters: np.ndarray) -> Marginal:
        k, s = rotated.shape[1], len(self._shape)
        beta, shape, sds = np.split(parameters, [k, k + s])
        with np.errstate(all="ignore"):
            found = marginal_loglik(
                self.model, self.y, rotated @ beta, shape, sds, self.groups, self._modes
            )
        if np.isfinite(found.value):
            self._modes = found.modes
        return found


def rows_likelihood(
    data: pd.DataFrame,
    formula: str,
    model: RowModel,
    *,
    scale: float = 1.0,
    cluster: str | None = None,
) -> tuple[RowsLikelihood, FixedDesign, str]:
    """The likelihood of ``formula``'s response and groupings, its design, and who is random.

    For a curve with a shape parameter: ``likelihood.loglik_of(columns)`` with the columns that
    the curve makes, beside those of the design.
    """
    parsed = parse_formula(formula)
    guards.check_columns(parsed, data)
    y = response_values(parsed, data) / scale
    guards.check_response(parsed.response, y, "rows")
    model.check(y, parsed.response)
    design = fixed_design(parsed, data)
    guards.check_cells(parsed, design, data)
    groups, told = _groupings(parsed, data, design, model, cluster)
    if model.has_thresholds:
        design = design.without_intercept()
    return RowsLikelihood(model, y, groups), design, told


def fit_rows(
    data: pd.DataFrame,
    formula: str,
    model: RowModel,
    *,
    scale: float = 1.0,
    cluster: str | None = None,
) -> LikelihoodFit:
    """Fit a row model by maximum (marginal) likelihood.

    Parameters
    ----------
    formula : str
        Random terms may only be intercepts, ``(1 | participant) + (1 | stimulus)``.
    scale : float
        The response is divided by it (the endowment).
    cluster : str or None
        Column of persons for clustered standard errors, when there are no random terms.
    """
    likelihood, design, told = rows_likelihood(data, formula, model, scale=scale, cluster=cluster)
    groups, y = likelihood.groups, likelihood.y
    top, back = likelihood.maximum(design.matrix)
    k, s = design.matrix.shape[1], len(model.shape_names)
    transform = np.eye(len(top.parameters))
    transform[:k, :k] = back
    parameters, vcov, df = transform @ top.parameters, transform @ top.vcov @ transform.T, np.inf
    if cluster is not None:
        rows = lambda p: likelihood.rows_at(design.matrix, p)  # noqa: E731
        vcov, df = clustered(rows, parameters, vcov, data[cluster].to_numpy())
    beta, shape, sds = parameters[:k], parameters[k : k + s], np.abs(parameters[k + s :])
    se = np.sqrt(np.diag(vcov))
    nothing = [g for g, sd in zip(groups.names, sds, strict=True) if sd < 1e-3 * likelihood.unit]
    return LikelihoodFit(
        model=model.title,
        formula=formula,
        terms=estimate_table(design.names, beta, se[:k], np.full(k, df)),
        vcov=vcov[:k, :k],
        shape=_shape_table(model, shape, vcov[k : k + s, k : k + s]),
        random_sd=pd.DataFrame({"group": groups.names, "term": "Intercept", "sd": sds}),
        loglik=top.value,
        aic=2 * len(parameters) - 2 * top.value,
        bic=np.log(len(y)) * len(parameters) - 2 * top.value,
        n_parameters=len(parameters),
        n=len(y),
        groups=dict(zip(groups.names, groups.sizes, strict=True)),
        converged=top.converged,
        singular=bool(nothing),
        grouping=told,
        messages=_messages(top, nothing, se[:k], model),
        fitted=model.mean(design.matrix @ beta, shape),
        design=design,
        data=data,
        rows=model,
        df=df,
    )


def _rotate(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Orthogonal columns of mean square one, and the matrix from their coefficients to ours."""
    root = np.sqrt(len(columns))
    q, r = np.linalg.qr(columns)
    return q * root, np.linalg.inv(r) * root


def _groupings(
    parsed: Formula, data: pd.DataFrame, design: FixedDesign, model: RowModel, cluster: str | None
) -> tuple[Groupings, str]:
    found = []
    seen: list[tuple[RandomTerm, pd.Categorical]] = []
    for term in parsed.random:
        if term.slopes != "1":
            raise AnalysisError(
                f"The {model.title} has no random slopes; found ({term.slopes} | {term.group}).",
                f"Use (1 | {term.group}), or leave it out and give cluster={term.group!r}.",
            )
        slopes, names = slope_columns(term, data, parsed.text)
        codes = group_codes(term, data)
        group_guards.check_stimuli_per_condition(parsed, term, codes, data)
        group_guards.check_groups(term, codes, slopes, names)
        group_guards.check_left_over(term, codes, design)
        group_guards.check_not_twice(term, codes, seen)
        seen.append((term, codes))
        found.append((len(codes.categories), term.group, np.asarray(codes.codes, dtype=np.intp)))
    if found and cluster is not None:
        raise AnalysisError(
            "Clustered standard errors and random effects were both asked for.", "Choose one."
        )
    # The largest first, and before all others one that nests it: both are eliminated cheaply.
    found.sort(key=lambda item: -item[0])
    found[1:] = sorted(found[1:], key=lambda item: parents(found[0][2], item[2]) is None)
    sizes = tuple(size for size, _, _ in found)
    groups = Groupings(tuple(g for _, g, _ in found), tuple(c for _, _, c in found), sizes)
    if found:
        listed = " and ".join(f"{g} ({k})" for g, k in zip(groups.names, sizes, strict=True))
        crossed = "crossed random intercepts" if len(found) > 1 else "a random intercept"
        return groups, f"{listed}: {crossed} (Laplace approximation); no random slopes."
    if cluster is not None:
        return groups, (
            f"No random effects: standard errors are clustered by {cluster}. Stimuli are not "
            "modelled, so the conclusion holds for these stimuli only."
        )
    return groups, "No random effects: every row counts as independent (one row per person)."


def _shape_table(model: RowModel, shape: np.ndarray, vcov: np.ndarray) -> pd.DataFrame:
    if not len(shape):
        return pd.DataFrame(columns=["parameter", "estimate", "se"])
    steps = 1e-6 * np.eye(len(shape))
    jacobian = np.array(
        [(model.natural(shape + e) - model.natural(shape - e)) / 2e-6 for e in steps]
    )
    se = np.sqrt(np.diag(jacobian.T @ vcov @ jacobian))
    return pd.DataFrame(
        {"parameter": model.shape_names, "estimate": model.natural(shape), "se": se}
    )


def _messages(top: Maximum, nothing: list[str], se: np.ndarray, model: RowModel) -> tuple[str, ...]:
    told = []
    if not top.converged:
        told.append(
            f"The {model.title} did not reach a clear maximum: do not use these estimates. Often "
            "a category of a predictor has only one kind of answer; simplify the model."
        )
    elif model.title != "two-limit Tobit" and (se > 10).any():
        told.append(
            "A coefficient has a standard error above 10 log odds: in some condition nearly all "
            "answers are at one end, and the odds cannot be estimated."
        )
    if nothing:
        told.append(
            f"Singular fit: the data show no variance between {' or '.join(nothing)} levels. The "
            "estimates stand."
        )
    return tuple(told)
