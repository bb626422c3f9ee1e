"""Whether the planned rows can tell the effects of a formula apart, and give its contrasts.

The design matrix has an indicator for each level and each combination of levels, so that a contrast is a vector of its
parameters, which can be estimated if it is in the row space of the matrix (Searle, 1971, Linear Models, chapter 5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from experiments.language.formulas import Term
from experiments.protocol.planned_contrast import PlannedContrast

Matrix = NDArray[np.float64]
CLOSE = 1e-7


@dataclass(frozen=True)
class Design:
    """The rows of one model: what is in its formula.

    Parameters
    ----------
    effects
        The fixed effects besides the intercept, those of fewer names first.
    factors
        Factor -> its levels.
    cells
        Factor -> its level in each row.
    numbers
        Number -> its value in each row.
    """

    effects: tuple[Term, ...]
    factors: Mapping[str, Sequence[str]]
    cells: Mapping[str, Sequence[str]]
    numbers: Mapping[str, Sequence[float]]

    def matrix(self, effects: Sequence[Term]) -> Matrix:
        """Return the design matrix, shape (rows, parameters), with an intercept first."""
        rows = max([*map(len, self.cells.values()), *map(len, self.numbers.values()), 1])
        blocks = [np.ones((rows, 1))]
        for effect in effects:
            block = np.ones((rows, 1))
            for name in effect:
                block = _times(block, self._columns(name))
            blocks.append(block)
        return np.hstack(blocks)

    def _columns(self, name: str) -> Matrix:
        if name in self.numbers:
            values = np.asarray(self.numbers[name], dtype=float)
            spread = values.std()
            # Numbers of one size, so that the rank does not depend on units.
            scaled: Matrix = (values - values.mean()) / (spread if spread > 0 else 1.0)
            return scaled[:, None]
        own = np.asarray(self.cells[name])
        indicators: Matrix = np.stack(
            [own == level for level in self.factors[name]], axis=1
        ).astype(float)
        return indicators

    def confounded(self) -> Term | None:
        """Return the first effect that the rows cannot tell from those before it; None if there is none."""
        rank = 1
        for number, effect in enumerate(self.effects, start=1):
            expected = rank + _own_parameters(effect, self.effects[: number - 1], self.factors)
            found = _rank(_distinct(self.matrix(self.effects[:number])))
            if found < expected:
                return effect
            rank = found
        return None

    def holds(self, contrast: PlannedContrast) -> bool:
        """Return whether the formula has what the contrast compares."""
        return bool(np.any(np.abs(self._vector(contrast)) > CLOSE))

    def estimates(self, contrast: PlannedContrast) -> bool:
        """Return whether the rows give the contrast."""
        matrix = _distinct(self.matrix(self.effects))
        vector = self._vector(contrast)
        solution = np.linalg.lstsq(matrix.T, vector, rcond=None)[0]
        return bool(
            np.allclose(matrix.T @ solution, vector, atol=CLOSE * max(1, abs(vector).max()))
        )

    def missing(self, contrast: PlannedContrast) -> dict[str, str] | None:
        """Return a cell of the contrast's factors that no row has; None if there is none."""
        named = [name for name in contrast.names if name in self.factors]
        met = set(zip(*(self.cells[name] for name in named), strict=True)) if named else set()
        for cell in product(*(contrast.weights.get(name) or self.factors[name] for name in named)):
            if cell not in met:
                return dict(zip(named, cell, strict=True))
        return None

    def _vector(self, contrast: PlannedContrast) -> Matrix:
        """Return the contrast as weights of the parameters."""
        weights = {name: self._weights(name, contrast) for name in self.factors}
        slopes = any(name in self.numbers for name in contrast.lines)
        vector = [0.0 if slopes else float(np.prod([sum(of) for of in weights.values()]))]
        for effect in self.effects:
            block = np.ones(1)
            for name in effect:
                block = np.outer(block, self._part(name, weights, contrast)).ravel()
            for name, of in weights.items():
                if name not in effect:
                    block = block * sum(of)
            for name in contrast.lines:
                if name in self.numbers and name not in effect:
                    block = block * 0
            vector += [float(value) for value in block]
        return np.asarray(vector)

    def _part(
        self, name: str, weights: Mapping[str, Sequence[float]], contrast: PlannedContrast
    ) -> Matrix:
        if name in self.factors:
            return np.asarray(weights[name])
        # The slope of a number, or its mean, which is zero.
        return np.asarray([1.0 if name in contrast.lines else 0.0])

    def _weights(self, name: str, contrast: PlannedContrast) -> list[float]:
        levels = self.factors[name]
        if name in contrast.weights:
            return [float(contrast.weights[name].get(level, 0)) for level in levels]
        if name in contrast.lines:
            values = np.asarray([float(level) for level in levels])
            values = np.log(values) if contrast.lines[name] == "slope of log" else values
            centred = values - values.mean()
            return [float(value) for value in centred / (centred @ centred)]
        return [1 / len(levels)] * len(levels)


def _times(block: Matrix, other: Matrix) -> Matrix:
    return (block[:, :, None] * other[:, None, :]).reshape(len(block), -1)


def _distinct(matrix: Matrix) -> Matrix:
    return np.unique(matrix, axis=0)


def _rank(matrix: Matrix) -> int:
    sizes = np.linalg.svd(matrix, compute_uv=False)
    return int(np.sum(sizes > CLOSE * sizes[0]))


def _own_parameters(
    effect: Term, before: Sequence[Term], factors: Mapping[str, Sequence[str]]
) -> int:
    """Return how many parameters an effect adds: the product over its factors of levels without one.

    Where an effect of fewer names is not in the formula, the interaction takes its parameters too.
    """
    own = 0
    inside = [set(each) for each in before if set(each) < set(effect)]
    parts: list[set[str]] = [set()]
    for name in effect:
        parts += [{*part, name} for part in parts]
    for part in parts:
        numbers = {name for name in effect if name not in factors}
        if (
            not part
            or not numbers <= part
            or (part != set(effect) and any(part <= each for each in inside))
        ):
            continue
        count = 1
        for name in part:
            count *= len(factors[name]) - 1 if name in factors else 1
        own += count
    return own
