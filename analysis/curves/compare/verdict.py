"""The verdict: which family of curves survives, or that the data do not decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.curves.catalogue.design import Array
from analysis.curves.compare.flatness import FlatEquivalence
from analysis.curves.compare.lack_of_fit import Misfit, misfit
from analysis.curves.compare.weights import Weights
from analysis.curves.fitting import CurveFit, Problem

Bools = NDArray[np.bool_]

Reason = Literal[
    "two_cells",
    "one_cell",
    "bic_weight",
    "no_equivalence",
    "aicc_weight",
    "misfit",
    "against_claim",
    "not_converged",
]
"""Why the leading family does not survive: two cells identify no shape, and one shows no difference;
its BIC or AICc weight is below the rule's; it predicts no difference and equivalence is not shown; its
best curve is rejected by the cell means, goes against its own claim, or was not fitted well."""


@dataclass(frozen=True)
class Rule:
    """The thresholds of the verdict. They are conventions, to be preregistered.

    .90 is the weight from which Burnham & Anderson (2002) speak of one clearly best model [M+];
    .05 as the weight below which a family counts as excluded mirrors it. How often the rule names
    a wrong family, in 1,000 simulated studies per truth with the essay's six levels, d of .20, .62
    and 1.5 over the whole curve, 24 to 60,000 people, one answer each and its variance known [C]:
    at most 4 %, but up to 15 % for an inverted U with its peak at 8, which at some sizes is taken
    for the falling logarithm that it nearly is. With a BIC weight of .50 for families without a
    difference, which must be shown to be equivalent anyway, a true d of .10 would be called none in
    .32 to .46 of studies of 1,000 per condition, not in .08 to .21 as now [C]; so it is .90 for all.
    """

    bic: float = 0.90
    """Least BIC weight of the surviving family."""
    aicc: float = 0.50
    """Least AICc weight of a family that predicts a difference: more than all others together.
    Not .90, which is out of reach for a simple family beside one that contains it, however large
    the study: one spare parameter costs the containing family no more than a factor of e."""
    misfit: float = 0.05
    """The family's best curve must not be rejected by the cell means at this level."""
    excluded: float = 0.05
    """A family below this weight under both criteria is called excluded."""

    def objections(
        self,
        cells: int | None,
        null: Bools,
        bic: Array,
        aicc: Array,
        flat: Bools,
        p: Array,
    ) -> dict[Reason, Bools]:
        """Which reasons speak against the leading family of each study; see :func:`verdict`.

        Parameters
        ----------
        cells : int or None
            Cells of the design; None where it is continuous.
        null : ndarray, shape (studies,)
            Whether the family's best curve predicts no difference.
        bic, aicc : ndarray, shape (studies,)
            Weights of the family.
        flat : ndarray, shape (studies,)
            Whether equivalence of all cells is shown.
        p : ndarray, shape (studies,)
            Of the misfit of its best curve; 1 where that cannot be tested.
        """
        return {
            "two_cells": ~null & (cells == 2),
            "one_cell": np.full(np.shape(null), cells == 1),
            "bic_weight": bic < self.bic,
            "no_equivalence": null & ~flat,
            "aicc_weight": ~null & (aicc < self.aicc),
            "misfit": p < self.misfit,
        }


@dataclass(frozen=True)
class Verdict:
    """Which family survives, and what that rests on."""

    family: str | None
    """The surviving family; None if undetermined."""
    leader: str
    """The family with the highest BIC weight."""
    best: str
    """Id of its best curve."""
    reasons: tuple[Reason, ...]
    """Why it does not survive; empty if it does."""
    remaining: tuple[str, ...]
    """Families that are not excluded, by BIC weight."""
    excluded: tuple[str, ...]
    equivalent_to_flat: bool | None
    """Whether all differences are shown to be below the SESOI; None where it was not tested."""
    misfit: Misfit | None
    """Of the leading family's best curve; None where no cells remain to test it by."""
    rule: Rule = field(default_factory=Rule)

    @property
    def undetermined(self) -> bool:
        """Whether no family survives."""
        return self.family is None


def verdict(
    weights: Weights,
    fits: Sequence[CurveFit],
    problem: Problem,
    flat: FlatEquivalence | None = None,
    rule: Rule | None = None,
) -> Verdict:
    """Say which family survives.

    A family survives if all of these hold, else the verdict is "undetermined":

    1. its BIC weight is at least .90 and, if it predicts a difference, its AICc weight at least
       .50 (equal prior per family);
    2. its best curve is not rejected at .05 by the unrestricted cell means, where these exist
       and leave degrees of freedom;
    3. its best curve does not run against its own claim.

    A family that predicts no difference (role ``null``) is nested in all others, so that AICc
    can never favour it much; instead, equivalence within the SESOI must be shown for every pair
    of cells: a lack of evidence for a difference is not evidence of its absence.

    Parameters
    ----------
    weights : Weights
    fits : sequence of CurveFit
        The fits that were weighed.
    problem : Problem
        With the unrestricted means, for the misfit test.
    flat : FlatEquivalence, optional
    rule : Rule, optional
    """
    rule = rule or Rule()
    by_id = {f.hypothesis.id: f for f in fits}
    leader = weights.leader("bic")
    best = by_id[str(weights.families.set_index("family").loc[leader, "best"])]
    test = misfit(problem, best)
    equal = None if flat is None else flat.equivalent
    cells = None if problem.lone_stimuli or problem.cells is None else len(problem.cells.means)
    found = rule.objections(
        cells=cells,
        null=np.array([best.hypothesis.role == "null"]),
        bic=np.array([weights.weight(leader, "bic")]),
        aicc=np.array([weights.weight(leader, "aicc")]),
        flat=np.array([bool(equal)]),
        p=np.array([1.0 if test is None else test.p]),
    )
    against: list[Reason] = [reason for reason, holds in found.items() if holds[0]]
    if best.limited:
        against.append("against_claim")
    if not best.converged:
        against.append("not_converged")
    family = None if against else leader
    remaining, excluded = _sorted_families(weights, rule)
    return Verdict(
        family, leader, best.hypothesis.id, tuple(against), remaining, excluded, equal, test, rule
    )


def _sorted_families(weights: Weights, rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = weights.families.sort_values("weight_bic", ascending=False)
    gone = (table["weight_bic"] < rule.excluded) & (table["weight_aicc"] < rule.excluded)
    names = table["family"].to_numpy()
    return tuple(map(str, names[~gone])), tuple(map(str, names[gone]))
