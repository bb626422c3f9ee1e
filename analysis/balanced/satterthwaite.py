"""Satterthwaite degrees of freedom, as lmerTest defines them.

df = 2 v^2 / var(v) for the variance v of a contrast, with var(v) = g' (2 H^-1) g: g is the
gradient of v and H the Hessian of the criterion, both in the roots of the variances (Kuznetsova,
Brockhoff & Christensen 2017, J. Stat. Softw. 82:13 [M+]). The derivatives are exact here where
lmerTest takes differences. A root that is zero has g = 0 and drops out, so that in a singular fit
the df are those of the model without it, as in lmerTest: they can be far too many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.balanced.likelihood import FixedEffects
from analysis.balanced.newton import Minimum
from analysis.balanced.reduction import Strata
from analysis.balanced.roots import jacobian, through_roots
from analysis.balanced.small_matrices import quadratic_in_inverse

Array = NDArray[np.float64]


def satterthwaite(
    strata: Strata, best: Minimum, effects: FixedEffects, rows: Array, variance: Array
) -> Array:
    """Degrees of freedom, (c, n), of the contrasts `rows` (c, p) with `variance` (c, n).

    The variance v = l' (X'A X)^-1 l has the derivative w' K_j w, w = A X (X'A X)^-1 l.
    """
    q = strata.design.random.shape[1]
    seen = np.einsum("apn,cp->acn", effects.shadow, rows)
    acts = np.einsum("jab,bcn->jacn", strata.mean_kernels, seen)
    slope = np.einsum("acn,jacn->jcn", seen, acts)
    gradient = np.einsum("jan,jcn->acn", jacobian(best.omega, q), slope)
    _, hessian = through_roots(best.there, best.omega, q)
    spread = quadratic_in_inverse(hessian, gradient)
    with np.errstate(divide="ignore"):
        df: Array = variance**2 / spread
    return df
