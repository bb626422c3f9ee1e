"""A predicted curve fitted to data, its shape profiled inside the mixed model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.curves.cells import cell_index
from analysis.curves.engines import CROSSED, Array, Engine
from analysis.curves.evaluate import Evaluation, Evaluator
from analysis.curves.means import Surface, identified, nominal
from analysis.curves.problem import Problem, coarse_cells, prepare, used_columns
from analysis.curves.search import at_bound, best_shape, profile_interval
from analysis.curves.shapes import as_params
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis
from analysis.hypotheses.design import Design


@dataclass(frozen=True)
class CurveFit:
    """A fitted curve. All likelihoods are ML, so that curves can be compared."""

    hypothesis: Hypothesis
    response: str
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


def fit_curve(
    data: pd.DataFrame,
    response: str,
    hypothesis: Hypothesis,
    *,
    random: str = CROSSED,
    covariates: Sequence[str] = (),
    engine: Engine | None = None,
    level: float | None = 0.95,
) -> CurveFit:
    """Fit one predicted curve by maximum likelihood.

    For a given shape the curve is a set of design columns; the shape parameters are profiled
    (bounded, from several starts) on the exact likelihood.

    Parameters
    ----------
    data : DataFrame
        One row per response, with the columns of ``hypothesis.requires``.
    response : str
        Column of the response.
    hypothesis : Hypothesis
    random : str
        Random effects; those that the data cannot estimate are left out and told in ``notes``.
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
    random: str = CROSSED,
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
    if known < full and free_names:
        notes.append(_unidentified(table, columns, hypothesis, free_names))
        given = {name: hypothesis.defaults[name] for name in free_names}
        searched = hypothesis.at(**given)
    else:
        searched = hypothesis
    evaluator = Evaluator(searched, rows, index, problem.engine)
    design, means, vcov = coarse_cells(problem, columns)
    surface = Surface(design, vcov, searched)
    best = best_shape(evaluator, surface, means)
    found = evaluator(best)
    if not np.isfinite(found.loglik):
        raise AnalysisError(
            f"{hypothesis.id} {hypothesis.name} runs to zero and has no free constant, and the "
            f"mean of {problem.response!r} has the opposite sign.",
            "It needs a response with a true zero (a gift, a rating from 0): leave the curve out, "
            "or do not centre the response.",
        )
    parameters = _shape_rows(evaluator, surface, means, best, level, hypothesis, notes)
    parameters += _linear_rows(problem, searched, best, found, rows, level)
    notes += _remarks(hypothesis, found)
    missing = np.isnan(found.coefficients).any()
    if missing and not (known < full and free_names):
        notes.append(_no_contrast(table, columns))
    return CurveFit(
        hypothesis=hypothesis,
        response=problem.response,
        parameters=pd.DataFrame(parameters, columns=PARAMETER_COLUMNS),
        shape=as_params(searched, best),
        intercept=found.intercept,
        coefficients=found.coefficients,
        cells=_cell_table(problem, table, columns, searched, best, found),
        loglik=found.loglik,
        k=known + found.n_other,
        k_curve=known,
        n=problem.n,
        converged=found.fit.converged,
        limited=found.limited,
        notes=tuple(dict.fromkeys(notes)),
        evaluations=evaluator.calls,
    )


PARAMETER_COLUMNS = [
    "name", "kind", "estimate", "ci_low", "ci_high", "interval", "unit", "identified",
]  # fmt: skip


