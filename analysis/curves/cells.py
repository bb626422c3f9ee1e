"""The cells of a design: its distinct rows, and their unrestricted means under an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.curves.engines import Engine
from analysis.errors import AnalysisError
from analysis.models.design import Array

MOST_CELLS = 60
"""Beyond this many distinct design rows a column counts as continuous and has no cell means."""


@dataclass(frozen=True)
class CellMeans:
    """One free mean per cell: the model that no curve over these columns can beat.

    ``table`` has the design columns, n (rows), mean and se, sorted by the columns.
    """

    columns: tuple[str, ...]
    table: pd.DataFrame
    means: Array
    """On the scale of the linear predictor, shape (cells,)."""
    vcov: Array | None = field(repr=False)
    """None where the fit found no clear maximum."""
    loglik: float
    n_parameters: int
    n: int
    converged: bool
    messages: tuple[str, ...]
    index: NDArray[np.intp] = field(repr=False)
    """Cell of each row of the data, shape (rows,)."""

    @property
    def design(self) -> dict[str, NDArray[np.generic]]:
        """One row per cell, as a design for ``Hypothesis.predict``."""
        return {c: self.table[c].to_numpy() for c in self.columns}


def cell_index(data: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Distinct rows of the design columns with their counts, and the cell of each data row."""
    absent = [c for c in columns if c not in data]
    if absent:
        raise AnalysisError(
            f"The data have no column {absent[0]!r}.",
            f"Columns: {', '.join(map(str, data.columns))}.",
        )
    grouped = data.groupby(list(columns), sort=True, dropna=False)
    table = grouped.size().rename("n").reset_index()
    return table, grouped.ngroup().to_numpy().astype(np.intp)


def cell_means(data: pd.DataFrame, columns: Sequence[str], engine: Engine) -> CellMeans:
    """Fit one mean per cell under the engine.

    Raises
    ------
    AnalysisError
        More than ``MOST_CELLS`` cells, or fewer rows than cells + 2.
    """
    table, index = cell_index(data, columns)
    if len(table) > MOST_CELLS:
        raise AnalysisError(
            f"{', '.join(columns)} take {len(table)} distinct values: too many for one mean each.",
            "Compare curves with one another instead; there is no unrestricted model here.",
        )
    if len(data) < len(table) + 2:
        raise AnalysisError(
            f"{len(data)} rows in {len(table)} cells leave nothing to estimate the spread from.",
            "Collect more rows per cell.",
        )
    indicators = (index[:, None] == np.arange(len(table))).astype(np.float64)
    fit = engine(indicators)
    return CellMeans(
        columns=tuple(columns),
        table=table.assign(mean=fit.beta, se=np.sqrt(np.diag(fit.vcov))),
        means=fit.beta,
        vcov=fit.vcov if np.isfinite(fit.vcov).all() else None,
        loglik=fit.loglik,
        n_parameters=fit.n_parameters,
        n=len(data),
        converged=fit.converged,
        messages=fit.messages,
        index=index,
    )
