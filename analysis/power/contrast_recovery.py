"""Recovery of the verdict by contrasts: of orders, contrasts, and curves over two cells.

What the data say of each contrast (``analysis.curves.compare.by_contrast``) is computed for simulated estimates and
standard errors of the planned size, in which the claim is true at the effect that is asked for, or nothing differs.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from scipy import stats

from analysis.curves.claims import ClaimedContrast, Prediction, contrasts_of, pairs_of
from analysis.curves.compare.by_contrast import CODES, combined_codes, contrast_codes
from analysis.curves.compare.cell_contrasts import direction
from analysis.errors import AnalysisError
from analysis.planned.claimed import same_contrast
from analysis.planned.plan import ALPHA
from analysis.power.blocks import Array
from analysis.power.curve_cells import CurveCells
from analysis.power.designs import spectral, square_root
from analysis.power.expected import expected
from analysis.power.plans import Plan
from analysis.power.work import key_of
from analysis.power.worlds import World, world_of
from experiments.language.contrasts import Levels
from experiments.numbers import scale_value

STUDIES = 20_000
"""Number of studies: only their estimates and standard errors are drawn."""


class Tested(NamedTuple):
    """The contrasts of a claim in the world of the planned model of its outcome."""

    claim: Prediction
    wanted: tuple[ClaimedContrast, ...]
    world: World
    """Of these contrasts, then of the differences between all levels of an order."""


def contrasts_in_model(plan: Plan, claim: Prediction, cells: CurveCells | None = None) -> Tested:
    """Set up the contrasts of a claim.

    Parameters
    ----------
    cells
        The two cells of a claim that is a curve.

    Raises
    ------
    AnalysisError
        If a contrast of the claim cannot be estimated by the planned model of the outcome.
    """
    wanted = tuple(contrasts_of(claim))
    if not wanted and cells is not None:
        wanted = (_of_two_cells(claim, cells),)
    contrasts = [each.contrast for each in (*wanted, *pairs_of(claim))]
    return Tested(claim, wanted, world_of(plan.world.lists, plan.model, plan.components, contrasts))


def contrast_rows(
    plan: Plan, claim: Prediction, cells: CurveCells | None = None
) -> list[dict[str, Any]]:
    """Return the proportions of studies by code of the verdict: if the claim is true, and if nothing differs.

    See ``contrasts_in_model`` and ``contrast_row``.
    """
    tested = contrasts_in_model(plan, claim, cells)
    return [contrast_row(plan, tested, part, plan.tests[0].effect) for part in ("claim", "rival")]


def contrast_row(
    plan: Plan, tested: Tested, part: Literal["claim", "rival"], effect: float
) -> dict[str, Any]:
    """Return the proportions of studies by code of the verdict.

    Parameters
    ----------
    part
        What is true: the claim, or its opposite, that nothing differs (or that all differ, where the claim is that nothing
        does).
    effect
        The size of a true difference, in SDs.
    """
    claim, wanted, d = tested.claim, tested.wanted, effect
    truth = np.array([d if each.claimed == ">" else 0.0 for each in wanted])
    none, every = np.zeros(len(wanted)), np.full(len(wanted), d)
    if truth.any():
        worlds = [(claim.curve.name, "different", truth), ("no effect", "equivalent", none)]
    else:
        differing = f"differences of {scale_value(d)}"
        worlds = [(claim.curve.name, "equivalent", none), (differing, "different", every)]
    name, right, true = worlds[part == "rival"]
    key = int(key_of([claim.curve.id, name, d]), 16)
    rng = np.random.default_rng([plan.settings.seed, key])
    codes = _codes(plan, tested, true, rng)
    row: dict[str, Any] = {
        "size": f"d = {scale_value(d)}",
        "part": part,
        "true_curve": name,
        "true_family": right,
        "distance": float(np.abs(true).max()),
        "studies": STUDIES,
    }
    return {**row, **{str(code): float(np.mean(codes == code)) for code in CODES}}


def _codes(plan: Plan, tested: Tested, true: Array, rng: np.random.Generator) -> np.ndarray:
    """Return the code of the verdict in each simulated study, (studies,)."""
    wanted, count = tested.wanted, len(tested.world.tested)
    found = expected(tested.world, plan.analysed(plan.size))
    k, bound = len(wanted), plan.tests[0].smallest
    root = spectral(found.covariance[:count, :count], square_root)
    # Evenly spread over all errors, so that proportions differ little from those of far more studies.
    points = stats.qmc.Halton(count + 1, seed=rng).random(STUDIES)
    errors = stats.norm.ppf(points[:, :count]) @ root
    df = found.df[:count]
    se = found.se[:count] * np.sqrt(stats.chi2.ppf(points[:, count:], df) / df)
    estimate = errors[:, :k] + true
    codes = np.column_stack(
        [
            contrast_codes(
                estimate[:, j], se[:, j], df[j], bound, claimed=each.claimed, alpha=ALPHA
            )
            for j, each in enumerate(wanted)
        ]
    )
    if k == 1:
        own = wanted[0].contrast
        same = (test.divided for test in plan.tests if same_contrast(own, test.contrast))
        divided = next(same, 1)
        p = 2 * stats.t.sf(np.abs(estimate[:, 0]) / se[:, 0], df[0])
        late = np.isin(codes[:, 0], ("different", "opposite")) & (p >= ALPHA / divided)
        codes[late, 0] = "undetermined"
    flat = np.full(STUDIES, k == 1)
    if k > 1 and bound is not None and not true.any():
        reach = stats.t.ppf(1 - ALPHA, df[k:]) * se[:, k:]
        flat = (np.abs(errors[:, k:]) + reach < bound).all(axis=1)
    return np.asarray(combined_codes(codes, [each.claimed for each in wanted], flat))


def _of_two_cells(claim: Prediction, cells: CurveCells) -> ClaimedContrast:
    one, other = cells.conditions
    differing = [name for name in one if one[name] != other[name]]
    if len(differing) != 1:
        raise AnalysisError("the two cells of the claim are not levels of one factor.", "")
    (factor,) = differing
    higher, claimed = direction(claim.curve, cells.design)
    high, low = (other, one) if higher else (one, other)
    levels = Levels((high[factor],), (low[factor],))
    return ClaimedContrast.of_levels(factor, levels, claimed)
