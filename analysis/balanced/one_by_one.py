"""The slow way for designs that aren't balanced: the general engine, one study after another.

It fits the same model with the same tests. Each study starts at the same variance ratios (those
of the simulated truth), never at another study's estimates, so that a result doesn't depend on
which studies were fitted before it. (`analysis.models` passes no starts to glmm; hence the import.)
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import glmm
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.balanced.design import CrossedDesign
from analysis.balanced.fit import BatchFit, contrasts_of, two_sided
from analysis.balanced.roots import canonical_root
from analysis.balanced.truth import Truth
from analysis.errors import AnalysisError

Array = NDArray[np.float64]


def fit_each(
    design: CrossedDesign,
    responses: ArrayLike,
    start: Truth | None = None,
    contrasts: ArrayLike | None = None,
    reason: str = "asked for",
) -> BatchFit:
    """Fit studies of any crossed design with glmm.

    Parameters
    ----------
    design
        The rows that all studies share.
    responses
        (N,) one study, or (n, N) several.
    start
        Variances to start from.
    contrasts
        (c, p) combinations of the coefficients; each coefficient by default.
    reason
        Why the fast way wasn't taken; told in the result's ``engine``.
    """
    values = np.atleast_2d(np.asarray(responses, dtype=float))
    if values.shape[1] != len(design.participant) or not np.isfinite(values).all():
        raise AnalysisError(
            f"The design has {len(design.participant)} rows and the responses {values.shape[1]}, "
            f"of which {(~np.isfinite(values)).sum()} aren't finite; remove rows without a "
            "response from the design."
        )
    rows, names = contrasts_of(design, contrasts)
    columns = _columns(design)
    warm = None if start is None else {"theta": _theta(start)}
    fits = [_fit(design, columns, study, warm) for study in values]
    return _batch(design, fits, rows, names, f"glmm, one study at a time: {reason}")


def _columns(design: CrossedDesign) -> dict[str, Any]:
    columns: dict[str, Any] = {name: design.columns[:, j] for j, name in enumerate(design.names)}
    columns["participant"] = pd.Categorical(design.participant)
    columns["item"] = pd.Categorical(design.item)
    return columns


def _theta(truth: Truth) -> list[float]:
    """lme4's theta of the truth, kept a little inside the boundary."""
    ratio = truth.people[..., None] / truth.residual_variance
    q = len(ratio)
    root = canonical_root(ratio, np.full((q, 1), 0.05))[..., 0]
    people = [float(root[a, b]) for b in range(q) for a in range(b, q)]
    return [*people, max(float(np.sqrt(truth.item_variance / truth.residual_variance)), 0.05)]


def _fit(
    design: CrossedDesign, columns: dict[str, Any], y: Array, warm: dict[str, list[float]] | None
) -> Any:
    try:
        with warnings.catch_warnings():
            # A singular fit is told in the result; glmm's warning would come once per study.
            warnings.simplefilter("ignore", glmm.SingularFitWarning)
            return glmm.fit({"y": y, **columns}, design.formula, warm_start=warm)
    except (ValueError, NotImplementedError) as error:
        raise AnalysisError(f"The engine can't fit {design.formula}: {error}.") from error


def _batch(
    design: CrossedDesign, fits: Sequence[Any], rows: Array, names: tuple[str, ...], engine: str
) -> BatchFit:
    q = 1 + len(design.slopes)
    people, item = zip(*[_variances(fit, q) for fit in fits], strict=True)
    noise = np.array([fit.dispersion for fit in fits])
    ratio = np.stack(people, axis=-1) / noise
    root = canonical_root(ratio, np.zeros((q, 1)))
    theta = [root[a, b] for b in range(q) for a in range(b, q)]
    estimate = np.array([rows @ fit.beta for fit in fits])
    variance = np.array([np.einsum("cp,pq,cq->c", rows, fit.vcov, rows) for fit in fits])
    df = np.array([_df(fit, rows) for fit in fits])
    return BatchFit(
        names=names,
        estimate=estimate,
        se=np.sqrt(variance),
        df=df,
        p=two_sided(estimate / np.sqrt(variance), df),
        theta=np.array([*theta, np.sqrt(np.array(item) / noise)]).T,
        people=np.array(people),
        item_variance=np.array(item),
        residual_variance=noise,
        criterion=np.array([-2 * fit.loglik for fit in fits]),
        singular=np.array([bool(fit.singular) for fit in fits]),
        converged=np.array([bool(fit.converged) for fit in fits]),
        engine=engine,
    )


def _variances(fit: Any, q: int) -> tuple[Array, float]:
    """Participants' covariance and item variance."""
    blocks = {group: block for (group, _), block in zip(fit.re_groups, fit.varcorr, strict=True)}
    people = np.zeros((q, q))
    people[np.triu_indices(q)] = blocks["participant"]  # glmm lists the lower triangle by columns
    people = people + np.triu(people, 1).T
    return people, float(blocks["item"][0])


def _df(fit: Any, rows: Array) -> Array:
    if np.array_equal(rows, np.eye(rows.shape[1])):
        return np.asarray(fit.coef_df, dtype=float)
    return np.array([fit.contrast_test(row[None])["DenDF"][0] for row in rows], dtype=float)
