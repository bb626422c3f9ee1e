"""The equation of an order or a contrast: parameters times patterns over the cells of factors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.curves.catalogue import Array
from experiments.protocol.names import Names

Level = str | float


@dataclass(frozen=True)
class Pattern:
    """What one parameter adds to the mean of each cell."""

    parameter: str
    cells: tuple[float, ...]
    """Weight of each cell; the levels of the last factor change fastest."""
    lines: tuple[str, ...] = ()
    """Numbers with which the weight is multiplied."""


@dataclass(frozen=True)
class Line:
    """How a number enters a pattern: its position between two values, from -1/2 to 1/2, or that of its logarithm."""

    low: float
    high: float
    logarithmic: bool = False

    def __call__(self, values: Array) -> Array:
        """Return the position of each value."""
        low, high = self.low, self.high
        if self.logarithmic:
            low, high = np.log(low), np.log(high)
            values = np.log(values)
        return np.asarray((values - low) / (high - low) - 0.5)


@dataclass(frozen=True)
class CellPatterns:
    """An equation: a constant, plus each parameter times its pattern.

    Between the levels of a factor of numbers, a pattern is interpolated linearly.
    """

    constant: str
    """Name of the parameter that is added to every mean."""
    factors: tuple[tuple[str, tuple[Level, ...]], ...]
    """Factor, and its levels as numbers if all of them are numbers."""
    lines: tuple[tuple[str, Line], ...]
    patterns: tuple[Pattern, ...]

    def __call__(self, **values: Any) -> Array:
        """Return the mean of each row; columns and parameters by name."""
        shape = tuple(len(levels) for _, levels in self.factors)
        indicators = [_indicator(values[name], levels) for name, levels in self.factors]
        positions = {
            name: line(np.asarray(values[name], dtype=np.float64)) for name, line in self.lines
        }
        rows = len(values[(*self.factors, *self.lines)[0][0]])
        means = np.full(rows, float(values[self.constant]))
        for pattern in self.patterns:
            coefficient = float(values[pattern.parameter])
            if coefficient:
                weight = _at_rows(np.reshape(pattern.cells, shape), indicators, rows)
                for name in pattern.lines:
                    weight = weight * positions[name]
                means += coefficient * weight
        return means


def read_level(names: Names, name: str, level: str) -> Level:
    """Return a level as curves read it: a number if all levels of its factor are numbers."""
    factor = names.factors.get(name)
    numbers = factor.numbers if factor is not None else None
    return level if numbers is None else numbers[level]


def _indicator(values: Any, levels: tuple[Level, ...]) -> Array:
    """Return the weight of each level in each row, (rows, levels)."""
    if isinstance(levels[0], str):
        return np.column_stack([np.asarray(values) == level for level in levels]).astype(np.float64)
    at = np.asarray(levels, dtype=np.float64)
    order = np.argsort(at)
    x = np.asarray(values, dtype=np.float64)
    return np.column_stack([np.interp(x, at[order], row[order]) for row in np.eye(len(at))])


def _at_rows(cells: Array, indicators: Sequence[Array], rows: int) -> Array:
    """Return the value of the cells in each row."""
    found = np.broadcast_to(cells, (rows, *cells.shape))
    for indicator in indicators:
        found = np.einsum("rl,rl...->r...", indicator, found)
    return np.asarray(found, dtype=np.float64)


def orthogonal_rest(*taken: Array) -> Iterator[Array]:
    """Yield vectors that, with those taken, span all patterns, at right angles to them and to one another."""
    size = len(taken[0])
    found = [vector / np.linalg.norm(vector) for vector in taken]
    for unit in np.eye(size):
        rest = unit - sum(np.dot(unit, vector) * vector for vector in found)
        length = float(np.linalg.norm(rest))
        if length > 1e-8:
            found.append(rest / length)
            yield np.round(rest / length, 12)
