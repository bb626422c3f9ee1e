"""What a fit says of a condition whose answers are all at a limit; see :mod:`analysis.models.limits`."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from analysis.models.design import Array


class AtLimit(Protocol):
    """The estimates of a model with a condition at a limit, and its likelihood-ratio tests."""

    @property
    def beta(self) -> Array:
        """Coefficients (p,) that give the finite contrasts; of the others they say nothing."""

    @property
    def vcov(self) -> Array:
        """Their covariance (p, p)."""

    def finite(self, weights: Array) -> bool:
        """Return whether all contrasts (rows, p) have a finite estimate."""

    def sign(self, weights: Array) -> float:
        """Return the sign of an infinite contrast (p,); nan if it is the difference of two infinite values."""

    def values(self, weights: Array, names: list[str], level: float) -> pd.DataFrame:
        """Return the table of contrasts (rows, p) without tests of the infinite ones."""

    def estimates(self, weights: Array, names: list[str], level: float) -> pd.DataFrame:
        """Return the table of contrasts (rows, p), with the columns ``test`` and ``why``."""
