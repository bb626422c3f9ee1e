"""What a curve depends on: values that the conditions decide, and values of answers, trials and items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.curves.catalogue import Hypothesis
from analysis.simulate.rows import Cell, NotOfTheDesignError, bases
from experiments.protocol.loops import cells_of
from experiments.protocol.names import AddressError
from experiments.study import Study

POINTS = 5
"""Number of values at which a curve over answers is compared with its start."""
WITHIN_SDS = 2.0
"""Values of a standardised column at which this is done lie within so many SDs of its mean."""


@dataclass(frozen=True)
class Predictor:
    """The values of one column of a curve."""

    name: str
    """Factor, measure or column of the study."""
    by_cell: Mapping[tuple[str, ...], str | float] = field(default_factory=dict)
    """Levels of the curve's factors -> value; empty if the conditions do not decide it."""
    values: tuple[str | float, ...] = ()
    """Some of its values, the one at the start of the curve first; empty if the conditions decide it."""
    offset: float = 0.0
    times: float = 1.0
    """The curve reads ``offset + times * value``, which brings answers to the range that the curve is about."""

    def read(self, value: str | float) -> str | float:
        """Return a value as the curve reads it."""
        if isinstance(value, str) or (self.offset, self.times) == (0.0, 1.0):
            return value
        return self.offset + self.times * value


def factors_of(study: Study, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the factors, and the mode, that values depend on, with their levels."""
    factors = study.names.factors
    return {
        base: tuple(factors[base].levels)
        for name in names
        for base in bases(study.names, name)
        if base in factors
    }


def predictors(
    study: Study,
    mode: str,
    curve: Hypothesis | None,
    columns: Mapping[str, str],
    factors: Mapping[str, Sequence[str]],
    trials: int,
) -> dict[str, Predictor]:
    """Return the values of each column that a curve reads.

    Parameters
    ----------
    columns
        Column of the curve -> factor, measure or column of the study.
    factors
        Factor that they depend on -> its levels.
    trials
        Number of trials of the outcome.
    """
    found: dict[str, Predictor] = {}
    if curve is None:
        return found
    for column, name in columns.items():
        by_cell: dict[tuple[str, ...], str | float] = {}
        try:
            for cell in cells_of(factors):
                value = Cell(study.names, {**cell, "mode": mode, "session": ""}).value(name)
                assert value is not None
                by_cell[tuple(cell.values())] = value
            found[column] = Predictor(name, by_cell)
        except NotOfTheDesignError:
            found[column] = _free(study, mode, curve, column, name, trials)
    return found


def _free(
    study: Study, mode: str, curve: Hypothesis, column: str, name: str, trials: int
) -> Predictor:
    if levels := curve.levels(column):
        return Predictor(name, values=levels)
    own = study.file.columns.get(name)
    if own is not None and (own.standard or own.centre):
        points = np.linspace(-WITHIN_SDS, WITHIN_SDS, POINTS).tolist()
        return Predictor(name, values=(0.0, *points))
    low, high = _ends(study, mode, name, trials)
    drawn = curve.column(column).drawn
    offset, times = 0.0, 1.0
    if drawn is not None and own is None and name != "trial":
        least, most = float(drawn.min()), float(drawn.max())
        if (low < least or high > most) and high > low:
            times = (most - least) / (high - low)
            offset = least - times * low
    at = [offset + times * value for value in np.linspace(low, high, POINTS).tolist()]
    return Predictor(name, {}, tuple(at), offset, times)


def _ends(study: Study, mode: str, name: str, trials: int) -> tuple[float, float]:
    """Return the lowest and highest value of a number."""
    first = {each: levels[0] for each, levels in factors_of(study, [name]).items()}
    try:
        at_start, at_end = (
            Cell(study.names, {**first, "mode": mode, "trial": trial}).value(name)
            for trial in (1, max(trials, 2))
        )
        return float(at_start or 0.0), float(at_end or 0.0)
    except NotOfTheDesignError:
        pass
    try:
        known = study.range(name, mode)
    except AddressError:
        known = None
    if known is None or not np.isfinite([known.low, known.high]).all():
        return 0.0, 1.0
    return known.low, known.high
