"""The planned contrasts of an outcome as contrasts of the cells that curves are compared over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from analysis.curves.claims import read_level
from analysis.curves.compare.cell_contrasts import Level
from analysis.curves.fitting import Known
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.study import Study


def known_contrasts(
    study: Study, rows: Iterable[tuple[PlannedContrast, pd.Series]], names: Mapping[str, str]
) -> Iterator[Known]:
    """Yield the numbers of each planned contrast of the cells that could be estimated.

    Parameters
    ----------
    rows
        The planned contrasts with their rows of the table.
    names
        Column that a curve reads -> its name in the study.
    """
    columns = {name: column for column, name in reversed(list(names.items()))}
    for contrast, row in rows:
        numbers = float(row["estimate"]), float(row["se"]), float(row["df"])
        of_cells = not contrast.lines and set(contrast.weights) <= set(columns)
        if of_cells and numbers[1] > 0 and not np.isnan(numbers).any():
            yield weights_of(study, contrast, columns), numbers


def weights_of(
    study: Study, contrast: PlannedContrast, columns: Mapping[str, str]
) -> dict[str, dict[Level, float]]:
    """Return the weights of a contrast for the columns of its factors, with levels as curves read them."""
    return {
        columns[factor]: {
            read_level(study.names, factor, level): float(weight) for level, weight in of.items()
        }
        for factor, of in contrast.weights.items()
    }
