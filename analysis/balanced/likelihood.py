"""The REML criterion of many studies, with its exact first and second derivatives.

With Sigma = sum_j phi_j K_j in each stratum (df nu, scatter S), A its inverse,

    criterion   = sum nu log|Sigma| + tr(A S)                       (+ (N - p) log 2 pi)
    d_j         = sum nu tr(A K_j) - tr(A K_j A S)
    d_jk        = sum 2 tr(A K_j A K_k A S) - nu tr(A K_j A K_k)

and for the vector u that holds the fixed effects the same with nu = 1, S = u u' and A replaced
by P = A - A X (X'A X)^-1 X'A, plus log|X'A X| in the criterion. If X is square there, P = 0:
the estimate of the effects is then the same for all variances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.balanced.reduction import Strata
from analysis.balanced.small_matrices import inverse_and_log_determinant
from analysis.balanced.statistics import Statistics

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Derivatives:
    """Criterion of n studies and its derivatives in the J covariance parameters."""

    criterion: Array
    """(n,) without the constant (N - p) log 2 pi."""
    gradient: Array
    """(J, n)"""
    hessian: Array
    """(J, J, n)"""


@dataclass(frozen=True)
class FixedEffects:
    """Generalised least squares at given variances."""

    beta: Array
    """(p, n) estimates."""
    covariance: Array
    """(p, p, n) of the estimates."""
    shadow: Array
    """(r, p, n) A X (X'A X)^-1, from which the covariance's derivatives follow."""


def derivatives(data: Statistics, phi: Array) -> Derivatives:
    """REML criterion with gradient and Hessian at (J, n) covariance parameters."""
    total = _one_dimensional(data, phi)
    for stratum, scatter in zip(data.strata.free, data.scatter, strict=True):
        if len(scatter) > 1:
            inverse, log_det = inverse_and_log_determinant(_covariance(stratum.kernels, phi))
            total.add(inverse, stratum.df * log_det, stratum.kernels, stratum.df, scatter)
    _add_mean(data, phi, total)
    return Derivatives(total.criterion, total.gradient, total.hessian)


def fixed_effects(data: Statistics, phi: Array) -> FixedEffects:
    """Estimates of the fixed effects and their covariance."""
    inverse, _ = inverse_and_log_determinant(_covariance(data.strata.mean_kernels, phi))
    weighted = np.einsum("abn,bp->apn", inverse, data.strata.mean_design)
    covariance, _ = inverse_and_log_determinant(_information(data.strata, weighted))
    shadow = np.einsum("apn,pqn->aqn", weighted, covariance)
    return FixedEffects(np.einsum("apn,an->pn", shadow, data.mean), covariance, shadow)


def _covariance(kernels: Array, phi: Array) -> Array:
    sigma: Array = np.einsum("jab,jn->abn", kernels, phi)
    return sigma


def _information(strata: Strata, weighted: Array) -> Array:
    """X'A X, made exactly symmetric."""
    information: Array = np.einsum("ap,aqn->pqn", strata.mean_design, weighted)
    return (information + information.transpose(1, 0, 2)) / 2


class _Sum:
    """Adds up the strata."""

    def __init__(self, parameters: int, studies: int) -> None:
        self.criterion = np.zeros(studies)
        self.gradient = np.zeros((parameters, studies))
        self.hessian = np.zeros((parameters, parameters, studies))

    def add(self, inverse: Array, log_det: Array, kernels: Array, df: int, scatter: Array) -> None:
        """Add one stratum; kernels that are zero in it are skipped."""
        used = np.flatnonzero(np.abs(kernels).max(axis=(1, 2)) > 0)
        data = np.einsum("abn,bcn->acn", inverse, scatter)
        acts = np.einsum("abn,jbc->jacn", inverse, kernels[used])
        traces = np.einsum("jaan->jn", acts)
        seen = np.einsum("jabn,bcn->jacn", acts, data)
        self.criterion += log_det + np.einsum("aan->n", data)
        self.gradient[used] += df * traces - np.einsum("jaan->jn", seen)
        # tr(B_j (2 B_k D - nu B_k)): one product for both terms of the Hessian.
        both = 2 * seen - df * acts
        curvature = np.einsum("jabn,kban->jkn", acts, both)
        self.hessian[np.ix_(used, used)] += (curvature + curvature.transpose(1, 0, 2)) / 2


def _one_dimensional(data: Statistics, phi: Array) -> _Sum:
    """All strata of one dimension together, where the algebra is division."""
    total = _Sum(*phi.shape)
    scalar = [
        (s.kernels[:, 0, 0], s.df, scatter[0, 0])
        for s, scatter in zip(data.strata.free, data.scatter, strict=True)
        if len(scatter) == 1
    ]
    for kernel, df, square in scalar:
        variance = np.einsum("j,jn->n", kernel, phi)
        variance = np.where(variance > 0, variance, np.nan)
        ratio = square / variance
        total.criterion += df * np.log(variance) + ratio
        slope = (df - ratio) / variance
        bend = (2 * ratio - df) / variance**2
        for j in np.flatnonzero(kernel):
            total.gradient[j] += kernel[j] * slope
            for k in np.flatnonzero(kernel):
                total.hessian[j, k] += kernel[j] * kernel[k] * bend
    return total


def _add_mean(data: Statistics, phi: Array, total: _Sum) -> None:
    """The vector that holds the fixed effects."""
    design = data.strata.mean_design
    if design.shape[0] == design.shape[1]:
        total.criterion += 2 * np.linalg.slogdet(design)[1]
        return
    inverse, log_det = inverse_and_log_determinant(_covariance(data.strata.mean_kernels, phi))
    weighted = np.einsum("abn,bp->apn", inverse, design)
    covariance, log_information = inverse_and_log_determinant(_information(data.strata, weighted))
    shadow = np.einsum("apn,pqn->aqn", weighted, covariance)
    projected = inverse - np.einsum("aqn,bqn->abn", shadow, weighted)
    square = np.einsum("an,bn->abn", data.mean, data.mean)
    total.add(projected, log_det + log_information, data.strata.mean_kernels, 1, square)
