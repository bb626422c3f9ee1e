"""Model recovery: which family would be best supported if a given curve were true?

Studies of the planned size are simulated as in ``monte_carlo``, but only as far as the model comparison requires: the
estimated condition means, around a true curve and with the covariance of the design (new participants and stimuli in
every study). The rule of the verdict is then applied. Whole studies of simulated participants (``check``) apply the
same rule to the predicted curve alone: they take 10 to 30 seconds each, and model recovery requires some 2,000 studies
of each of about ten curves with two effect sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from analysis.curves.catalogue import Hypothesis
from analysis.curves.compare import UNDETERMINED, recover
from analysis.curves.fitting import misfits
from analysis.errors import AnalysisError
from analysis.planned.model_comparison import competing_curves, specified_curves
from analysis.power.expected import expected
from analysis.power.tables import Plan
from analysis.power.work import Watch, key_of
from analysis.simulate import population
from experiments.numbers import scale_value
from experiments.study import Study

QUANTILES = {"low": 0.05, "median": 0.50, "high": 0.95}


def recovery_tables(
    study: Study, plans: Sequence[Plan], watch: Watch
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the tables of model recovery, and notes on what was left out.

    Returns
    -------
    dict
        ``recovery``: for each true curve and size, the proportions of studies by verdict; ``recovery_families``: their
        means by family; ``recovery_parameters``: quantiles of the estimated shape parameters, and the coverage of
        their 95 % profile intervals.
    """
    outcome = study.protocol.primary_measure
    plan = next((p for p in plans if p.model.measure == outcome), None)
    if plan is None:
        missing = (
            f"Model recovery requires a planned Gaussian model of {outcome!r} with a contrast."
        )
        return {}, [missing]
    rivals = competing_curves(study.protocol)
    families = list(dict.fromkeys(h.family for h in rivals))
    truths = {h.id: h for h in (*rivals, *specified_curves(study.protocol))}
    rows, parameters, notes = [], [], []
    worlds = [(effect, truth) for effect in (plan.bound, None) for truth in truths.values()]
    watch("model recovery", 0, len(worlds))
    for effect, truth in worlds:
        watch("model recovery", 1, 0)
        try:
            means = _means(study, plan, truth, effect)
        except AnalysisError as error:
            notes.append(f"Recovery of {truth.name}: {error}")
            continue
        verdicts, shapes = _studies(plan, rivals, truth, effect, means)
        here = {
            "size": "as predicted" if effect is None else f"d = {scale_value(effect)}",
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
            parameters += [{**here, **own} for own in shapes]
    table = pd.DataFrame(rows)
    by = table.groupby(["size", "true_family"], sort=False)[[*families, UNDETERMINED]]
    tables = {
        "recovery": table,
        "recovery_families": by.mean().reset_index(),
        "recovery_parameters": pd.DataFrame(parameters),
    }
    return tables, list(dict.fromkeys(notes))


def _means(study: Study, plan: Plan, truth: Hypothesis, effect: float | None) -> np.ndarray:
    """Return the condition means in SDs, scaled so that a curve that falls to zero falls to zero."""
    factors, settings = plan.world.lists.factors, plan.settings
    people = population(study, truth, mode=settings.mode, effect=effect, assumed=settings.assumed)
    curve = people.curve
    if missing := [name for name in curve.columns if name not in factors]:
        raise AnalysisError(
            f"the curve depends on {missing[0]!r}, but the planned model of the outcome does not.",
            "Add the factor to its formula.",
        )
    if curve.at_an_end:
        raise AnalysisError(
            f"the predicted mean lies beyond the end of the response scale at"
            f" {'; '.join(curve.at_an_end)}, so that the curve is left out."
        )
    cells = [dict(zip(factors, levels, strict=True)) for levels in plan.world.lists.levels]
    shares = [curve.share[tuple(cell[name] for name in curve.columns)] for cell in cells]
    return np.array(shares) / people.outcome_scale.sd(curve.reference)


def _studies(
    plan: Plan,
    rivals: Sequence[Hypothesis],
    truth: Hypothesis,
    effect: float | None,
    true: np.ndarray,
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Simulate studies; return the verdict of each, and a row for each shape parameter of the true curve."""
    world, settings, people = plan.world, plan.settings, plan.analysed(plan.size)
    found, lists = expected(world, people), world.lists
    planned = len(world.model.contrasts)
    spread = found.covariance[planned:, planned:]
    reported = found.reported[planned:, planned:]
    design = {
        name: np.array(levels)
        for name, levels in zip(lists.factors, zip(*lists.levels, strict=True), strict=True)
    }
    rng = np.random.default_rng([settings.seed, int(key_of([truth.id, effect, true.tolist()]), 16)])
    root = np.linalg.cholesky(spread + 1e-12 * np.eye(len(true)))
    means = true + rng.standard_normal((settings.studies, len(true))) @ root.T
    answers = world.everything.times(people)
    recovery = recover(
        design,
        means,
        reported,
        rivals,
        n=round(answers.people[answers.composition].sum()),
        k_other=world.planned + 1,
        sesoi=plan.bound,
        df=float(max(1, people * lists.cells - len(lists.levels))),
        alpha=plan.alpha,
    )
    own = next((h for h in rivals if h.id == truth.id), None)
    if own is None or not own.free_shape or any(p.search == "levels" for p in own.free_shape):
        return recovery.verdicts, []
    wanted = {p.name: truth.defaults[p.name] for p in own.free_shape}
    free, _ = misfits(design, means, reported, own)
    fixed, _ = misfits(design, means, reported, own.at(**wanted))
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
