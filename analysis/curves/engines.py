"""Likelihoods behind the curves: design columns in, log-likelihood and coefficients out.

A curve with a given shape is a set of columns of a linear predictor. An *engine* fits those
columns under one likelihood; it has the data, the covariates and the random effects inside. Any
likelihood that can be written this way (two-part, Tobit, ordered beta) can be given to
``fit_curve`` and gets the same profiling of shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import group_guards, guards
from analysis.engine import run_columns as run_mixed
from analysis.errors import AnalysisError
from analysis.formula import (
    RandomTerm,
    fixed_design,
    group_codes,
    parse_formula,
    slope_columns,
)
from analysis.mixed_fit import messages_of as tell

Array = NDArray[np.float64]
CROSSED = "(1|participant)+(1|stimulus)"


@dataclass(frozen=True)
class EngineFit:
    """What a likelihood returns for a set of design columns."""

    loglik: float
    """Maximised log-likelihood (ML, not REML)."""
    beta: Array
    """Coefficients of the given columns, shape (p,)."""
    n_parameters: int
    """All that was estimated: columns, covariates, variances."""
    converged: bool = True
    messages: tuple[str, ...] = ()
    vcov: Array | None = field(default=None, repr=False)
    """Covariance of ``beta``, (p, p); engines that have none still fit curves, more slowly."""


Engine = Callable[[Array], EngineFit]
"""``engine(columns)``: columns of shape (rows, p), an intercept among them where there is one."""


def default_engine(
    data: pd.DataFrame,
    response: str,
    random: str = CROSSED,
    covariates: Sequence[str] = (),
    *,
    family: str = "gaussian",
    link: str | None = None,
) -> tuple[Engine, tuple[str, ...]]:
    """The mixed model these data can carry, and sentences on what was left out.

    Random terms that cannot be estimated (one row per participant, a single stimulus) are left
    out and told. Without any, a Gaussian response is fitted by least squares.

    Parameters
    ----------
    random : str
        Random terms in formula notation; empty for none.
    family : str
        Of ``analysis.engine.fit_mixed``.

    Raises
    ------
    AnalysisError
        Missing columns or values, a constant response, too few rows.
    """
    engine, _, notes = engine_and_terms(
        data, response, random, covariates, family=family, link=link
    )
    return engine, notes


def engine_and_terms(
    data: pd.DataFrame,
    response: str,
    random: str,
    covariates: Sequence[str],
    *,
    family: str = "gaussian",
    link: str | None = None,
) -> tuple[Engine, str, tuple[str, ...]]:
    """The engine of :func:`default_engine`, the random terms that it kept, and its sentences."""
    terms = random_terms(response, random)
    y = check_rows(data, response, [c for t in terms for c in t.group_columns if c in data], family)
    extra = covariate_columns(data, response, covariates)
    kept, notes = estimable_terms(data, terms)
    if not kept and family == "gaussian":
        return least_squares_engine(y, extra), "", notes
    words = " + ".join(f"({term.slopes} | {term.group})" for term in kept)
    return mixed_engine(data, y, kept, extra, family, link), words, notes


def random_terms(response: str, random: str) -> tuple[RandomTerm, ...]:
    """Random terms from their notation."""
    return parse_formula(f"{response} ~ 1 + {random}").random if random.strip() else ()


def check_rows(data: pd.DataFrame, response: str, groups: Sequence[str], family: str) -> Array:
    """The response as floats, after the refusals of ``analysis.guards``."""
    formula = parse_formula(" + ".join([f"{response} ~ 1", *(f"(1|{g})" for g in groups)]))
    guards.check_columns(formula, data)
    y = np.asarray(data[response], dtype=np.float64)
    if len(y) < 3:
        raise AnalysisError(
            f"There are {len(y)} rows: a curve needs at least three.", "Collect more data."
        )
    guards.check_response(response, y, family)
    return y


def covariate_columns(data: pd.DataFrame, response: str, covariates: Sequence[str]) -> Array:
    """Covariates as centred numeric columns, shape (rows, q); factors become contrasts."""
    if not covariates:
        return np.empty((len(data), 0))
    formula = parse_formula(f"{response} ~ {' + '.join(covariates)}")
    guards.check_columns(formula, data)
    matrix = fixed_design(formula, data).matrix[:, 1:]
    return matrix - matrix.mean(axis=0)


def estimable_terms(
    data: pd.DataFrame, terms: Sequence[RandomTerm]
) -> tuple[tuple[RandomTerm, ...], tuple[str, ...]]:
    """The random terms that the data can estimate, and why the others are left out."""
    kept, notes = [], []
    for term in terms:
        told = f"({term.slopes} | {term.group})"
        absent = [c for c in term.group_columns if c not in data]
        if absent:
            notes.append(f"{told} is left out: the data have no column {absent[0]!r}.")
            continue
        slopes, names = slope_columns(term, data, told)
        try:
            group_guards.check_groups(term, group_codes(term, data), slopes, names)
        except AnalysisError as error:
            notes.append(f"{told} is left out. {error.message}")
            continue
        kept.append(term)
    return tuple(kept), tuple(notes)


def least_squares_engine(y: Array, covariates: Array) -> Engine:
    """Independent Gaussian rows with one variance, by maximum likelihood."""
    n = len(y)

    def engine(columns: Array) -> EngineFit:
        p = columns.shape[1]
        matrix = np.column_stack([columns, covariates])
        solution, _, rank, _ = np.linalg.lstsq(matrix, y, rcond=None)
        beta = np.asarray(solution, dtype=np.float64)
        residual = float(np.sum((y - matrix @ beta) ** 2))
        if residual <= 1e-14 * float(np.sum((y - y.mean()) ** 2)):
            raise AnalysisError(
                "The columns reproduce every response exactly, so that no variance is left.",
                "More rows than coefficients, with some spread inside the cells, are needed.",
            )
        sigma2 = residual / n
        loglik = -0.5 * n * (np.log(2 * np.pi * sigma2) + 1)
        vcov = np.asarray(sigma2 * np.linalg.pinv(matrix.T @ matrix), dtype=np.float64)
        return EngineFit(float(loglik), beta[:p], int(rank) + 1, vcov=vcov[:p, :p])

    return engine


def mixed_engine(
    data: pd.DataFrame,
    y: Array,
    terms: Sequence[RandomTerm],
    covariates: Array,
    family: str = "gaussian",
    link: str | None = None,
) -> Engine:
    """Participants and stimuli as (crossed) random effects, fitted by maximum likelihood."""
    fixed: dict[str, object] = {"y": y}
    labels: dict[str, str] = {}
    parts = []
    for k, term in enumerate(terms):
        slopes, names = slope_columns(term, data, term.slopes)
        fixed[f"g{k}"] = group_codes(term, data)
        labels[f"g{k}"] = term.group
        written = ["1" if "Intercept" in names else "0"]
        for j, name in enumerate(names):
            if name != "Intercept":
                fixed[f"z{k}_{j}"] = slopes[:, j]
                labels[f"z{k}_{j}"] = name
                written.append(f"z{k}_{j}")
        parts.append(f"({' + '.join(written)} | g{k})")

    def engine(columns: Array) -> EngineFit:
        p = columns.shape[1]
        matrix = np.column_stack([columns, covariates])
        if matrix.shape[1] == 0:
            # A mean of zero, which the engine has no way to write; no curve of ours ends there.
            return EngineFit(-np.inf, np.empty(0), len(parts) + 1, vcov=np.empty((0, 0)))
        named = {f"x{j}": matrix[:, j] for j in range(matrix.shape[1])}
        # The engine writes an intercept only as "1", and some curves have none.
        constant = [j for j in range(p) if np.ptp(matrix[:, j]) == 0]
        level = float(matrix[0, constant[0]]) if constant else 1.0
        names = [f"x{j}" for j in range(matrix.shape[1]) if j not in constant[:1]]
        formula = " + ".join([f"y ~ {'1' if constant else '0'}", *names, *parts])
        raw = run_mixed({**fixed, **named}, formula, family, link, False, satterthwaite=False)
        order = np.array([constant[0]] if constant else [], dtype=int)
        order = np.append(order, [int(name[1:]) for name in names]).astype(int)
        scale = np.ones(len(order))
        if constant:
            scale[0] = 1 / level
        beta = np.empty(len(order))
        beta[order] = np.asarray(raw.beta) * scale
        vcov = np.empty((len(order), len(order)))
        square = np.asarray(raw.vcov).reshape(len(order), len(order))
        vcov[np.ix_(order, order)] = square * np.outer(scale, scale)
        return EngineFit(
            loglik=float(raw.loglik),
            beta=beta[:p],
            n_parameters=int(raw.df),
            converged=bool(raw.converged),
            messages=tuple(tell(raw, labels)),
            vcov=vcov[:p, :p],
        )

    return engine
