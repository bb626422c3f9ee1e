"""A predicted curve fitted to data, its shape profiled inside the mixed model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.curves.cells import cell_index
from analysis.curves.engines import CROSSED, Engine
from analysis.curves.evaluate import Evaluation, Evaluator
from analysis.curves.means import Surface, identified, nominal
from analysis.curves.parameters import PARAMETER_COLUMNS, linear_rows, shape_rows
from analysis.curves.problem import Problem, coarse_cells, prepare, used_columns
from analysis.curves.result import CurveFit
from analysis.curves.search import best_shape, judge_of
from analysis.curves.shapes import as_params
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis
from analysis.models import RandomTerm
from analysis.models.design import Array


def fit_curve(
    data: pd.DataFrame,
    response: str,
    hypothesis: Hypothesis,
    *,
    random: str | Sequence[RandomTerm] = CROSSED,
    covariates: Sequence[str] = (),
    engine: Engine | None = None,
    level: float | None = 0.95,
) -> CurveFit:
    """Fit one predicted curve by maximum likelihood.

    For a given shape the curve is a set of design columns; the shape parameters are profiled
    (bounded, from several starts) on the exact likelihood, in large data on that of the cell
    means (see :func:`analysis.curves.search.judge_of`).

    Parameters
    ----------
    data : DataFrame
        One row per response, with the columns of ``hypothesis.requires``.
    response : str
        Column of the response.
    hypothesis : Hypothesis
    random : str or random terms
        Random effects; those that the data cannot estimate are left out, and ``notes`` says so.
        With one row per participant and none left, least squares is used.
    covariates : sequence of str
        Further fixed columns, centred.
    engine : callable, optional
        Another likelihood, see :mod:`analysis.curves.engines`; ``random`` and ``covariates``
        are then inside it.
    level : float or None
        Of the profile intervals; None leaves them out (for simulation).

    Raises
    ------
    AnalysisError
        Missing columns or values, a constant response, too few rows.
    """
    problem = prepare(
        data, response, [hypothesis], random=random, covariates=covariates, engine=engine
    )
    return fit_in(problem, hypothesis, level)


def fit_curves(
    data: pd.DataFrame,
    response: str,
    hypotheses: Sequence[Hypothesis],
    *,
    random: str | Sequence[RandomTerm] = CROSSED,
    covariates: Sequence[str] = (),
    engine: Engine | None = None,
    level: float | None = 0.95,
) -> tuple[Problem, tuple[CurveFit, ...]]:
    """Fit several curves to the same data under the same likelihood; see :func:`fit_curve`."""
    problem = prepare(
        data, response, hypotheses, random=random, covariates=covariates, engine=engine
    )
    return problem, tuple(fit_in(problem, h, level) for h in hypotheses)


def fit_in(problem: Problem, hypothesis: Hypothesis, level: float | None = 0.95) -> CurveFit:
    """Fit one curve in a prepared problem."""
    hypothesis = hypothesis.on(problem.data.columns)
    columns = used_columns(problem.data, hypothesis)
    table, index = cell_index(problem.data, columns)
    rows = {c: table[c].to_numpy() for c in columns}
    notes = list(problem.notes)
    full, known = nominal(hypothesis, rows), identified(hypothesis, rows)
    free_names = [p.name for p in hypothesis.free_shape]
    open_shape = known < full and bool(free_names)
    if open_shape:
        notes.append(_unidentified(table, columns, hypothesis, free_names))
    evaluator = Evaluator(hypothesis, rows, index, problem.engine)
    design, means, vcov = coarse_cells(problem, columns)
    surface = Surface(design, vcov, hypothesis)
    judge = judge_of(evaluator, surface, means, problem.n if problem.own_scale else 0)
    best = best_shape(evaluator, surface, means, judge)
    found = evaluator(best)
    if not np.isfinite(found.loglik):
        raise AnalysisError(
            f"{hypothesis.id} {hypothesis.name} runs to zero and has no free constant, and the "
            f"scale that suits these answers best is negative: {problem.response!r} has no true "
            "zero, or runs against the curve.",
            "Where zero means nothing given or felt, the check against the cell means tells how far "
            "they are from the curve; otherwise do not centre the response, or leave the curve out.",
        )
    parameters = shape_rows(
        evaluator, surface, means, judge, best, None if open_shape else level, notes
    )
    parameters += linear_rows(problem, hypothesis, best, found, rows, None if open_shape else level)
    notes += _remarks(hypothesis, found)
    missing = np.isnan(found.coefficients).any()
    if missing and not open_shape:
        notes.append(_no_contrast(table, columns))
    return CurveFit(
        hypothesis=hypothesis,
        response=problem.response,
        columns=columns,
        parameters=pd.DataFrame(parameters, columns=PARAMETER_COLUMNS),
        shape=as_params(hypothesis, best),
        intercept=found.intercept,
        coefficients=found.coefficients,
        cells=_cell_table(problem, table, columns, hypothesis, best, found),
        loglik=found.loglik,
        k=known + found.n_other,
        k_curve=known,
        n=problem.n,
        converged=found.fit.converged,
        limited=found.limited,
        notes=tuple(dict.fromkeys(notes)),
        evaluations=evaluator.calls,
    )


def _remarks(hypothesis: Hypothesis, found: Evaluation) -> list[str]:
    notes = list(found.fit.messages)
    if found.limited:
        notes.append(
            f"The data go against the claim of {hypothesis.id} ({hypothesis.claim.rstrip('.')}): "
            "the excluded direction was held at zero, and the shape is not identified."
        )
    if not found.fit.converged:
        notes.append("The optimiser did not report convergence; read these numbers with care.")
    return notes


def _unidentified(
    table: pd.DataFrame, columns: Sequence[str], hypothesis: Hypothesis, names: Sequence[str]
) -> str:
    levels = ", ".join(
        f"{v:,}" if not isinstance(v, str) else v for v in table[columns[0]].unique()
    )
    return (
        f"{len(table)} cells ({columns[0]}: {levels}) cannot identify the shape of "
        f"{hypothesis.id}: {', '.join(names)} is one of many values that fit equally well."
    )


def _no_contrast(table: pd.DataFrame, columns: Sequence[str]) -> str:
    return (
        f"The design ({len(table)} cells of {', '.join(columns)}) does not vary in what this "
        "curve is about, so that its effect cannot be estimated."
    )


def _cell_table(
    problem: Problem,
    table: pd.DataFrame,
    columns: Sequence[str],
    hypothesis: Hypothesis,
    best: Array,
    found: Evaluation,
) -> pd.DataFrame:
    rows = {c: table[c].to_numpy() for c in columns}
    basis = hypothesis.basis(rows, as_params(hypothesis, best))
    fitted = table.assign(fitted=found.intercept + basis @ np.nan_to_num(found.coefficients))
    cells = problem.cells
    if cells is None or tuple(cells.columns) != tuple(columns):
        return fitted
    return fitted.assign(mean=cells.table["mean"].to_numpy(), se=cells.table["se"].to_numpy())
