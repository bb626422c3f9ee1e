"""A penalised spline through a scatter of points, with pointwise standard errors.

P-splines: cubic B-splines on equal intervals, a penalty on second differences of the
coefficients, its weight by generalised cross-validation. Eilers & Marx (1996), Statistical
Science 11:89-121 [M+].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline

SEGMENTS = 10


@dataclass(frozen=True)
class Smooth:
    """Fitted values and standard errors, both (n,), and the effective degrees of freedom."""

    fitted: np.ndarray
    se: np.ndarray
    df: float


def p_spline(x: np.ndarray, y: np.ndarray) -> Smooth:
    """Smooth ``y`` (n,) over ``x`` (n,); both finite, x with at least four different values."""
    segments = min(SEGMENTS, len(np.unique(x)) - 1)
    basis = _basis(x, segments)
    difference = np.diff(np.eye(basis.shape[1]), n=2, axis=0)
    penalty, gram, moment = difference.T @ difference, basis.T @ basis, basis.T @ y
    best, best_score = None, np.inf
    for weight in 10.0 ** np.arange(-4, 7, 0.25):
        inverse = np.linalg.pinv(gram + weight * penalty)
        coefficients = inverse @ moment
        df = float(np.trace(inverse @ gram))
        rss = float(np.sum((y - basis @ coefficients) ** 2))
        score = len(y) * rss / max(len(y) - df, 1e-9) ** 2
        if score < best_score:
            best, best_score = (inverse, coefficients, df, rss), score
    inverse, coefficients, df, rss = best  # type: ignore[misc]
    variance = rss / max(len(y) - df, 1.0)
    se = np.sqrt(variance * np.einsum("ij,jk,ik->i", basis, inverse, basis))
    return Smooth(basis @ coefficients, se, df)


def _basis(x: np.ndarray, segments: int) -> np.ndarray:
    low, high = x.min(), x.max()
    width = (high - low) / segments
    knots = low + width * np.arange(-3, segments + 4)
    inside = np.clip(x, low, high - 1e-12 * (high - low))
    return BSpline.design_matrix(inside, knots, 3).toarray()
