"""The verdict: which family of curves is best supported, or that the data do not decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.curves.claims import contrast_label
from analysis.curves.compare.by_contrast import (
    ALL_LEVELS,
    MEANS,
    Code,
    ContrastRows,
    code_of,
    rows_of_contrasts,
)
from analysis.curves.compare.flatness import FlatEquivalence
from analysis.curves.compare.lack_of_fit import SpecifiedCheck, misfit
from analysis.curves.compare.order import OrderTest
from analysis.curves.compare.rows import (
    ALL_CELLS,
    fit_row,
    flatness_row,
    order_row,
    specified_rows,
    weight_rows,
)
from analysis.curves.compare.rule import Reason, Rule
from analysis.curves.compare.tested import OneTest, What, corrected_fits
from analysis.curves.compare.weights import Weights
from analysis.curves.fitting import CurveFit, Problem


@dataclass(frozen=True)
class Verdict:
    """What was tested, and which family is best supported by it."""

    tests: tuple[OneTest, ...]
    family: str | None = None
    """The best-supported family; None if undetermined."""
    leader: str = ""
    """The family with the highest BIC weight."""
    best: str = ""
    """Id of its best curve."""
    reasons: tuple[Reason, ...] = ()
    """Why no family is best supported; empty if one is."""
    rule: Rule = field(default_factory=Rule)
    combined: str = ""
    """How the primary contrasts of a study without a hypothesis are combined: ``one``, ``any``, ``all``."""

    @property
    def undetermined(self) -> bool:
        """Whether the data do not decide between families."""
        return self.family is None

    def of(self, *what: What) -> tuple[OneTest, ...]:
        """Return the tests of some kinds."""
        return tuple(each for each in self.tests if each.what in what)

    @property
    def contrasts(self) -> tuple[ContrastRows, ...]:
        """The contrasts by which the verdict goes; none if it goes by the weights of families."""
        return rows_of_contrasts(self.tests)

    @property
    def code(self) -> Code | None:
        """What the contrasts say of the claim; None if the verdict goes by the weights of families."""
        return code_of(self.tests) if self.contrasts else None

    @property
    def supported(self) -> bool | None:
        """Whether the contrasts show what is claimed; None if undetermined, or if there are none."""
        if self.code in (None, "undetermined"):
            return None
        return self.code == ("equivalent" if self.of_no_difference else "different")

    @property
    def of_no_difference(self) -> bool:
        """Whether each of the claimed contrasts is claimed to be zero."""
        return all(each.difference.claimed == "=" for each in self.contrasts)

    @property
    def steps_are_small(self) -> bool:
        """Whether each of the claimed contrasts is shown to be smaller than the smallest effect of interest."""
        return all(each.code == "equivalent" for each in self.contrasts)

    def steps(self, code: Code) -> tuple[str, ...]:
        """Return the words of the differences that are claimed to be above zero of which the data say this."""
        return tuple(
            each.difference.label
            for each in self.contrasts
            if each.difference.claimed == ">" and each.code == code
        )

    @property
    def answer(self) -> str:
        """The verdict: code of the contrasts if it goes by them, else the best-supported family or ``undetermined``."""
        return self.code or self.family or "undetermined"

    @property
    def no_smallest_effect(self) -> bool:
        """Whether equivalence cannot be shown, since there is no smallest effect of interest."""
        tested = [each for each in self.contrasts if each.difference.decided != "failed"]
        return bool(tested) and any(each.equivalence is None for each in tested)

    @property
    def equivalent_to_flat(self) -> bool | None:
        """Whether all differences are shown to be below the smallest effect of interest; None if not tested."""
        every = [each for each in self.of("equivalence") if each.name in (ALL_CELLS, ALL_LEVELS)]
        return all(each.decided == "equivalent" for each in every) if every else None

    @property
    def of_means(self) -> bool:
        """Whether the fitted means of the cells are a part of it; not if planned contrasts alone decide it."""
        by_means = any(each.by == MEANS for each in self.of("contrast"))
        return not self.contrasts or by_means or len(self.families) > 1

    @property
    def families(self) -> tuple[str, ...]:
        """The families that were compared, in order of BIC weight."""
        own = sorted(self._weights("BIC"), key=lambda each: -each.estimate)
        return tuple(each.name for each in own)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Families whose weights rule them out, in order of BIC weight."""
        gone = [
            {each.name for each in self._weights(by) if each.decided == "excluded"}
            for by in ("BIC", "AICc")
        ]
        return tuple(name for name in self.families if all(name in each for each in gone))

    @property
    def rejected(self) -> tuple[str, ...]:
        """Families whose best curve is rejected by the means, in order of BIC weight."""
        own = {each.family for each in self.of("fit") if each.decided == "rejected"}
        return tuple(name for name in self.families if name in own)

    @property
    def remaining(self) -> tuple[str, ...]:
        """Families that are still possible: neither ruled out by their weights nor rejected by the means."""
        gone = {*self.excluded, *self.rejected}
        return tuple(name for name in self.families if name not in gone)

    @property
    def none_fits(self) -> bool:
        """Whether every curve that was compared is rejected by the means."""
        found = self.of("fit", "claim")
        return bool(found) and all(each.decided == "rejected" for each in found)

    def fit_of(self, family: str) -> OneTest | None:
        """Return the test of fit of a family's best curve; None if it could not be tested."""
        tested = (each for each in self.of("fit") if each.decided != "failed")
        return next((each for each in tested if each.family == family), None)

    @property
    def flat(self) -> OneTest | None:
        """The test of fit of a flat line; None if there is none."""
        tested = (each for each in self.of("fit", "flat") if each.decided != "failed")
        return next((each for each in tested if "flat" in (each.what, each.by)), None)

    @property
    def tie(self) -> bool:
        """Whether neither the claim with its scale nor a flat line is ruled out by any test."""
        flat, claims = self.flat, self.of("claim")
        return (
            self.family is None
            and flat is not None
            and flat.decided == "not rejected"
            and flat.family not in self.excluded
            and any(each.decided == "not rejected" for each in claims)
        )

    def weight_of(self, family: str, by: str) -> float:
        """Return the weight of a family by BIC or AICc."""
        return next(each.estimate for each in self._weights(by) if each.name == family)

    @property
    def best_label(self) -> str:
        """The words of the best curve of the leading family."""
        return contrast_label(self.best)

    def label_of(self, family: str) -> str:
        """Return the words of a family."""
        return next(each.label for each in self._weights("BIC") if each.name == family)

    def _weights(self, by: str) -> list[OneTest]:
        return [each for each in self.of("weight") if each.by == by]