def _shape_rows(
    evaluator: Evaluator,
    surface: Surface,
    means: Array,
    best: Array,
    level: float | None,
    hypothesis: Hypothesis,
    notes: list[str],
) -> list[tuple[object, ...]]:
    """One row per shape parameter, and remarks on bounds and open intervals."""
    rows: list[tuple[object, ...]] = []
    flat = evaluator(best).limited
    for j, p in enumerate(hypothesis.shape):
        value = float(best[j])
        if p.fixed:
            rows.append((p.name, "shape", value, np.nan, np.nan, "given", p.unit, True))
            continue
        if evaluator.hypothesis.shape[j].fixed or flat or level is None:
            known = not (evaluator.hypothesis.shape[j].fixed or flat)
            rows.append((p.name, "shape", value, np.nan, np.nan, "", p.unit, known))
            continue
        interval = profile_interval(evaluator, surface, means, best, j, level)
        known = not (interval.open_below and interval.open_above) or p.search == "levels"
        if not known:
            notes.append(
                f"{p.name} is not identified: no value from {p.lower:g} to {p.upper:g} is "
                f"excluded at {level:.0%}."
            )
        elif side := at_bound(p, value):
            notes.append(
                f"{p.name} is at the {side} end of its range ({value:g}): the data ask for a "
                "more extreme shape, so its estimate and interval are limits, not values."
            )
        elif p.search != "levels" and (interval.open_below or interval.open_above):
            end = "below" if interval.open_below else "above"
            notes.append(f"The interval of {p.name} is open {end}: it ends at the search range.")
        rows.append(
            (p.name, "shape", value, interval.lower, interval.upper, "profile", p.unit, known)
        )
    return rows


def _linear_rows(
    problem: Problem,
    hypothesis: Hypothesis,
    best: Array,
    found: Evaluation,
    rows: Design,
    level: float | None,
) -> list[tuple[object, ...]]:
    """The equation's linear parameters with Wald intervals that allow for the shape."""
    shape = as_params(hypothesis, best)
    values = hypothesis.linear_from(rows, shape, found.intercept, np.nan_to_num(found.coefficients))
    if np.isnan(found.coefficients).any():
        values = dict.fromkeys(values, float("nan"))
    spread = (
        _wald_spread(problem, hypothesis, shape | values)
        if level is not None and not found.limited
        else {}
    )
    z = float(norm.ppf(0.5 + (level or 0.95) / 2))
    return [
        (
            p.name, "linear", values[p.name],
            values[p.name] - z * spread.get(p.name, np.nan),
            values[p.name] + z * spread.get(p.name, np.nan),
            "Wald" if p.name in spread else "", p.unit, bool(np.isfinite(values[p.name])),
        )
        for p in hypothesis.linear
    ]  # fmt: skip


def _wald_spread(
    problem: Problem, hypothesis: Hypothesis, params: dict[str, float]
) -> dict[str, float]:
    """Standard errors from the covariance of the cell means and the slopes of the curve."""
    cells = problem.cells
    names = [p.name for p in hypothesis.linear] + [p.name for p in hypothesis.free_shape]
    if (
        cells is None
        or cells.vcov is None
        or not set(hypothesis.requires) <= set(cells.columns)
        or not np.isfinite([params[n] for n in names]).all()
    ):
        return {}
    slopes = []
    for name in names:
        step = 1e-5 * max(abs(params[name]), 1e-3)
        above = hypothesis.predict(cells.design, params | {name: params[name] + step})
        below = hypothesis.predict(cells.design, params | {name: params[name] - step})
        slopes.append((above - below) / (2 * step))
    matrix = np.column_stack(slopes)
    information = matrix.T @ np.linalg.solve(cells.vcov, matrix)
    scale = np.sqrt(np.diag(information))
    usable = scale > 0
    scaled = information[np.ix_(usable, usable)] / np.outer(scale[usable], scale[usable])
    if not usable.any() or np.linalg.cond(scaled) > 1e12:
        return {}
    se = np.sqrt(np.diag(np.linalg.inv(scaled))) / scale[usable]
    found = dict(zip(np.array(names)[usable].tolist(), se.tolist(), strict=True))
    return {p.name: found[p.name] for p in hypothesis.linear if p.name in found}


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
        f"{hypothesis.id}: {', '.join(names)} stays at its default and every shape fits as well."
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


__all__ = ["AnalysisError", "CurveFit", "fit_curve", "fit_curves", "fit_in"]
