"""Simulated studies of the planned tests of a mode: type I error, coverage, equivalence, power, and families of tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.planned.plan import ALPHA
from analysis.power.check import Loss
from analysis.power.expected import expected
from analysis.power.monte_carlo import simulate_studies
from analysis.power.planned_tests import PlannedTest, planned_tests
from analysis.power.plans import Plan, plans_of
from analysis.power.prior import components_of
from analysis.power.settings import PowerSettings, planned_per_cell
from analysis.power.work import key_of
from analysis.simulate import Assumptions
from benchmarks.power.proof.families import family_rows, secondary_rows
from benchmarks.power.proof.promises import AT_MOST, EXACT, NOTHING, Promise, conservative, held
from experiments.study import Study

SEED = 20_261_130
BLOCK = 200
PLANNED, ZERO = "as planned", "conditions act alike"
WORLDS = {
    PLANNED: Assumptions(),
    ZERO: Assumptions(person_by_level=0.0, stimulus_by_level=0.0),
}
"""The assumptions for planning, and the same with components of zero for differences between participants and items."""
LETTERS = "8 letters, whose variance by condition is estimated at zero in many studies"
CONSERVATIVE = {
    ("identified_victim", ""): LETTERS,
    ("deliberation", "gift: identified - statistical"): LETTERS,
}
"""Study and test (empty: all of them) -> why it is conservative by nature at the planned components."""
AT_ZERO = "variances of zero cannot be estimated below zero"
POWER_WITHIN, UNFINISHED = 0.02, Promise("at most .001", high=0.001)


@dataclass(frozen=True)
class Drawn:
    """One planned test in simulated studies without an effect; an effect shifts its errors."""

    plan: Plan
    j: int
    error: NDArray[np.float64]
    se: NDArray[np.float64]
    df: NDArray[np.float64]
    sure: NDArray[np.bool_]
    singular: NDArray[np.bool_]

    @property
    def test(self) -> PlannedTest:
        """The planned test."""
        return self.plan.tests[self.j]

    def p(self, effect: float = 0.0) -> NDArray[np.float64]:
        """Return the p values; 1 if the model did not converge."""
        found = 2 * stats.t.sf(np.abs(self.error + effect) / self.se, self.df)
        return np.where(self.sure, found, 1.0)

    def equivalent(self, effect: float, bound: float) -> int:
        """Count the studies in which an effect is shown to be smaller than a bound."""
        reach = stats.t.ppf(1 - ALPHA, self.df) * self.se
        return int(((np.abs(self.error + effect) + reach < bound) & self.sure).sum())


def _conservative(study: str, test: str) -> str:
    return CONSERVATIVE.get((study, test)) or CONSERVATIVE.get((study, ""), "")


def plans(study: Study, mode: str, world: str, studies: int) -> list[Plan]:
    """Return the planned models of a mode without losses, at the planned size."""
    settings = PowerSettings(
        mode=mode,
        sizes=(planned_per_cell(study, mode),),
        studies=studies,
        seed=SEED,
        assumed=WORLDS[world],
    )
    tests, _ = planned_tests(study, mode, assumed=settings.assumed)
    components = components_of(study, mode, settings.assumed)
    return plans_of(study, settings.of(study), tests, components, Loss(1, 1, 1, 1))[0]


def planned_rows(study: Study, mode: str, world: str, studies: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each question about each planned test and family of tests of a mode."""
    drawn = [
        each
        for plan in plans(study, mode, world, studies)
        for each in draw(plan, studies, _seed(study.study, mode, world, plan.model.name))
    ]
    for one in drawn:
        why = AT_ZERO if world == ZERO else _conservative(study.study, one.test.name)
        for row in _test_rows(one, conservative(why) if why else EXACT):
            yield {"table": "tests", "subject": one.test.name} | row
    for name, members in groupby(drawn, key=lambda one: one.plan.model.name):
        own = list(members)
        if len(own) > 1:
            p = np.column_stack([one.p() for one in own])
            for row in family_rows([one.test.contrast.name for one in own], p):
                yield {"table": "families", "subject": name} | row
    yield from _secondary(drawn, _seed(study.study, mode, world, "uniform"))


def draw(plan: Plan, studies: int, seed: Sequence[int]) -> list[Drawn]:
    """Simulate studies of one planned model at its planned size, and fit the model to each.

    Plans of one model have the same seed, and therefore the same answers.
    """
    rng = np.random.default_rng(seed)
    parts = [
        simulate_studies(plan.world, plan.size, min(BLOCK, studies - at), rng)
        for at in range(0, studies, BLOCK)
    ]
    sure, singular = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("converged", "singular")
    )
    estimate, se, df = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("estimate", "se", "df")
    )
    return [
        Drawn(plan, j, estimate[:, j], se[:, j], df[:, j], sure, singular)
        for j in range(len(plan.tests))
    ]


def _seed(*names: str) -> tuple[int, int]:
    return SEED, int(key_of(list(names)), 16)


def _test_rows(one: Drawn, promised: tuple[Promise, Promise]) -> Iterator[dict[str, Any]]:
    """Yield what is asked about one test."""
    studies, p, bound, d = len(one.error), one.p(), one.test.smallest, one.test.effect
    inside = int(((p >= ALPHA) & one.sure).sum())
    yield {"question": "type I error"} | held(int((p < ALPHA).sum()), studies, promised[0])
    yield {"question": "coverage"} | held(inside, studies, promised[1])
    if bound is not None:
        for side, effect in (("+", bound), ("-", -bound)):
            shown = one.equivalent(effect, bound)
            yield {"question": f"equivalence at {side}d"} | held(shown, studies, AT_MOST)
    found = expected(one.plan.world, one.plan.size)
    value = float(found.power(one.j, d, ALPHA))
    low, high = max(0.0, value - POWER_WITHIN), min(1.0, value + POWER_WITHIN)
    within = Promise(f"within .02 of {value:.3f}, as expected", low, high)
    # Of these tests power is simulated (analysis.power.tables), since the expected information is doubtful.
    doubtful = bool(found.doubtful[one.j])
    power = held(int((one.p(d) < ALPHA).sum()), studies, NOTHING if doubtful else within)
    spread = {"sd": one.error.std(ddof=1), "se": np.sqrt(np.mean(one.se**2))}
    yield {"question": f"power at d = {d:g}", "expected": value} | spread | power
    yield {"question": "a variance at zero"} | held(int(one.singular.sum()), studies)
    yield {"question": "not converged"} | held(int((~one.sure).sum()), studies, UNFINISHED)


def _secondary(drawn: Sequence[Drawn], seed: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield the family-wise errors over the secondary tests; those of other modes include the primary tests."""
    own = [one for one in drawn if one.test.role == "secondary"]
    if not own:
        return
    size, rng = own[0].test.divided, np.random.default_rng(seed)
    families = {f"the {size} secondary tests": own}
    if primary := len(drawn) - len(own):
        families[f"all {size + primary} tests, as in modes without a primary test"] = list(drawn)
    for name, members in families.items():
        p = np.column_stack([one.p() for one in members])
        for row in secondary_rows(p, size - len(own), rng):
            yield {"table": "families", "subject": name} | row
