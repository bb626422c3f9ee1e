"""The contest of curves before any data: which family would be named if a given curve were true?

In a study of the planned size the means of the conditions are drawn around a true curve with the covariance that the
design gives them (new people and new stimuli in every study); the contest's own rule then names a family or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from analysis.analysing.contest import checked, competitors
from analysis.compare import UNDETERMINED, recover
from analysis.curves import misfits
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis, Shape, get
from analysis.models import parse_formula
from analysis.power.lists import Level, Lists
from analysis.power.monte_carlo import STUDIES
from analysis.power.tables import ModelPlan, Setting
from analysis.simulate import Assumptions, population
from experiments.building import Study

Given = tuple[str, tuple[tuple[str, float], ...]]
"""A hypothesis and its parameters, as plain data."""
BINS = 200
"""Parts of a parameter's range in which estimates are counted."""


@dataclass(frozen=True)
class RecoveryTask:
    """Studies of one size in a world that follows one curve."""

    truth: Given
    effect: float | None
    """Distance of the highest from the lowest condition in SD; None: as the hypothesis says."""
    competitors: tuple[Given, ...]
    design: tuple[tuple[str, tuple[Level, ...]], ...]
    """Factor -> its level in each condition."""
    means: tuple[float, ...]
    """True means of the conditions, in SD."""
    spread: tuple[tuple[float, ...], ...]
    """Covariance that their estimates have."""
    reported: tuple[tuple[float, ...], ...]
    """Covariance that the planned model reports."""
    rows: int
    variances: int
    """Variance parameters of the planned model."""
    sesoi: float
    df: float
    alpha: float
    seed: int

    @property
    def content(self) -> dict[str, Any]:
        """What the studies depend on beside the seed."""
        own = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "seed"}
        return {"kind": "recovery", **own}

    @property
    def columns(self) -> dict[str, Any]:
        """The design as columns."""
        return {name: np.asarray(levels) for name, levels in self.design}

    def block(self, rng: np.random.Generator) -> dict[str, Any]:
        """Simulate one block of studies; returns counts over them."""
        root = np.linalg.cholesky(np.array(self.spread) + 1e-12 * np.eye(len(self.means)))
        noise = rng.standard_normal((STUDIES, len(self.means))) @ root.T
        means, reported = np.array(self.means) + noise, np.array(self.reported)
        hypotheses = [hypothesis_of(given) for given in self.competitors]
        found = recover(
            self.columns,
            means,
            reported,
            hypotheses,
            n=self.rows,
            k_other=self.variances,
            sesoi=self.sesoi,
            df=self.df,
            alpha=self.alpha,
        )
        names, counts = np.unique(found.verdicts, return_counts=True)
        verdicts = {str(name): int(n) for name, n in zip(names, counts, strict=True)}
        true = next((h for h in hypotheses if h.id == get(self.truth[0]).id), None)
        here = {"studies": STUDIES, "verdicts": verdicts}
        if true is None or not _estimable(true):
            return here
        return {**here, **self._shapes(true, found.shapes[true.id], means, reported)}

    def _shapes(self, true: Hypothesis, best: Any, means: Any, reported: Any) -> dict[str, Any]:
        """How the shape parameters of the true curve come back."""
        values = dict(self.truth[1])
        wanted = {p.name: values.get(p.name, p.default) for p in true.free_shape}
        free, _ = misfits(self.columns, means, reported, true)
        held, _ = misfits(self.columns, means, reported, true.at(**wanted))
        covered = held - free <= chi2.ppf(0.95, len(wanted))
        return {
            "covered": int(covered.sum()),
            "parameters": {p.name: _counted(p, best[:, j]) for j, p in enumerate(true.free_shape)},
        }


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
    people = setting.analysed(setting.planned)
    found = plan.sizes.at(people)
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


def recovered(
    tasks: Sequence[RecoveryTask], totals: Sequence[Mapping[str, Any]]
) -> dict[str, pd.DataFrame]:
    """Return the tables ``recovery`` (by curve), ``recovery_families`` and ``recovery_parameters``."""
    if not tasks:
        return {}
    families = tuple(dict.fromkeys(hypothesis_of(g).family for g in tasks[0].competitors))
    rows, parameters = [], []
    for task, total in zip(tasks, totals, strict=True):
        true, size = hypothesis_of(task.truth), effect_of(task)
        here = {
            "size": size,
            "true_curve": true.name,
            "true_family": true.family,
            "distance": max(task.means) - min(task.means),
            "studies": total["studies"],
        }
        rows.append({**here, **confusion(total["verdicts"], families)})
        parameters += _parameters(task, true, total, here)
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
    task: RecoveryTask, true: Hypothesis, total: Mapping[str, Any], here: Mapping[str, Any]
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
        low, high = proportion_confint(covered, total["studies"], method="wilson")
        rows.append(
            {
                **here,
                "parameter": parameter.name,
                "true": values.get(parameter.name, parameter.default),
                **quantiles(parameter, total["parameters"][parameter.name]),
                "coverage": covered / total["studies"],
                "coverage_low": low,
                "coverage_high": high,
            }
        )
    return rows


def hypothesis_of(given: Given) -> Hypothesis:
    """Return a hypothesis with the parameters that the protocol fixes."""
    return get(given[0]).at(**dict(given[1]))


def confusion(counts: Mapping[str, int], families: tuple[str, ...]) -> dict[str, float]:
    """Return one row of a confusion matrix: the share of each verdict, adding up to 1."""
    total = sum(counts.values())
    return {name: counts.get(name, 0) / total for name in (*families, UNDETERMINED)}


def quantiles(parameter: Shape, counts: Mapping[str, int]) -> dict[str, float]:
    """Return the 5 %, 50 % and 95 % quantiles of estimates that were counted by ``_counted``."""
    bins = np.array(sorted(map(int, counts)))
    share = np.cumsum([counts[str(b)] for b in bins]) / sum(counts.values())
    found = {}
    for name, q in (("low", 0.05), ("median", 0.50), ("high", 0.95)):
        at = (bins[int(np.searchsorted(share, q))] + 0.5) / BINS
        found[name] = float(parameter.value_at(at))
    return found


def _estimable(hypothesis: Hypothesis) -> bool:
    return bool(hypothesis.free_shape) and all(p.search != "levels" for p in hypothesis.free_shape)


def _counted(parameter: Shape, values: Any) -> dict[str, int]:
    units = np.array([parameter.share_of(float(v)) for v in values])
    bins = np.clip((units * BINS).astype(int), 0, BINS - 1)
    names, counts = np.unique(bins, return_counts=True)
    return {str(b): int(n) for b, n in zip(names, counts, strict=True)}
