"""The verdict: which family of curves is best supported, or that the data do not decide."""

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
    "no_rival",
    "bic_weight",
    "no_equivalence",
    "no_smallest_effect",
    "aicc_weight",
    "misfit",
    "against_claim",
    "not_converged",
]
"""Why the verdict is undetermined: two cells do not identify a shape, and one shows no difference; there is no other
curve; the BIC or AICc weight of the leading family is below the threshold; it predicts no difference and equivalence
is not shown, or cannot be shown without a smallest effect of interest; its best curve has significant lack of fit,
contradicts its own claim, or did not converge."""


@dataclass(frozen=True)
class Rule:
    """The thresholds of the verdict. They are conventions, to be preregistered.

    Above a weight of .90, one model is clearly best according to Burnham & Anderson (2002) [M+]; .05, below
    which a family counts as excluded, is our counterpart. Rate of wrong verdicts, in 1,000 simulated studies per
    true curve with the essay's six levels, d of .20, .62 and 1.5 over the whole curve, 24 to 60,000 participants
    with one answer each, and known variance [C]: at most 4 %, but up to 15 % for an inverted U with its peak at
    8, which at some sample sizes is mistaken for the falling logarithm that it closely resembles. With a BIC weight
    of .50 for families without a difference, for which equivalence is required anyway, no difference would be
    concluded from a true d of .10 in .32 to .46 of studies of 1,000 per condition, instead of .08 to .21 [C]; so
    it is .90 for all.
    """

    bic: float = 0.90
    """Lowest BIC weight of the best-supported family."""
    aicc: float = 0.50
    """Lowest AICc weight of a best-supported family that predicts a difference: more than all others together.
    A family that is nested in another cannot reach .90, however large the study: one superfluous parameter
    reduces the weight of the larger family by no more than a factor of e."""
    misfit: float = 0.05
    """Alpha level of the lack-of-fit test of the family's best curve."""
    excluded: float = 0.05
    """A family below this weight by both criteria counts as excluded."""

    def objections(
        self,
        cells: int | None,
        null: Bools,
        bic: Array,
        aicc: Array,
        flat: Bools,
        p: Array,
    ) -> dict[Reason, Bools]:
        """Return the reasons against the leading family of each study; see :func:`verdict`.

        Parameters
        ----------
        cells : int or None
            Number of cells of the design; None if it is continuous.
        null : ndarray, shape (studies,)
            Whether the family's best curve predicts no difference.
        bic, aicc : ndarray, shape (studies,)
            Weights of the family.
        flat : ndarray, shape (studies,)
            Whether all cells are shown to be equivalent.
        p : ndarray, shape (studies,)
            p value of the lack-of-fit test of its best curve; 1 if it cannot be tested.
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
    """Which family is best supported, and the grounds for it."""

    family: str | None
    """The best-supported family; None if undetermined."""
    leader: str
    """The family with the highest BIC weight."""
    best: str
    """Id of its best curve."""
    reasons: tuple[Reason, ...]
    """Why the verdict is undetermined; empty if it is not."""
    remaining: tuple[str, ...]
    """Families that are not excluded, in order of BIC weight."""
    excluded: tuple[str, ...]
    equivalent_to_flat: bool | None
    """Whether all differences are shown to be below the SESOI; None if not tested."""
    misfit: Misfit | None
    """Lack of fit of the leading family's best curve; None if no degrees of freedom remain."""
    rule: Rule = field(default_factory=Rule)

    @property
    def undetermined(self) -> bool:
        """Whether the data do not decide between families."""
        return self.family is None


def verdict(
    weights: Weights,
    fits: Sequence[CurveFit],
    problem: Problem,
    flat: FlatEquivalence | None = None,
    rule: Rule | None = None,
    *,
    smallest: bool = True,
) -> Verdict:
    """Decide which family is best supported.

    A family is best supported if it meets all of these criteria; otherwise the verdict is "undetermined":

    1. its BIC weight is at least .90 and, if it predicts a difference, its AICc weight at least
       .50 (equal prior per family);
    2. its best curve shows no significant lack of fit (p < .05) to the unrestricted cell means, if these
       exist and leave degrees of freedom;
    3. its best curve does not contradict its own claim.

    A family that predicts no difference (role ``null``) is nested in all others, so that AICc can never
    favour it strongly; instead, equivalence within the SESOI must be shown for every pair of cells: absence of
    evidence for a difference is not evidence of its absence.

    Parameters
    ----------
    weights : Weights
    fits : sequence of CurveFit
        The fits that were weighed.
    problem : Problem
        With the unrestricted means, for the lack-of-fit test.
    flat : FlatEquivalence, optional
    rule : Rule, optional
    smallest : bool
        Whether there is a smallest effect of interest, without which equivalence cannot be shown.
    """
    rule = rule or Rule()
    by_id = {f.hypothesis.id: f for f in fits}
    leader = weights.leader("bic")
    best = by_id[str(weights.families.set_index("family").loc[leader, "best"])]
    test = misfit(problem, best)
    equal = None if flat is None else flat.equivalent
    cells = (
        None if problem.single_stimulus_cells or problem.cells is None else len(problem.cells.means)
    )
    found = rule.objections(
        cells=cells,
        null=np.array([best.hypothesis.role == "null"]),
        bic=np.array([weights.weight(leader, "bic")]),
        aicc=np.array([weights.weight(leader, "aicc")]),
        flat=np.array([bool(equal)]),
        p=np.array([1.0 if test is None else test.p]),
    )
    reasons: list[Reason] = [reason for reason, applies in found.items() if applies[0]]
    if len(fits) < 2:
        reasons.insert(0, "no_rival")
    if not smallest:
        reasons = ["no_smallest_effect" if r == "no_equivalence" else r for r in reasons]
    if best.limited:
        reasons.append("against_claim")
    if not best.converged:
        reasons.append("not_converged")
    family = None if reasons else leader
    remaining, excluded = _sorted_families(weights, rule)
    return Verdict(
        family, leader, best.hypothesis.id, tuple(reasons), remaining, excluded, equal, test, rule
    )


def _sorted_families(weights: Weights, rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = weights.families.sort_values("weight_bic", ascending=False)
    gone = (table["weight_bic"] < rule.excluded) & (table["weight_aicc"] < rule.excluded)
    names = table["family"].to_numpy()
    return tuple(map(str, names[~gone])), tuple(map(str, names[gone]))
