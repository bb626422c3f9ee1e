"""Cell means: the unrestricted means of the distinct rows of a design.

There are two estimates of the means. Curves are compared by maximum likelihood, with ``CellMeans`` as the
saturated model. But maximum likelihood underestimates the variances of participants and stimuli and has no
denominator degrees of freedom: tests of the means (equivalence of cells, order, specified curves) would be
liberal with as few as eight letters. ``errors.CellErrors`` is the same model by REML with Satterthwaite degrees of
freedom or, if no random term can be estimated, by least squares with HC2 standard errors (Welch), so that a
difference of two cells has the same standard error as in a planned contrast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.curves.fitting.likelihood import CurveEngine
from analysis.models.design import Array

RESPONSE, CELL = "the_response", "condition_number"
"""Names that no column of the data has; they can appear in error messages."""


@dataclass(frozen=True)
class CellMeans:
    """Unrestricted cell means by maximum likelihood: no curve over these columns fits better.

    ``table`` has the design columns, n (rows), mean and se, sorted by the columns.
    """

    columns: tuple[str, ...]
    table: pd.DataFrame
    means: Array
    """On the scale of the linear predictor, shape (cells,)."""
    vcov: Array | None = field(repr=False)
    """None if the likelihood has no clear maximum."""
    loglik: float
    index: NDArray[np.intp] = field(repr=False)
    """Cell of each row of the data, shape (rows,)."""

    @property
    def design(self) -> dict[str, NDArray[np.generic]]:
        """One row per cell, as a design for ``Hypothesis.predict``."""
        return {c: self.table[c].to_numpy() for c in self.columns}


def cell_index(data: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Return the distinct rows of the design columns with their counts, and the cell of each data row."""
    grouped = data.groupby(list(columns), sort=True, dropna=False)
    table = grouped.size().rename("n").reset_index()
    return table, grouped.ngroup().to_numpy().astype(np.intp)


def cell_means(data: pd.DataFrame, columns: Sequence[str], engine: CurveEngine) -> CellMeans:
    """Fit one mean per cell under the likelihood of the curves."""
    table, index = cell_index(data, columns)
    fit = engine((index[:, None] == np.arange(len(table))).astype(np.float64))
    return CellMeans(
        columns=tuple(columns),
        table=table.assign(mean=fit.beta, se=np.sqrt(np.diag(fit.vcov))),
        means=fit.beta,
        vcov=fit.vcov if np.isfinite(fit.vcov).all() else None,
        loglik=fit.loglik,
        index=index,
    )
