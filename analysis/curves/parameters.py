"""The parameters of a fitted curve with their intervals: profile for shapes, Wald for weights."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from analysis.curves.evaluate import Evaluation, Evaluator
from analysis.curves.means import Surface, identified, nominal
from analysis.curves.problem import Problem, used_columns
from analysis.curves.search import Judge, at_bound, profile_interval
from analysis.curves.shapes import as_params
from analysis.hypotheses import Hypothesis, Parameter
from analysis.hypotheses.design import Array, Design

PARAMETER_COLUMNS = [
    "name", "kind", "estimate", "ci_low", "ci_high", "interval", "unit", "identified",
]  # fmt: skip


def shape_rows(
    evaluator: Evaluator,
    surface: Surface,
    means: Array,
    judge: Judge,
    best: Array,
    level: float | None,
    notes: list[str],
) -> list[tuple[object, ...]]:
    """One row per shape parameter, and remarks on bounds and open intervals."""
    rows: list[tuple[object, ...]] = []
    flat = evaluator(best).limited
    hidden = _hidden(evaluator)
    how = "profile" if judge == evaluator.loglik else "profile, variances held"
    for j, p in enumerate(evaluator.hypothesis.shape):
        value = float(best[j])
        if p.fixed:
            rows.append((p.name, "shape", value, np.nan, np.nan, "given", p.unit, True))
            continue
        if flat or level is None:
            rows.append((p.name, "shape", value, np.nan, np.nan, "", p.unit, not (flat or hidden)))
            continue
        interval = profile_interval(surface, means, judge, best, j, level)
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
        rows.append((p.name, "shape", value, interval.lower, interval.upper, how, p.unit, known))
    return rows


def linear_rows(
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
    spread, how = ({}, "")
    if level is not None and not found.limited:
        spread, how = _wald_spread(problem, hypothesis, shape | values), "Wald"
        if not spread and np.isfinite(list(values.values())).all():
            spread = _given_shape(hypothesis, rows, shape, found)
            how = "Wald, shape given" if hypothesis.free_shape else "Wald"
    hidden = identified(hypothesis, rows) < nominal(hypothesis, rows)
    z = float(norm.ppf(0.5 + (level or 0.95) / 2))
    return [
        (
            p.name, "linear", values[p.name],
            values[p.name] - z * spread.get(p.name, np.nan),
            values[p.name] + z * spread.get(p.name, np.nan),
            how if p.name in spread else "", _fitted_unit(p),
            bool(np.isfinite(values[p.name])) and not hidden,
        )
        for p in hypothesis.linear
    ]  # fmt: skip


def _fitted_unit(parameter: Parameter) -> str:
    """A prediction in SDs of the response is fitted in the response's own units."""
    if parameter.unit.startswith("SD"):
        return parameter.unit.replace("SD", "units of the response", 1)
    return parameter.unit or "units of the response"


def _hidden(evaluator: Evaluator) -> bool:
    """Whether the curve has more parameters than the design has cells."""
    known = identified(evaluator.hypothesis, evaluator.design)
    return known < nominal(evaluator.hypothesis, evaluator.design)


def _given_shape(
    hypothesis: Hypothesis, rows: Design, shape: dict[str, float], found: Evaluation
) -> dict[str, float]:
    """Standard errors at a fixed shape, from the engine's covariance of the coefficients."""
    size = len(found.coefficients) + int(hypothesis.intercept)
    translated = []
    for unit in np.eye(size):
        level = unit[0] if hypothesis.intercept else 0.0
        translated.append(
            hypothesis.linear_from(rows, shape, level, unit[size - len(found.coefficients) :])
        )
    matrix = np.array([[column[p.name] for column in translated] for p in hypothesis.linear])
    variance = np.einsum("ij,jk,ik->i", matrix, found.fit.vcov, matrix)
    names = [p.name for p in hypothesis.linear]
    return {n: float(np.sqrt(v)) for n, v in zip(names, variance, strict=True) if np.isfinite(v)}


def _wald_spread(
    problem: Problem, hypothesis: Hypothesis, params: dict[str, float]
) -> dict[str, float]:
    """Standard errors from the covariance of the cell means and the slopes of the curve."""
    cells = problem.cells
    names = [p.name for p in hypothesis.linear] + [p.name for p in hypothesis.free_shape]
    if (
        cells is None
        or cells.vcov is None
        or not set(used_columns(problem.data, hypothesis)) <= set(cells.columns)
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
