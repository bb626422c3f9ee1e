"""Standard errors and degrees of freedom of Kenward and Roger (1997), Biometrics 53:983-997 [M+].

As Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9) [M+], state them for a covariance that is linear in its parameters,
which R's pbkrtest computes: the covariance of the estimates is corrected for the uncertainty of the variances, and the F
test of several contrasts is scaled. The information is the expected one of the restricted likelihood.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from analysis.models.covariances.estimates import At
from analysis.models.design import Array
from analysis.models.wald import Joint

KENWARD_ROGER = "Kenward-Roger"
"""Kind of standard errors (``Fit.errors``)."""


class KenwardRoger:
    """Tests of the contrasts of a Gaussian mixed model at its REML estimates.

    Attributes
    ----------
    vcov : ndarray, shape (p, p)
        The corrected covariance of the estimates.
    """

    def __init__(self, found: At) -> None:
        self.found, self.beta, self.first = found, found.beta, found.first
        self.spread: Array = np.asarray(np.linalg.pinv(found.information, hermitian=True), float)
        phi, w = found.vcov, self.spread
        products = np.einsum("rij,jk,skl->rsil", self.first, phi, self.first)
        inner = np.einsum("rs,rsij->ij", w, found.second - products)
        vcov = phi + 2 * phi @ inner @ phi
        vcov = (vcov + vcov.T) / 2
        # In the smallest studies the correction can be larger than what it corrects.
        scale = np.sqrt(np.diag(phi))
        sound = np.linalg.eigvalsh(vcov / np.outer(scale, scale))[0] > 0
        self.vcov = vcov if sound else phi

    def df(self, weights: Array) -> float:
        """Return the degrees of freedom of one contrast (p,): the t test needs no scaling."""
        return self.found.df(weights, self.spread)

    def joint(self, weights: Array) -> Joint:
        """Test contrasts (contrasts, p) together."""
        roots, vectors = np.linalg.eigh(weights @ self.vcov @ weights.T)
        kept = roots > 1e-10 * roots.max()
        matrix = vectors[:, kept].T @ weights
        value, q = matrix @ self.beta, int(kept.sum())
        f = float(value @ np.linalg.solve(matrix @ self.vcov @ matrix.T, value)) / q
        if q == 1:
            df, scale = self.df(matrix[0]), 1.0
        else:
            df, scale = self._scaled(matrix, q)
        return Joint(scale * f, q, df, float(special.fdtrc(q, df, scale * f)))

    def _scaled(self, matrix: Array, q: int) -> tuple[float, float]:
        """Return the denominator degrees of freedom and the factor of F."""
        phi = self.found.vcov
        theta = matrix.T @ np.linalg.solve(matrix @ phi @ matrix.T, matrix)
        each = np.einsum("ij,jk,rkl,lm->rim", theta, phi, self.first, phi)
        traces = np.einsum("rii->r", each)
        a1 = float(traces @ self.spread @ traces)
        a2 = float(np.sum(self.spread * np.einsum("rij,sji->rs", each, each)))
        b = (a1 + 6 * a2) / (2 * q)
        g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
        below = 3 * q + 2 * (1 - g)
        c1, c2, c3 = g / below, (q - g) / below, (q + 2 - g) / below
        mean = 1 / (1 - a2 / q)
        variance = 2 / q * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
        ratio = variance / (2 * mean**2)
        df = 4 + (q + 2) / (q * ratio - 1)
        return df, df / (mean * (df - 2))
