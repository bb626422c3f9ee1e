"""Recovery tasks of a study: each curve of the contest in turn is true, at the planned size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.analysing.contest import checked, competitors
from analysis.compare import UNDETERMINED
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis, get
from analysis.models import parse_formula
from analysis.power.analytic import wilson
from analysis.power.fast import fast_analysis
from analysis.power.lists import Lists
from analysis.power.recovery import Given, RecoveryTask, confusion, hypothesis_of, quantiles
from analysis.power.store import Store
from analysis.power.tasks import added
from analysis.power.testing import ModelPlan, Setting, analysed
from analysis.simulate import Assumptions, population
from experiments.building import Study


def recovery_tasks(
    study: Study,
    mode: str,
    plans: Sequence[ModelPlan],
    setting: Setting,
    assumed: Assumptions,
) -> tuple[list[RecoveryTask], list[str]]:
    """Return the tasks of model recovery, and why there are none where there are none."""
    outcome = study.protocol.primary_measure
    own = [p for p in plans if p.model.measure == outcome]
    if not own:
        return [], [
            f"Model recovery needs a planned Gaussian model of {outcome!r} with a contrast."
        ]
    plan = own[0]
    people = analysed(setting, setting.planned)
    found = fast_analysis(plan.lists, plan.model, plan.components, people).expected()
    contrasts = len(plan.model.contrasts)
    spread = found.covariance[contrasts:, contrasts:]
    reported = found.reported[contrasts:, contrasts:]
    rows = people * plan.lists.cells * plan.lists.rows_per_person
    terms = len(parse_formula(f"y ~ {plan.model.formula}").random)
    rivals = tuple(given(study, h) for h in competitors(study.protocol))
    truths = dict.fromkeys([*rivals, *(given(study, h) for h in checked(study.protocol))])
    tasks, notes = [], []
    for effect in (setting.bound, None):
        for truth in truths:
            try:
                means = _means(study, mode, truth, effect, plan.lists, assumed)
            except AnalysisError as error:
                notes.append(f"Recovery of {truth[0]}: {error}")
                continue
            tasks.append(
                RecoveryTask(
                    truth,
                    effect,
                    rivals,
                    _design(plan.lists),
                    means,
                    tuple(map(tuple, spread.tolist())),
                    tuple(map(tuple, reported.tolist())),
                    rows,
                    terms + 1,
                    setting.bound,
                    float(max(1, people * plan.lists.cells - len(plan.lists.levels))),
                    setting.alpha,
                    setting.seed,
                )
            )
    return tasks, list(dict.fromkeys(notes))


def given(study: Study, hypothesis: Hypothesis) -> Given:
    """Return a hypothesis with the parameters that the protocol gives it, as plain data."""
    contest = study.protocol.hypotheses
    for prediction in (contest.predicted, *contest.also_predicted):
        if get(prediction.hypothesis).id == hypothesis.id:
            return hypothesis.name, tuple(sorted(prediction.parameters.items()))
    return hypothesis.name, ()


def _design(lists: Lists) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
    columns = zip(*lists.levels, strict=True)
    return tuple(zip(lists.factors, (tuple(c) for c in columns), strict=True))


def _means(
    study: Study,
    mode: str,
    truth: Given,
    effect: float | None,
    lists: Lists,
    assumed: Assumptions,
) -> tuple[float, ...]:
    """Means of the conditions in SD, so that a curve that falls to nothing falls to nothing."""
    people = population(
        study, truth[0], 1, mode=mode, parameters=dict(truth[1]), effect=effect, assumed=assumed
    )
    sd = people.outcome_scale.sd(people.curve.reference)
    cells = [dict(zip(lists.factors, levels, strict=True)) for levels in lists.levels]
    missing = [name for name in people.curve.columns if name not in lists.factors]
    if missing:
        raise AnalysisError(
            f"the curve looks at {missing[0]!r}, and the planned model of the outcome does not.",
            "Add the factor to its formula.",
        )
    if people.curve.held:
        raise AnalysisError(
            f"as large as it predicts it lies beyond the end of the response scale at"
            f" {'; '.join(people.curve.held)}, and is left out."
        )
    shares = [people.curve.share[tuple(c[name] for name in people.curve.columns)] for c in cells]
    return tuple(float(share / sd) for share in shares)


def recovered(tasks: Sequence[RecoveryTask], store: Store, blocks: int) -> dict[str, pd.DataFrame]:
    """Add the studies up: tables ``recovery`` (by curve), ``families`` and ``parameters``."""
    if not tasks:
        return {}
    families = tuple(dict.fromkeys(hypothesis_of(g).family for g in tasks[0].competitors))
    rows, parameters = [], []
    for task in tasks:
        total: dict[str, Any] = {}
        for block in store.blocks(task.key, blocks):
            total = added(total, block)
        true, size = hypothesis_of(task.truth), effect_of(task)
        told = {
            "size": size,
            "true_curve": true.name,
            "true_family": true.family,
            "distance": max(task.means) - min(task.means),
            "studies": total["studies"],
        }
        rows.append({**told, **confusion(total["verdicts"], families)})
        parameters += _parameters(task, true, total, told)
    table = pd.DataFrame(rows)
    columns = [*families, UNDETERMINED]
    by_family = table.groupby(["size", "true_family"], sort=False)[columns].mean().reset_index()
    return {
        "recovery": table,
        "recovery_families": by_family,
        "recovery_parameters": pd.DataFrame(parameters),
    }


def effect_of(task: RecoveryTask) -> str:
    """Say how large the true curve is."""
    return "as predicted" if task.effect is None else f"d = {task.effect:g}"


def _parameters(
    task: RecoveryTask, true: Hypothesis, total: Mapping[str, Any], told: Mapping[str, Any]
) -> list[dict[str, Any]]:
    values = dict(task.truth[1])
    rows: list[dict[str, Any]] = []
    if task.effect is not None and not true.intercept:
        # Moved to another size, a curve that runs through zero has another shape.
        return rows
    for parameter in true.free_shape:
        if parameter.name not in total.get("parameters", {}):
            continue
        covered = total["covered"]
        low, high = wilson(covered, total["studies"])
        rows.append(
            {
                **told,
                "parameter": parameter.name,
                "true": values.get(parameter.name, parameter.default),
                **quantiles(parameter, total["parameters"][parameter.name]),
                "coverage": covered / total["studies"],
                "coverage_low": low,
                "coverage_high": high,
            }
        )
    return rows
