"""Recovery of the verdict by contrasts: of orders, contrasts, and curves over two cells.

What the data say of each contrast (``analysis.curves.compare.by_contrast``) is computed for simulated estimates and
standard errors of the planned size, in which the claim is true at the effect that is asked for, or nothing differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from scipy import stats

from analysis.curves.claims import Prediction
from analysis.curves.compare.by_contrast import (
    CODES,
    Claimed,
    combined_codes,
    contrast_codes,
)
from analysis.errors import AnalysisError
from analysis.planned.plan import ALPHA
from analysis.power.blocks import Array
from analysis.power.curve_cells import CurveCells
from analysis.power.designs import spectral, square_root
from analysis.power.expected import Expected, expected
from analysis.power.planned_tests import same_test
from analysis.power.plans import Plan
from analysis.power.work import key_of
from analysis.power.worlds import world_of
from experiments.language.contrasts import Levels
from experiments.numbers import scale_value
from experiments.protocol.planned_contrast import PlannedContrast

Wanted = tuple[PlannedContrast, Claimed]


def contrast_rows(
    plan: Plan, claim: Prediction, cells: CurveCells | None = None
) -> list[dict[str, Any]]:
    """Return the proportions of studies by code of the verdict: if the claim is true, and if nothing differs.

    Parameters
    ----------
    cells
        The two cells of a claim that is a curve.

    Raises
    ------
    AnalysisError
        If a contrast of the claim cannot be estimated by the planned model of the outcome.
    """
    wanted = _wanted(claim, cells)
    tested = [contrast for contrast, _ in wanted]
    pairs = _pairs(claim) if len(wanted) > 1 else []
    world = world_of(plan.world.lists, plan.model, plan.components, [*tested, *pairs])
    people = plan.analysed(plan.size)
    bound, d = plan.tests[0].smallest, plan.tests[0].effect
    truth = np.array([d if claimed == ">" else 0.0 for _, claimed in wanted])
    same = not truth.any()
    worlds: list[tuple[str, str, Array]] = [
        (claim.curve.name, "equivalent" if same else "different", truth),
        ("no effect", "equivalent", np.zeros(len(wanted))),
    ]
    if same:
        worlds[1] = (f"differences of {scale_value(d)}", "different", np.full(len(wanted), d))
    rows = []
    for part, (name, right, true) in zip(("claim", "rival"), worlds, strict=True):
        rng = np.random.default_rng(
            [plan.settings.seed, int(key_of([claim.curve.id, name, d]), 16)]
        )
        codes = _codes(plan, expected(world, people), wanted, true, len(pairs), bound, rng)
        row: dict[str, Any] = {
            "size": f"d = {scale_value(d)}",
            "part": part,
            "true_curve": name,
            "true_family": right,
            "distance": float(np.abs(true).max()),
            "studies": plan.settings.studies,
        }
        shares = {str(code): float(np.mean(codes == code)) for code in CODES}
        rows.append({**row, **shares})
    return rows


def _codes(
    plan: Plan,
    found: Expected,
    wanted: Sequence[Wanted],
    true: Array,
    pairs: int,
    bound: float | None,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the code of the verdict in each simulated study, (studies,)."""
    studies, k = plan.settings.studies, len(wanted)
    count = k + pairs
    root = spectral(found.covariance[:count, :count], square_root)
    errors = rng.standard_normal((studies, count)) @ root
    df = found.df[:count]
    share = rng.uniform(size=(studies, 1))
    se = found.se[:count] * np.sqrt(stats.chi2.ppf(share, df) / df)
    estimate = errors[:, :k] + true
    codes = np.column_stack(
        [
            contrast_codes(estimate[:, j], se[:, j], df[j], bound, claimed=own, alpha=ALPHA)
            for j, (_, own) in enumerate(wanted)
        ]
    )
    if k == 1:
        p = 2 * stats.t.sf(np.abs(estimate[:, 0]) / se[:, 0], df[0])
        late = np.isin(codes[:, 0], ("different", "opposite")) & (
            p >= ALPHA / _divided(plan, wanted[0])
        )
        codes[late, 0] = "undetermined"
    flat = np.full(studies, k == 1)
    if k > 1 and bound is not None and not true.any():
        reach = stats.t.ppf(1 - ALPHA, df[k:]) * se[:, k:]
        flat = (np.abs(errors[:, k:]) + reach < bound).all(axis=1)
    return np.asarray(combined_codes(codes, [own for _, own in wanted], flat))


def _divided(plan: Plan, wanted: Wanted) -> int:
    """Return the divisor of alpha at the first step of Holm's method, if the contrast is a planned test."""
    same = (test.divided for test in plan.tests if same_test(test.contrast, wanted[0]))
    return next(same, 1)


def _wanted(claim: Prediction, cells: CurveCells | None) -> list[Wanted]:
    """Return the contrasts of a claim, and whether each is claimed to be above zero, or zero."""
    if claim.contrast is not None:
        return [(claim.contrast, ">")]
    if claim.order is not None:
        (factor,) = claim.columns.values()
        groups = claim.order.groups
        steps: list[Wanted] = [
            (_of_levels(factor, Levels(higher, lower)), ">") for higher, lower in pairwise(groups)
        ]
        equal = (pair for group in groups for pair in combinations(group, 2))
        return [*steps, *((_of_levels(factor, Levels((a,), (b,))), "=") for a, b in equal)]
    return [_of_two_cells(claim, cells)] if cells is not None else []


def _of_two_cells(claim: Prediction, cells: CurveCells) -> Wanted:
    first, second = claim.curve.predict(cells.design)
    one, other = cells.conditions
    differing = [name for name in one if one[name] != other[name]]
    if len(differing) != 1:
        raise AnalysisError("the two cells of the claim are not levels of one factor.", "")
    (factor,) = differing
    none = claim.curve.role == "null" or bool(np.isclose(first, second, rtol=1e-9, atol=1e-12))
    high, low = (one, other) if first > second and not none else (other, one)
    return _of_levels(factor, Levels((high[factor],), (low[factor],))), "=" if none else ">"


def _pairs(claim: Prediction) -> list[PlannedContrast]:
    """Return the differences between all levels of an order."""
    if claim.order is None:
        return []
    (factor,) = claim.columns.values()
    return [_of_levels(factor, Levels((a,), (b,))) for a, b in combinations(claim.order.levels, 2)]


def _of_levels(factor: str, levels: Levels) -> PlannedContrast:
    weights: dict[str, Fraction] = levels.weights
    return PlannedContrast(str(levels), {factor: weights}, {})
