"""The rule by which a family of curves is best supported, or is not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.curves.catalogue.design import Array

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
    """Alpha level of the lack-of-fit tests, after Holm's correction over all curves that are tested."""
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
        """Return the reasons against the leading family of each study; see :func:`analysis.curves.compare.verdict.verdict`.

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
            Corrected p value of the lack-of-fit test of its best curve; 1 if it cannot be tested.
        """
        return {
            "two_cells": ~null & (cells == 2),
            "one_cell": np.full(np.shape(null), cells == 1),
            "bic_weight": bic < self.bic,
            "no_equivalence": null & ~flat,
            "aicc_weight": ~null & (aicc < self.aicc),
            "misfit": p < self.misfit,
        }
