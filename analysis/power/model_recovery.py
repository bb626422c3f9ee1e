"""Model recovery: which verdict would a study of the planned size reach if a given curve were true?

Studies of the planned size are simulated as in ``monte_carlo``, but only as far as the verdict requires: the estimated
condition means, around a true curve and with the covariance of the design (new participants and items in every study).
The rule of the verdict is then applied: which family of curves is best supported, or, of orders, contrasts and curves
over two cells, what is shown of the contrasts (``contrast_recovery``). Whole studies of simulated participants
(``check``) apply the same rule to the claim alone: they take 10 to 30 seconds each, and model recovery requires some
2,000 studies of each of about ten curves with two effect sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from analysis.curves.catalogue import Hypothesis
from analysis.curves.claims import Prediction, predictions
from analysis.curves.compare import UNDETERMINED, recover
from analysis.curves.fitting import misfits
from analysis.errors import AnalysisError
from analysis.planned.model_comparison import competing_curves, specified_curves
from analysis.planned.plan import ALPHA
from analysis.power.blocks import Array
from analysis.power.contrast_recovery import contrast_rows
from analysis.power.curve_cells import CurveCells, curve_cells
from analysis.power.expected import expected
from analysis.power.plans import Plan
from analysis.power.verdict_needs import verdict_needs
from analysis.power.work import Watch, key_of
from analysis.simulate import population
from experiments.numbers import scale_value
from experiments.protocol.planned import same_measure
from experiments.study import Study

QUANTILES = {"low": 0.05, "median": 0.50, "high": 0.95}
Tables = dict[str, pd.DataFrame]


class Compared(NamedTuple):
    """A hypothesis whose verdict can be simulated."""

    name: str
    plan: Plan
    """Of the model of its outcome."""
    predictions: tuple[Prediction, ...]
    """The claim first."""
    cells: CurveCells | None
    """None for an order or a contrast, whose verdict does not go by curves."""

    @property
    def by_contrast(self) -> bool:
        """Whether the verdict goes by contrasts: of orders, contrasts, and curves over two cells."""
        return self.cells is None or len(self.cells.conditions) == 2


def compared_in(study: Study, plans: Sequence[Plan]) -> tuple[list[Compared], list[str]]:
    """Return the hypotheses whose verdict can be simulated, and notes on the others."""
    found, notes = [], []
    for name, written in study.file.hypothesis.items():
        plan = _plan_of(study, plans, written.outcome)
        if plan is None:
            missing = f"Model recovery requires a planned Gaussian model of {written.outcome!r} with a contrast."
            notes.append(missing)
            continue
        try:
            claims = tuple(predictions(study, name))
            cells = None
            if not (claims[0].order or claims[0].contrast):
                cells = curve_cells(study, plan.settings.mode, plan.world.lists, claims)
        except AnalysisError as error:
            notes.append(_left_out(name, error))
            continue
        found.append(Compared(name, plan, claims, cells))
    return found, notes


def recovery_tables(study: Study, plans: Sequence[Plan], watch: Watch) -> tuple[Tables, list[str]]:
    """Return the tables of model recovery, and notes on what was left out.

    Returns
    -------
    dict
        ``recovery``: for each hypothesis, true curve and size, the proportions of studies by verdict;
        ``recovery_families``: their means by family; ``recovery_parameters``: quantiles of the estimated shape
        parameters, and the coverage of their 95 % profile intervals; ``verdict_needs``: participants and effects with
        which the verdict is the claim's, if it is true. Empty for a study without hypotheses.
    """
    rows: list[dict[str, Any]] = []
    parameters: list[dict[str, Any]] = []
    needs: list[dict[str, Any]] = []
    compared, notes = compared_in(study, plans)
    for one in compared:
        named = {"hypothesis": one.name}
        try:
            if one.by_contrast:
                own = contrast_rows(one.plan, one.predictions[0], one.cells)
            else:
                own, of_shapes, why = _curve_rows(study, one, watch)
                parameters += [named | row for row in of_shapes]
                notes += why
            needs += [named | row for row in needs_of(study, one, watch)]
        except AnalysisError as error:
            notes.append(_left_out(one.name, error))
            continue
        rows += [named | row for row in own]
    if not rows:
        return {}, list(dict.fromkeys(notes))
    table = pd.DataFrame(rows)
    by = table.groupby(["hypothesis", "size", "true_family"], sort=False)[verdicts_in(table)]
    tables = {
        "recovery": table,
        "recovery_families": by.mean().reset_index(),
        "recovery_parameters": pd.DataFrame(parameters),
        "verdict_needs": pd.DataFrame(needs),
    }
    return tables, list(dict.fromkeys(notes))


def _left_out(name: str, error: AnalysisError) -> str:
    return f"Model recovery{f' of {name}' if name else ''}: {error}"


def needs_of(study: Study, compared: Compared, watch: Watch) -> list[dict[str, Any]]:
    """Return what it takes for the verdict to be the claim's, if it is true (``verdict_needs``).

    Raises
    ------
    AnalysisError
        If a contrast of the claim cannot be estimated by the planned model of the outcome.
    """
    plan, claim = compared.plan, compared.predictions[0]
    rivals = competing_curves(compared.predictions)

    def named(per_cell: int, effect: float) -> float | None:
        own = replace(plan, size=per_cell)
        if compared.cells is None or compared.by_contrast:
            row = contrast_rows(own, claim, compared.cells, effect)[0]
            return float(row[row["true_family"]])
        try:
            means = _means(study, own, claim.curve, effect, compared.cells)
        except AnalysisError:
            return None
        verdicts, _ = _studies(own, rivals, claim.curve, effect, means, compared.cells)
        return float(np.mean(verdicts == claim.curve.family))

    return verdict_needs(plan, named, watch)


def verdicts_in(table: pd.DataFrame) -> list[str]:
    """Return the verdicts that have a column in a table of recovery, the undetermined one last."""
    names = list(map(str, table.columns))
    known = [
        name
        for name in names[names.index("studies") + 1 :]
        if name not in (UNDETERMINED, "simulated")
    ]
    return [*known, UNDETERMINED]


def _plan_of(study: Study, plans: Iterable[Plan], outcome: str) -> Plan | None:
    """Return the plan of an outcome, that of the primary test first."""
    own = [p for p in plans if same_measure(study.names, p.model.outcome, outcome)]
    return min(own, key=lambda plan: not plan.model.primary, default=None)


def _curve_rows(
    study: Study, compared: Compared, watch: Watch
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """Return rows of verdicts and of shapes for each true curve, at the smallest effect and as predicted."""
    _, plan, found, cells = compared
    assert cells is not None
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
            means = _means(study, plan, truth, effect, cells)
        except AnalysisError as error:
            notes.append(f"Recovery of {truth.name}: {error}")
            continue
        verdicts, of_shapes = _studies(plan, rivals, truth, effect, means, cells)
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


def _means(
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


def _studies(
    plan: Plan,
    rivals: Sequence[Hypothesis],
    truth: Hypothesis,
    effect: float | None,
    true: Array,
    cells: CurveCells,
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Simulate studies; return the verdict of each, and a row for each shape parameter of the true curve."""
    world, settings, people = plan.world, plan.settings, plan.analysed(plan.size)
    found, lists, tested = expected(world, people), world.lists, len(world.tested)
    spread = cells.mix @ found.covariance[tested:, tested:] @ cells.mix.T
    reported = cells.mix @ found.reported[tested:, tested:] @ cells.mix.T
    rng = np.random.default_rng([settings.seed, int(key_of([truth.id, effect, true.tolist()]), 16)])
    root = np.linalg.cholesky(spread + 1e-12 * np.eye(len(true)))
    means = true + rng.standard_normal((settings.studies, len(true))) @ root.T
    answers = world.everything.times(people)
    recovery = recover(
        cells.design,
        means,
        reported,
        rivals,
        n=round(answers.people[answers.composition].sum()),
        k_other=world.planned + 1,
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
