"""Cell means with the standard errors and degrees of freedom of their tests.

``cell_errors`` fits one mean per cell by REML or least squares. Where participants see several of three or more
conditions, a difference of two cells has a variance of its own between participants, as in a planned contrast
(:mod:`analysis.models.own_variance`), and the covariance of the means is put together from those of all pairs: no
sphericity is assumed, unless there are too many pairs to estimate. In a complete design without stimuli it is then that of
participants' scores, and the joint test of several contrasts is Hotelling's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special
from scipy.linalg import eigh

from analysis.curves.fitting.cells import CELL, RESPONSE, CellMeans
from analysis.errors import AnalysisError
from analysis.models import Fit, Formula, RandomTerm, contrast, fit
from analysis.models.design import Array
from analysis.models.own_variance import OwnVariances

Numbers = tuple[float, float, float]
"""Estimate, standard error, degrees of freedom."""
Known = tuple[Mapping[str, Mapping[str | float, float]], Numbers]
"""A contrast whose numbers are known, from a planned model: column -> level -> weight."""
ROUNDED = 9
"""Decimals to which two contrasts must agree to be the same."""
MOST_CELLS = 15
"""With more cells there are too many pairs for variances of their own; such cells are those of an answer, as a rule."""
NOT_POSITIVE = 1e-6
"""Below this share of the planned variance, a variance counts as zero."""


@dataclass(frozen=True)
class CellErrors:
    """Cell means with the standard errors and degrees of freedom for tests."""

    means: Array
    """Shape (cells,)."""
    planned: Array
    """Covariance of the means in the model with the planned random terms, (cells, cells)."""
    table: pd.DataFrame
    """estimate, se, df, ci_low, ci_high (95 %) of each cell."""
    cells: pd.DataFrame = field(repr=False)
    """The levels of each cell."""
    within: tuple[str, ...]
    """Columns with three or more levels of which participants see several."""
    _fit: Fit = field(repr=False)
    _weights: Array = field(repr=False)
    _found: dict[tuple[float, ...], Numbers] = field(default_factory=dict, repr=False)
    """The contrasts that are known, by their weights; the largest is 1."""

    def add(self, row: Array, numbers: Numbers) -> None:
        """Take the numbers of a contrast (cells,) from a planned model, unless it is known."""
        key, size = _key(row)
        estimate, se, df = numbers
        self._found.setdefault(key, (estimate / size, se / abs(size), df))

    def contrast(self, row: Array) -> Numbers:
        """Return ``row @ means``, its standard error and degrees of freedom."""
        key, size = _key(row)
        if key not in self._found:
            weights = np.array(key) @ self._weights
            own = self._own.of(weights) if self._is_own(row) else self._fit
            found = contrast(own, weights).estimates.iloc[0]
            self._found[key] = float(found["estimate"]), float(found["se"]), float(found["df"])
        estimate, se, df = self._found[key]
        return size * estimate, abs(size) * se, df

    @cached_property
    def _own(self) -> OwnVariances:
        return OwnVariances(self._fit)

    def joint(self, rows: Array) -> Numbers:
        """Test ``rows @ means = 0`` jointly: F (rows of full rank), denominator df, p.

        Raises
        ------
        AnalysisError
            If there are too few participants for as many contrasts within them.
        """
        if len(rows) == 1:
            estimate, se, df = self.contrast(rows[0])
            f = (estimate / se) ** 2
            return (
                f,
                df,
                float(special.fdtrc(1, df, f) if np.isfinite(df) else special.chdtrc(1, f)),
            )
        if not any(self._is_own(row) for row in rows):
            statistic, df, df_error, p = self._fit.joint(rows @ self._weights)
            return (statistic if np.isfinite(df_error) else statistic / df), df_error, p
        q, error = len(rows), self._pairs[1]
        if error - q + 1 < 1:
            raise AnalysisError(
                "There are too few participants to test several differences within them together.",
                "More participants are needed.",
            )
        value = rows @ self.means
        vcov = self.vcov if np.allclose(rows.sum(axis=1), 0, atol=1e-9) else self._whole
        size = float(value @ np.linalg.solve(rows @ vcov @ rows.T, value))
        # Hotelling's test, for a covariance with these degrees of freedom.
        f, df = size * (error - q + 1) / (error * q), error - q + 1
        return f, df, float(special.fdtrc(q, df, f))

    @cached_property
    def vcov(self) -> Array:
        """Covariance of the means, (cells, cells); within participants of their differences, from those of all pairs."""
        return self._together(np.diag(self.planned)) if self.within else self.planned

    @cached_property
    def _whole(self) -> Array:
        """Covariance of the means themselves: each has a variance of its own, too."""
        return self._together(
            np.array([self.contrast(row)[1] ** 2 for row in np.eye(len(self.means))])
        )

    def _together(self, own: Array) -> Array:
        """Put a covariance together from the variances of the means (cells,) and of all differences of two means."""
        pairs = self._pairs[0]
        found = (own[:, None] + own[None, :] - pairs) / 2
        roots, vectors = eigh(found, self.planned)
        if roots[0] < NOT_POSITIVE:
            # Variances of different models need not agree: none is smaller, in relation, than that of the surest pair.
            different = ~np.eye(len(own), dtype=bool)
            alone = np.diag(self.planned)
            planned = np.add.outer(alone, alone) - 2 * self.planned
            roots = np.maximum(roots, (pairs[different] / planned[different]).min())
            sides = self.planned @ vectors
            found = sides @ np.diag(roots) @ sides.T
        return np.asarray(found)

    @cached_property
    def _pairs(self) -> tuple[Array, float]:
        """Return the variances of all differences of two means (cells, cells), and their lowest df."""
        cells, lowest = len(self.means), np.inf
        found = np.zeros((cells, cells))
        for i, j in combinations(range(cells), 2):
            _, se, df = self.contrast(np.eye(cells)[i] - np.eye(cells)[j])
            found[i, j] = found[j, i] = se**2
            lowest = min(lowest, df)
        return found, lowest

    def _is_own(self, row: Array) -> bool:
        """Return whether a contrast is of a factor with three or more levels within participants."""
        for column in self.within:
            others = [name for name in self.cells if name != column]
            weights = pd.Series(np.round(row, ROUNDED))
            groups = [self.cells[name] for name in others] or [pd.Series(0, self.cells.index)]
            if weights.groupby(groups).nunique().gt(1).any():
                return True
        return False


def _key(row: Array) -> tuple[tuple[float, ...], float]:
    """Return the weights of a contrast with the largest at 1, and by what they were divided."""
    size = float(row[np.argmax(np.round(np.abs(row), ROUNDED))])
    return tuple(map(float, np.round(row / size, ROUNDED) + 0.0)), size


def cell_errors(
    data: pd.DataFrame,
    response: str,
    cells: CellMeans,
    random: Sequence[RandomTerm],
    covariates: Array,
) -> CellErrors:
    """Estimate one mean per cell by REML or least squares.

    Parameters
    ----------
    random : random terms that the data can estimate
    covariates : ndarray, shape (rows, q)
        Further fixed columns, centred; cell means are those at average values.

    Raises
    ------
    AnalysisError
        If the data cannot estimate the means.
    """
    index: NDArray[np.intp] = cells.index
    named = {f"covariate_{j}": column for j, column in enumerate(covariates.T)}
    columns: dict[str, Any] = {**named, RESPONSE: data[response].to_numpy()}
    frame = data.assign(**columns, **{CELL: [f"{i:03d}" for i in index]})
    several = [CELL] if index.max() > 0 else []
    formula = Formula.of(RESPONSE, [*several, *named], random)
    try:
        fitted = fit(frame, formula)
    except AnalysisError:
        if random:
            raise
        # HC2 is not defined if a cell has a single row.
        fitted = fit(frame, formula, errors="classical")
    grid = pd.DataFrame({CELL: sorted(frame[CELL].unique()), **dict.fromkeys(named, 0.0)})
    w = fitted.design.rows_for(grid)
    return CellErrors(
        w @ fitted.beta,
        w @ fitted.vcov @ w.T,
        contrast(fitted, w).estimates,
        cells.table[list(cells.columns)],
        () if not random or alike(data, cells) else _within(data, cells),
        fitted,
        w,
    )


def alike(data: pd.DataFrame, cells: CellMeans) -> bool:
    """Return whether the differences within participants are taken to vary alike, since there are too many of them."""
    return len(cells.means) > MOST_CELLS and bool(_within(data, cells))


def _within(data: pd.DataFrame, cells: CellMeans) -> tuple[str, ...]:
    if "participant" not in data:
        return ()
    seen = data.groupby("participant")[list(cells.columns)].nunique().max()
    return tuple(c for c in cells.columns if seen[c] > 1 and cells.table[c].nunique() > 2)
