"""The verdict: which family of curves survives, or that the data cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from analysis.compare.flatness import FlatEquivalence
from analysis.compare.lack_of_fit import Misfit, misfit
from analysis.compare.weights import Weights
from analysis.curves import CurveFit
from analysis.curves.problem import Problem

WORDS = {
    "both": "favouritism with derogation",
    "inverted_u": "inverted U",
    "none": "no effect",
    "flat": "no difference by number",
    "impartial": "no difference by group",
    "indifferent": "no difference by letter",
    "essay_dollars": "the essay's ratio of gifts",
    "any_child": "any letter with a child",
    "joint_lower": "only both together lower",
}


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
        """Whether the data cannot tell."""
        return self.family is None


def verdict(
    weights: Weights,
    fits: Sequence[CurveFit],
    problem: Problem | None = None,
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
    problem : Problem, optional
        With the unrestricted means, for the misfit test.
    flat : FlatEquivalence, optional
    rule : Rule, optional
    """
    rule = rule or Rule()
    by_id = {f.hypothesis.id: f for f in fits}
    leader = weights.leader("bic")
    best = by_id[str(weights.families.set_index("family").loc[leader, "best"])]
    test = None if problem is None else misfit(problem, best)
    against = _objections(weights, leader, best, problem, test, flat, rule)
    remaining, excluded = _sorted_families(weights, rule)
    equal = None if flat is None else flat.equivalent
    family = None if against else leader
    return Verdict(
        family, leader, best.hypothesis.id, tuple(against), remaining, excluded, equal, test, rule
    )


def _objections(
    weights: Weights,
    leader: str,
    best: CurveFit,
    problem: Problem | None,
    test: Misfit | None,
    flat: FlatEquivalence | None,
    rule: Rule,
) -> list[Reason]:
    against: list[Reason] = []
    cells = None if problem is None or problem.lone_stimuli else problem.cells
    null = best.hypothesis.role == "null"
    if cells is not None and len(cells.means) == 1:
        against.append("one_cell")
    elif cells is not None and len(cells.means) == 2 and not null:
        against.append("two_cells")
    if weights.weight(leader, "bic") < rule.bic:
        against.append("bic_weight")
    if null:
        if flat is None or not flat.equivalent:
            against.append("no_equivalence")
    elif weights.weight(leader, "aicc") < rule.aicc:
        against.append("aicc_weight")
    if test is not None and test.p < rule.misfit:
        against.append("misfit")
    if best.limited:
        against.append("against_claim")
    if not np.isfinite(best.loglik) or not best.converged:
        against.append("not_converged")
    return against


def _sorted_families(weights: Weights, rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = weights.families.sort_values("weight_bic", ascending=False)
    gone = (table["weight_bic"] < rule.excluded) & (table["weight_aicc"] < rule.excluded)
    names = table["family"].to_numpy()
    return tuple(map(str, names[~gone])), tuple(map(str, names[gone]))


def family_words(family: str) -> str:
    """A family as a reader sees it."""
    return WORDS.get(family, family.replace("_", " "))
