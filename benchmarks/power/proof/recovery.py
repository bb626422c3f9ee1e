"""Recovery of each family of curves, by its expected distance from the nearest other family; and of claims about contrasts.

A family is named if its BIC weight is .90 against all others together (``analysis.curves.compare.rule``). What counts is
therefore the expected difference in BIC: 2 Delta logL, less ln n for each parameter that the true curve has more than
its rival. A difference of D has an SD of 2 sqrt(D) or more, and a single rival already requires 2 ln 9 = 4.4: at D = 10 at
most 81 % of studies exceed this, fewer if two rivals are equally near, and about 65 % if the true curve has one parameter
more (2 Delta logL = 18). At 10, the family is seldom a wrong one; only at 20 is it the right one in 80 %. A family that is
nested in another has D = ln n - 1 at any effect, since only the superfluous parameter speaks against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from typing import Any

import numpy as np

from analysis.curves.catalogue import Hypothesis
from analysis.curves.compare import UNDETERMINED
from analysis.curves.fitting import identified, misfits
from analysis.errors import AnalysisError
from analysis.planned.model_comparison import competing_curves, specified_curves
from analysis.power.blocks import Array
from analysis.power.contrast_recovery import contrast_rows
from analysis.power.curve_cells import CurveCells
from analysis.power.curve_recovery import errors_of, true_means, verdicts_of
from analysis.power.model_recovery import Compared
from analysis.power.plans import Plan
from analysis.power.tables import MOST_PER_CELL
from benchmarks.power.proof.promises import AT_MOST, NOTHING, Promise, held
from experiments.numbers import scale_value
from experiments.study import Study

GOALS = (("loglik", 10.0), ("bic", 10.0), ("bic", 20.0))
"""Distances at which each family is recovered: 2 Delta logL, and differences in BIC."""
WRONG, NAMED = Promise("at most .05", high=0.05), Promise("at least .80", low=0.80)
SAME = 1.0
"""Largest misfit of a true curve by the nearest curve of its own family."""
EFFECTS = np.geomspace(0.05, 5.0, 24)
"""Effects among which that with a distance is sought, first."""
NEAR = 0.02
"""Share by which effects that count as the same differ at most."""


@dataclass(frozen=True)
class Setting:
    """A study in which a curve is true, and the distance of the curve from the nearest other family."""

    plan: Plan
    effect: float | None
    means: Array
    loglik: float
    """Expected 2 Delta logL."""
    bic: float
    """Expected difference in BIC."""
    rival: str
    """The nearest curve by BIC."""
    true: bool
    """Whether the curve, at this effect, is one of its own family."""

    @property
    def size(self) -> str:
        """Participants and effect in words."""
        effect = "as predicted" if self.effect is None else f"d = {scale_value(self.effect)}"
        return f"{self.plan.size} per cell, {effect}"

    def same(self, other: Setting) -> bool:
        """Whether the other study is hardly another one."""
        if self.effect is None or other.effect is None:
            alike = self.effect is other.effect
        else:
            alike = abs(self.effect / other.effect - 1) < NEAR
        return alike and abs(self.plan.size / other.plan.size - 1) < NEAR


@dataclass(frozen=True)
class Truth:
    """A curve that is true in simulated studies, among the curves that are compared."""

    study: Study
    plan: Plan
    cells: CurveCells
    curve: Hypothesis
    rivals: Sequence[Hypothesis]

    def settings(self, size: int, effects: Sequence[float | None]) -> list[Setting]:
        """Return the studies of one size with the effects that are possible on the response scale."""
        plan, means = replace(self.plan, size=size), {}
        for effect in effects:
            try:
                means[effect] = true_means(self.study, plan, self.curve, effect, self.cells)
            except AnalysisError:
                continue
        return self._at(plan, means) if means else []

    def _at(self, plan: Plan, means: dict[float | None, Array]) -> list[Setting]:
        _, reported, rows = errors_of(plan, self.cells)
        design = self.cells.design
        stacked = np.array(list(means.values()))
        misfit = np.array([misfits(design, stacked, reported, h)[0] for h in self.rivals])
        k = np.array([identified(h, design) for h in self.rivals])
        # The expected chi2 of a curve with k free parameters is lower by k.
        bic = misfit + (k * (log(rows) - 1))[:, None]
        own = np.array([h.family == self.curve.family for h in self.rivals])
        found = []
        for j, (effect, mean) in enumerate(means.items()):
            near = int(np.argmin(np.where(own, np.inf, bic[:, j])))
            best = float(misfit[own, j].min())
            found.append(
                Setting(
                    plan, effect, mean,
                    float(misfit[~own, j].min()) - best,
                    float(bic[near, j] - bic[own, j].min()),
                    self.rivals[near].name,
                    best < SAME,
                )
            )  # fmt: skip
        return found

    def reaching(self, criterion: str, goal: float) -> Setting | None:
        """Return the study with a distance: by effect at the planned size, otherwise by size; None if there is none."""

        def enough(setting: Setting) -> bool:
            return bool(getattr(setting, criterion) >= goal)

        size = self.plan.size
        reached = [i for i, each in enumerate(self._scaled) if each.true and enough(each)]
        if reached and reached[0]:
            ends = [float(self._scaled[i].effect or 0.0) for i in (reached[0] - 1, reached[0])]
            between = self.settings(size, np.geomspace(ends[0], ends[1], 13).round(4).tolist())
            return next(each for each in between if each.true and enough(each))
        return self._grown(enough)

    @cached_property
    def _scaled(self) -> list[Setting]:
        """The studies of the planned size with smaller and larger effects."""
        return self.settings(self.plan.size, EFFECTS.round(4).tolist())

    def _grown(self, enough: Callable[[Setting], bool]) -> Setting | None:
        """Return the smallest study of the predicted effect that is enough."""
        few, most = 1, MOST_PER_CELL
        found = self.settings(most, [None])
        if not found or not found[0].true or not enough(found[0]):
            return None
        while most - few > max(1, few * NEAR / 2):
            middle = (few + most) // 2
            between = self.settings(middle, [None])
            if between and enough(between[0]):
                most, found = middle, between
            else:
                few = middle
        return found[0]


def recovery_rows(study: Study, compared: Compared) -> Iterator[dict[str, Any]]:
    """Yield rows for each true curve of a hypothesis, as planned and at the distances; or for a claim and its opposite."""
    if compared.cells is None or compared.by_contrast:
        yield from _contrast_rows(compared)
        return
    rivals = competing_curves(compared.predictions)
    families = {h.family for h in rivals}
    # No verdict can name a curve of a family that is only tested, not compared.
    more = (h for h in specified_curves(compared.predictions) if h.family in families)
    truths = {h.id: h for h in (*rivals, *more)}
    plan = compared.plan
    for curve in truths.values():
        truth = Truth(study, plan, compared.cells, curve, rivals)
        wanted = truth.settings(plan.size, [plan.tests[0].effect, None])
        wanted += filter(None, (truth.reaching(*goal) for goal in GOALS))
        done: list[Setting] = []
        for setting in wanted:
            if setting.true and not any(setting.same(other) for other in done):
                done.append(setting)
                yield from _rows(truth, setting)


def _contrast_rows(compared: Compared) -> Iterator[dict[str, Any]]:
    """Yield the shares of studies by what the verdict is, if a claim about contrasts is true, and if its opposite is."""
    plan = compared.plan
    for row in contrast_rows(plan, compared.predictions[0], compared.cells):
        studies, right = row["studies"], row["true_family"]
        named, unknown = (round(row[each] * studies) for each in (right, UNDETERMINED))
        questions = {
            "recovered": (named, NOTHING),
            "wrong family": (studies - named - unknown, AT_MOST),
            "undetermined": (unknown, NOTHING),
        }
        here = {
            "table": "recovery",
            "subject": f"{row['true_curve']} ({right})",
            "size": f"{plan.size} per cell, {row['size']}",
        }
        for question, (hits, promise) in questions.items():
            yield here | {"question": question} | held(hits, studies, promise)


def _rows(truth: Truth, setting: Setting) -> Iterator[dict[str, Any]]:
    """Yield the shares of studies by what the verdict is, and of intervals that contain the true shape."""
    cells, family = truth.cells, truth.curve.family
    verdicts, shapes = verdicts_of(
        setting.plan, truth.rivals, truth.curve, setting.effect, setting.means, cells
    )
    studies = len(verdicts)
    named, unknown = (int(np.sum(verdicts == each)) for each in (family, UNDETERMINED))
    questions = {
        "recovered": (named, NAMED if setting.bic >= 20 else NOTHING),
        "wrong family": (studies - named - unknown, WRONG if setting.bic >= 10 else NOTHING),
        "undetermined": (unknown, NOTHING),
    }
    if setting.effect is None or truth.curve.intercept:
        questions |= {
            f"interval of {row['parameter']} contains it": (
                round(row["coverage"] * studies),
                NOTHING,
            )
            for row in shapes
        }
    here = {
        "subject": f"{truth.curve.name} ({family})",
        "size": setting.size,
        "rival": setting.rival,
        "loglik": setting.loglik,
        "bic": setting.bic,
    }
    for question, (hits, promise) in questions.items():
        yield {"table": "recovery", **here, "question": question, **held(hits, studies, promise)}
