"""Parameters of a fitted curve with intervals: profile likelihood for shapes, Wald for levels and slopes."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.curves.catalogue import Shape
from analysis.curves.catalogue.design import Array
from analysis.curves.fitting.profile import Evaluation, Profile
from analysis.curves.fitting.search import profile_interval
from analysis.curves.fitting.surface import as_params
from analysis.models.messages import message

COLUMNS = ["name", "kind", "estimate", "ci_low", "ci_high", "interval", "unit", "identified"]
EDGE = 2e-3
"""Distance from a bound, as a share of the search range, below which an estimate counts as at the bound."""


def parameter_table(
    profile: Profile, best: Array, level: float | None, notes: list[str]
) -> pd.DataFrame:
    """Return one row per parameter, shape ones first.

    Parameters
    ----------
    profile : Profile
    best : ndarray, shape (shape parameters,)
    level : float or None
        Confidence level of the intervals; None skips them.
    notes : list of str
        Notes on bounds and open intervals are appended to it.
    """
    found = profile(best)
    rows = [_shape_row(profile, best, j, level, notes) for j in range(len(best))]
    return pd.DataFrame([*rows, *_linear_rows(profile, best, found, level)], columns=COLUMNS)


def _shape_row(
    profile: Profile, best: Array, j: int, level: float | None, notes: list[str]
) -> tuple[object, ...]:
    p, value = profile.hypothesis.shape[j], float(best[j])
    if p.fixed:
        return p.name, "shape", value, np.nan, np.nan, "given", p.unit, True
    limited = profile(best).limited
    if limited or level is None:
        known = not (limited or profile.unidentified)
        return p.name, "shape", value, np.nan, np.nan, "", p.unit, known
    interval = profile_interval(profile, best, j, level)
    stepped = p.search == "levels"
    known = stepped or not (interval.open_below and interval.open_above)
    if not known:
        notes.append(
            message("parameter_unknown", name=p.name, low=p.lower, high=p.upper, level=level)
        )
    elif side := _bound_at(p, value):
        notes.append(message("parameter_at_end", name=p.name, side=side, value=value))
    elif not stepped and (interval.open_below or interval.open_above):
        side = "below" if interval.open_below else "above"
        notes.append(message("interval_open", name=p.name, side=side))
    how = "profile" if profile.exact else "profile, variances held"
    return p.name, "shape", value, interval.lower, interval.upper, how, p.unit, known


def _bound_at(parameter: Shape, value: float) -> str:
    """Return which end of the search range a value lies at; empty if at neither."""
    share = 0.5 if parameter.search == "levels" else parameter.share_of(value)
    return "lower" if share < EDGE else "upper" if share > 1 - EDGE else ""


def _linear_rows(
    profile: Profile, best: Array, found: Evaluation, level: float | None
) -> list[tuple[object, ...]]:
    """Return the equation's linear parameters, with Wald intervals that account for the estimated shape."""
    hypothesis = profile.hypothesis
    shape = as_params(hypothesis, best)
    values = hypothesis.linear_from(
        profile.design, shape, found.intercept, np.nan_to_num(found.coefficients)
    )
    if np.isnan(found.coefficients).any():
        values = dict.fromkeys(values, float("nan"))
    spread, how = {}, ""
    if level is not None and not found.limited:
        spread, how = _wald_spread(profile, shape | values), "Wald"
        if not spread and np.isfinite(list(values.values())).all():
            spread = _errors_at_shape(profile, shape, found)
            how = "Wald, shape given" if hypothesis.free_shape else "Wald"
    z = float(norm.ppf(0.5 + (level or 0.95) / 2))
    # A coefficient at its limit is zero but for rounding.
    rounding = 1e-9 * max(map(abs, values.values()), default=0.0) if found.limited else 0.0
    rows: list[tuple[object, ...]] = []
    for p in hypothesis.linear:
        value, half = values[p.name], z * spread.get(p.name, np.nan)
        value = 0.0 if abs(value) < rounding else value
        # A prediction in SDs of the response is fitted in units of the response.
        unit = re.sub("^(SD|$)", "units of the response", p.unit)
        known = bool(np.isfinite(value)) and not profile.unidentified
        rows.append(
            (
                p.name, "linear", value, value - half, value + half,
                how if p.name in spread else "", unit, known,
            )
        )  # fmt: skip
    return rows


def _errors_at_shape(
    profile: Profile, shape: dict[str, float], found: Evaluation
) -> dict[str, float]:
    """Return the standard errors at a fixed shape, from the engine's covariance of the coefficients."""
    h, k = profile.hypothesis, len(found.coefficients)
    level = int(h.intercept)
    translated = [
        list(h.linear_from(profile.design, shape, float(unit[:level].sum()), unit[level:]).values())
        for unit in np.eye(k + level)
    ]
    matrix = np.array(translated).T
    variance = np.einsum("ij,jk,ik->i", matrix, found.fit.vcov, matrix)
    names = [p.name for p in h.linear]
    return {n: float(np.sqrt(v)) for n, v in zip(names, variance, strict=True) if np.isfinite(v)}


def _wald_spread(profile: Profile, params: dict[str, float]) -> dict[str, float]:
    """Return standard errors from the covariance of the cell means and the gradient of the curve."""
    hypothesis, cells = profile.hypothesis, profile.problem.cells
    names = [p.name for p in (*hypothesis.linear, *hypothesis.free_shape)]
    if (
        cells is None
        or cells.vcov is None
        or not set(profile.columns) <= set(cells.columns)
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
