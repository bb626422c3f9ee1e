r"""Thousands of simulated studies that share one balanced crossed design, fitted at once.

The model is the one of every study here with people and stimuli,

    y = X beta + Z_p b_p + c_i + e,   b_p ~ N(0, G),  c_i ~ N(0, s^2),  e ~ N(0, e^2),

in lme4's words ``y ~ columns + (1 + slopes | participant) + (1 | item)``, estimated by REML with
Satterthwaite's t tests. A loop of a mixed-model program pays for all N rows in every study. But
the covariance of y is linear in few parameters, V = sum_j phi_j K_j, and if an orthogonal change
of coordinates makes all K_j block-diagonal at once, the likelihood is that of a few small
independent Gaussian vectors: the *strata* of the design (Nelder 1965, Proc. R. Soc. A 283:147
[M+]). The change of coordinates depends on the design only, so all simulated studies share it.

Why a counterbalanced design has few strata
-------------------------------------------
People with the same presentation list have the same X and Z. Let list g have n_g people, and let
the items that all lists show alike form block h with m_h items. Rotate orthogonally

1. *people within a list*: differences between people have mean zero and no item effect. Within
   the span of Z_g they are Z_g b + e: (n_g - 1) vectors of q numbers with covariance
   R G R' + e^2 I, Z_g = Q R. Lists with the same Z'Z share the stratum. The rest is residual.
2. *items within a block*, in the means of the lists: differences between items have mean zero and
   no participant effect, as Z is the same for these items. Their mean over all people who see
   them has variance P_h s^2 + e^2 (m_h - 1 numbers); the rest is residual.
3. what is left is the *table of cell means*, lists x blocks. `invariant_subspaces` splits it into
   the smallest parts that the K_j and the projector on X keep apart: for a 2 x 2 Latin square the
   fixed effects (2 numbers, for all variances estimated by themselves) and (list, block) (2).

The residual sum of squares is e^2 chi^2, the item sum of squares chi^2 times its variance, the
people a q x q Wishart matrix: for 200 people x 12 stimuli with a random slope nine numbers replace
2,400 responses, and `draw_statistics` draws them directly (`statistics_of` computes the same
numbers from rows). No approximation is made: the degrees of freedom of the strata add up to N.
The criterion, log|V| + log|X'V^-1 X| + y'P y + (N - p) log 2 pi (Patterson & Thompson 1971,
Biometrika 58:545 [M+]), is the sum over strata of nu log|Sigma| + tr(Sigma^-1 S), with exact
derivatives (`likelihood.py`). Written in roots of the variances it is smooth on all of R^J, so
one Newton iteration over all studies reaches interior and boundary minima alike (`newton.py`,
`boundary.py`). It is the same criterion, optimum, standard errors, df and p as those of a tightly
converged lmer with lmerTest (tests/analysis/balanced).

Which designs
-------------
Latin squares with any number of levels and curve columns, a condition between people, both at
once, lists and blocks of unequal size (whole participants dropped), lists that see other items,
items seen at several levels by the same person. Not: rows missing at random, a covariate that
differs from person to person, random slopes of items. Those raise `NotBalancedError`, and
`simulate` turns to `fit_each`, the general engine one study at a time, and says so.
"""

from analysis.balanced.design import CrossedDesign, between_people, design_of, latin_square
from analysis.balanced.fit import BatchFit, fit_batch
from analysis.balanced.lists import NotBalancedError
from analysis.balanced.one_by_one import fit_each
from analysis.balanced.reduction import Strata, strata
from analysis.balanced.statistics import Statistics, draw_statistics, statistics_of
from analysis.balanced.studies import joined, simulate
from analysis.balanced.tallies import Tally, tally
from analysis.balanced.truth import Truth, draw_rows

__all__ = [
    "BatchFit",
    "CrossedDesign",
    "NotBalancedError",
    "Statistics",
    "Strata",
    "Tally",
    "Truth",
    "between_people",
    "design_of",
    "draw_rows",
    "draw_statistics",
    "fit_batch",
    "fit_each",
    "joined",
    "latin_square",
    "simulate",
    "statistics_of",
    "strata",
    "tally",
]