def verdict(
    weights: Weights,
    fits: Sequence[CurveFit],
    problem: Problem,
    flat: FlatEquivalence | None = None,
    rule: Rule | None = None,
    *,
    smallest: bool = True,
    specified: Sequence[SpecifiedCheck] = (),
    contrasts: Sequence[OneTest] = (),
    order: OrderTest | None = None,
) -> Verdict:
    """Decide which family is best supported, and list what was tested.

    A family is best supported if it meets all of these criteria; otherwise the verdict is "undetermined":

    1. its BIC weight is at least .90 and, if it predicts a difference, its AICc weight at least
       .50 (equal prior per family);
    2. its best curve shows no significant lack of fit (p < .05, corrected for all curves that are tested) to the
       unrestricted cell means, if these exist and leave degrees of freedom;
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
    specified : sequence of SpecifiedCheck
        The curves that were tested with only their scale fitted.
    contrasts : sequence of OneTest
        The contrasts of the claim, if the verdict goes by them.
    order : OrderTest, optional
    """
    rule = rule or Rule()
    by_id = {f.hypothesis.id: f for f in fits}
    bests = {
        str(family): by_id[str(best)]
        for family, best in weights.families[["family", "best"]].to_numpy()
    }
    leader = weights.leader("bic")
    best = bests[leader]
    of_fit = corrected_fits(
        [
            *(fit_row(family, fit, misfit(problem, fit)) for family, fit in bests.items()),
            *specified_rows(specified, bests),
        ],
        rule.misfit,
    )
    p = next(each.p_corrected for each in of_fit if each.family == leader and each.what == "fit")
    cells = None
    if problem.cells is not None and not problem.single_stimulus_cells:
        # Cells of some of a curve's columns do not limit its shape: the others have many values.
        cells = (
            len(problem.cells.means) if set(best.columns) <= set(problem.cells.columns) else None
        )
    found = rule.objections(
        cells=cells,
        null=np.array([best.hypothesis.role == "null"]),
        bic=np.array([weights.weight(leader, "bic")]),
        aicc=np.array([weights.weight(leader, "aicc")]),
        flat=np.array([flat is not None and flat.equivalent]),
        p=np.array([1.0 if np.isnan(p) else p]),
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
    tests = [
        *contrasts,
        # Where the verdict goes by contrasts, these are also what equivalence is about.
        *([] if contrasts or flat is None else [flatness_row(flat)]),
        *([] if order is None else [order_row(order)]),
        *weight_rows(weights, rule.bic, rule.aicc, rule.excluded),
        *of_fit,
    ]
    return Verdict(
        tests=tuple(tests),
        family=None if reasons else leader,
        leader=leader,
        best=best.hypothesis.id,
        reasons=tuple(reasons),
        rule=rule,
    )
