"""Row models as engines of ``analysis.curves``: columns of a curve in, log-likelihood out.

With these, a curve with a shape parameter is profiled inside a Tobit, ordered beta, ordinal or
hurdle model exactly as inside a mixed model.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.curves.engines import Array, Engine, EngineFit
from analysis.errors import AnalysisError
from analysis.likelihoods.estimate import RowsLikelihood, rows_likelihood
from analysis.likelihoods.maximise import Maximum
from analysis.likelihoods.rows import RowModel


def rows_engine(
    data: pd.DataFrame,
    response: str,
    model: RowModel,
    random: str = "",
    covariates: Sequence[str] = (),
    *,
    scale: float = 1.0,
) -> tuple[Engine, tuple[str, ...]]:
    """The likelihood of ``response`` under ``model``, and who is random in it.

    Parameters
    ----------
    random : str
        Random intercepts, e.g. ``"(1|participant) + (1|stimulus)"``; empty for none.
    covariates : columns that enter centred beside the curve
    scale : the response is divided by it (the endowment)

    Raises
    ------
    AnalysisError
        As :func:`analysis.likelihoods.estimate.rows_likelihood`; and by the engine itself when
        the curve has no intercept but the model needs thresholds.
    """
    right = " + ".join(["1", *covariates, *([random] if random.strip() else [])])
    likelihood, design, told = rows_likelihood(data, f"{response} ~ {right}", model, scale=scale)
    kept = [j for j, name in enumerate(design.names) if name != "Intercept"]
    extra = design.matrix[:, kept] - design.matrix[:, kept].mean(axis=0)

    def engine(columns: Array) -> EngineFit:
        if model.has_thresholds:
            return _with_thresholds(likelihood, columns, extra)
        p = columns.shape[1]
        top, back = likelihood.maximum(np.column_stack([columns, extra]))
        k = p + extra.shape[1]
        vcov = (back @ top.vcov[:k, :k] @ back.T)[:p, :p]
        return _engine_fit(likelihood, top, (back @ top.parameters[:k])[:p], vcov)

    return engine, (told,)


def _with_thresholds(likelihood: RowsLikelihood, columns: Array, extra: Array) -> EngineFit:
    """The same for models whose thresholds hold the level.

    The level of the curve is counted from the mean of the thresholds: of all columns, only
    differences are fitted, and the constant direction is filled in afterwards.
    """
    model, means = likelihood.model, columns.mean(axis=0)
    constant = np.linalg.lstsq(columns, np.ones(len(columns)), rcond=None)[0]
    if not np.allclose(columns @ constant, 1, atol=1e-8):
        raise AnalysisError(
            f"The {model.title} has thresholds in place of an intercept, but this curve has no "
            "intercept.",
            "Use a likelihood of a number (Tobit, ordered beta) for this curve.",
        )
    _, size, directions = np.linalg.svd(columns - means, full_matrices=False)
    turn = directions[size > 1e-9 * max(size.max(), 1e-300)].T
    top, back = likelihood.maximum(np.column_stack([(columns - means) @ turn, extra]))
    r, k, s = turn.shape[1], turn.shape[1] + extra.shape[1], len(model.shape_names)
    shape = top.parameters[k : k + s]
    spread = turn - np.outer(constant, means @ turn)
    beta = spread @ (back @ top.parameters[:k])[:r] - constant * model.natural(shape).mean()
    steps = 1e-6 * np.eye(s)
    level = [
        (model.natural(shape + e).mean() - model.natural(shape - e).mean()) / 2e-6 for e in steps
    ]
    jacobian = np.zeros((columns.shape[1], len(top.parameters)))
    jacobian[:, :k] = spread @ back[:r]
    jacobian[:, k : k + s] = -np.outer(constant, level)
    return _engine_fit(likelihood, top, beta, jacobian @ top.vcov @ jacobian.T)


def _engine_fit(likelihood: RowsLikelihood, top: Maximum, beta: Array, vcov: Array) -> EngineFit:
    told = (f"The {likelihood.model.title} did not converge.",)
    return EngineFit(
        loglik=top.value,
        beta=beta,
        n_parameters=len(top.parameters),
        converged=top.converged,
        messages=() if top.converged else told,
        vcov=vcov,
    )


def added_engines(first: Engine, second: Engine, n: int, rows: np.ndarray) -> Engine:
    """Two parts that share a curve's columns but not its coefficients (the hurdle model).

    Parameters
    ----------
    first : engine of all ``n`` rows (whether something was given)
    second : engine of the rows in ``rows`` (bool (n,): how much givers gave)

    Returns
    -------
    Engine
        Log-likelihoods and parameters add up; ``beta`` and ``vcov`` are those of ``first``.
    """
    if rows.shape != (n,):
        raise AnalysisError(f"Expected {n} rows, found a mask of shape {rows.shape}.", "")

    def engine(columns: Array) -> EngineFit:
        whether, amount = first(columns), second(columns[rows])
        return EngineFit(
            loglik=whether.loglik + amount.loglik,
            beta=whether.beta,
            n_parameters=whether.n_parameters + amount.n_parameters,
            converged=whether.converged and amount.converged,
            messages=(*whether.messages, *amount.messages),
            vcov=whether.vcov,
        )

    return engine
