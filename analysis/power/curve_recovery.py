"""Recovery of the verdict by curves: which family would be named if a given curve were true?

The estimated means of the cells are drawn around the means that a true curve predicts, with the covariance of the design;
the rule of the verdict (``analysis.curves.compare``) is then applied to each simulated study.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from analysis.curves.catalogue import Hypothesis
from analysis.curves.claims import Prediction
from analysis.curves.compare import UNDETERMINED, recover
from analysis.curves.fitting import misfits
from analysis.errors import AnalysisError
from analysis.planned.model_comparison import competing_curves, specified_curves
from analysis.planned.plan import ALPHA
from analysis.power.blocks import Array
from analysis.power.curve_cells import CurveCells
from analysis.power.expected import expected
from analysis.power.plans import Plan
from analysis.power.work import Watch, key_of
from analysis.simulate import population
from experiments.numbers import scale_value
from experiments.study import Study

QUANTILES = {"low": 0.05, "median": 0.50, "high": 0.95}


def curve_rows(
    study: Study, plan: Plan, found: Sequence[Prediction], cells: CurveCells, watch: Watch
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """Return rows of verdicts and of shapes for each true curve, at the smallest effect and as predicted."""
    rivals = competing_curves(found)
    families = list(dict.fromkeys(h.family for h in rivals))
    if len(rivals) < 2:
        raise AnalysisError("the claim has no rival to compare it with.", "")
    truths = {h.id: h for h in (*rivals, *specified_curves(found))}
    parts = {one.curve.id: one.part for one in found}
    rows, shapes, notes = [], [], []
    worlds = [
        (effect, truth) for effect in (plan.tests[0].effect, None) for truth in truths.values()
    ]
    watch("model recovery", 0, len(worlds))
    for effect, truth in worlds:
        watch("model recovery", 1, 0)
        try:
            means = true_means(study, plan, truth, effect, cells)
        except AnalysisError as error:
            notes.append(f"Recovery of {truth.name}: {error}")
            continue
        verdicts, of_shapes = verdicts_of(plan, rivals, truth, effect, means, cells)
        here = {
            "size": "as predicted" if effect is None else f"d = {scale_value(effect)}",
            "part": parts[truth.id],
            "true_curve": truth.name,
            "true_family": truth.family,
            "distance": float(np.ptp(means)),
            "studies": plan.settings.studies,
        }
        rows.append(
            {**here, **{n: float(np.mean(verdicts == n)) for n in (*families, UNDETERMINED)}}
        )
        # A curve without a constant has a different shape if it is rescaled to another effect size.
        if effect is None or truth.intercept:
            shapes += [{**here, **own} for own in of_shapes]
    return rows, shapes, notes


def true_means(
    study: Study, plan: Plan, truth: Hypothesis, effect: float | None, cells: CurveCells
) -> Array:
    """Return the means of the cells in SDs, scaled so that a curve that falls to zero falls to zero."""
    settings = plan.settings
    people = population(study, truth, mode=settings.mode, effect=effect, assumed=settings.assumed)
    curve = people.curve
    if curve.of_answers is not None:
        raise AnalysisError("the curve depends on answers.", "")
    if missing := [name for name in curve.columns if name not in cells.conditions[0]]:
        raise AnalysisError(
            f"the curve depends on {missing[0]!r}, but the planned model of the outcome does not.",
            "Add the factor to its formula.",
        )
    if curve.at_an_end:
        raise AnalysisError(
            f"the predicted mean lies beyond the end of the response scale at"
            f" {'; '.join(curve.at_an_end)}, so that the curve is left out."
        )
    shares = [curve.share[tuple(cell[name] for name in curve.columns)] for cell in cells.conditions]
    items, share = people.outcome.items, settings.assumed.item_with_scale
    # The mean of items varies less than one of them.
    of_items = 1.0 if items == 1 else sqrt(share + (1 - share) / items)
    return np.array(shares) / (people.outcome_scale.sd(curve.reference) * of_items)


class CellErrors(NamedTuple):
    """The errors of the means of cells in a study of the planned size."""

    spread: Array
    """(cells, cells) covariance over studies with new participants and items."""
    reported: Array
    """(cells, cells) covariance that the planned model reports."""
    rows: int
    """Number of answers."""


def errors_of(plan: Plan, cells: CurveCells) -> CellErrors:
    """Return the errors of the means of the cells that curves predict."""
    people, tested = plan.analysed(plan.size), len(plan.world.tested)
    found, answers = expected(plan.world, people), plan.world.everything.times(people)
    spread, reported = (
        cells.mix @ covariance[tested:, tested:] @ cells.mix.T
        for covariance in (found.covariance, found.reported)
    )
    return CellErrors(spread, reported, round(answers.people[answers.composition].sum()))


def verdicts_of(
    plan: Plan,
    rivals: Sequence[Hypothesis],
    truth: Hypothesis,
    effect: float | None,
    true: Array,
    cells: CurveCells,
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Simulate studies; return the verdict of each, and a row for each shape parameter of the true curve."""
    settings, lists, people = plan.settings, plan.world.lists, plan.analysed(plan.size)
    spread, reported, rows = errors_of(plan, cells)
    rng = np.random.default_rng([settings.seed, int(key_of([truth.id, effect, true.tolist()]), 16)])
    root = np.linalg.cholesky(spread + 1e-12 * np.eye(len(true)))
    means = true + rng.standard_normal((settings.studies, len(true))) @ root.T
    recovery = recover(
        cells.design,
        means,
        reported,
        rivals,
        n=rows,
        k_other=plan.world.planned + 1,
        # Without a smallest effect nothing is ever shown to be equivalent.
        sesoi=plan.tests[0].smallest or 0.0,
        df=float(max(1, people * lists.cells - len(lists.levels))),
        alpha=ALPHA,
    )
    own = next((h for h in rivals if h.id == truth.id), None)
    if own is None or not own.free_shape or any(p.search == "levels" for p in own.free_shape):
        return recovery.verdicts, []
    wanted = {p.name: truth.defaults[p.name] for p in own.free_shape}
    free, _ = misfits(cells.design, means, reported, own)
    fixed, _ = misfits(cells.design, means, reported, own.at(**wanted))
    covered = int(np.sum(fixed - free <= chi2.ppf(0.95, len(wanted))))
    low, high = proportion_confint(covered, settings.studies, method="wilson")
    coverage = {
        "coverage": covered / settings.studies, "coverage_low": low, "coverage_high": high
    }  # fmt: skip
    return recovery.verdicts, [
        {
            "parameter": parameter.name,
            "true": wanted[parameter.name],
            **{name: float(np.quantile(values, q)) for name, q in QUANTILES.items()},
            **coverage,
        }
        for parameter, values in zip(own.free_shape, recovery.shapes[own.id].T, strict=True)
    ]
