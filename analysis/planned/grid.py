"""The reference grid of a model: its design at each cell of the factors, and contrasts of these cells.

Cells have equal weights over the factors that a contrast does not name. Numbers that are computed from factors of the
design are taken over its cells equally, numbers that are 1 or 0 at both values equally, and others at their mean. For
a model whose predictors are all factors, means and contrasts are those of R's emmeans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis.data.names import column_of
from analysis.errors import AnalysisError
from analysis.models.design import Array, Design
from analysis.planned.predictors import FactorOf, NumberOf, Predictors
from experiments.language.formulas import Term
from experiments.protocol.planned_contrast import PlannedContrast

How = Literal["cells", "both", "mean"]


class Held(NamedTuple):
    """The values at which a number is taken."""

    number: str
    how: How
    """Those of the design's cells; both values, 0 and 1, equally; or the mean."""
    value: float
    """The mean; missing if there are several values."""


@dataclass(frozen=True)
class Grid:
    """The cells of a model's factors, and the values at which its numbers are taken."""

    design: Design = field(repr=False)
    """The fixed part of the model."""
    frame: pd.DataFrame = field(repr=False)
    """The rows of the model: its predictors, and all factors of the study that these rows know."""
    predictors: Predictors
    without: str = "There are no answers"
    """What is said of a level that these rows do not have."""

    @cached_property
    def factors(self) -> dict[str, tuple[str, ...]]:
        """Each factor of the model -> its levels in these rows."""
        return {column: tuple(map(str, levels)) for column, levels in self.design.factors.values()}

    @cached_property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """All combinations of the levels; one without any if the model has no factors."""
        return tuple(product(*self.factors.values()))

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """The values at which the numbers of the model are taken."""
        return tuple(self._held(column, number) for column, number in self._numbers.items())

    def means(self) -> Array:
        """Return the weights of the model's terms in the mean of each cell (cells, terms)."""
        return np.array(
            [self._row(dict(zip(self.factors, cell, strict=True)), {}) for cell in self.cells]
        )

    def weights(self, contrast: PlannedContrast) -> Array:
        """Return the weights of the model's terms in a contrast (terms,).

        Raises
        ------
        AnalysisError
            If there are no answers at a level that it names.
        """
        for factor, levels in contrast.weights.items():
            self._check_answered(factor, levels)
        numbers = [
            column for name in contrast.lines if (column := column_of(name)) in self._numbers
        ]
        total = np.zeros(len(self.design.names))
        for weight, cell in self._weighted_cells(contrast):
            for sign, at in _ends(numbers):
                total += weight * sign * self._row(cell, at)
        return total

    def term(self, term: Term) -> Array:
        """Return the weights of all differences that a term of the formula stands for (rows, terms).

        Of an interaction these are the differences of differences, averaged over the factors that are not in it.
        """
        levels = [self.factors[name][1:] for name in term if name in self.factors]
        own = [name for name in term if name in self.factors]
        lines = {name: "slope" for name in term if column_of(name) in self._numbers}
        rows = []
        for chosen in product(*levels):
            pairs = {
                name: {level: Fraction(1), self.factors[name][0]: Fraction(-1)}
                for name, level in zip(own, chosen, strict=True)
            }
            rows.append(self.weights(PlannedContrast(":".join(term), pairs, lines)))
        return np.array(rows)

    def rows(self, contrasts: Sequence[PlannedContrast]) -> tuple[pd.DataFrame, Array]:
        """Return values of all predictors, and the weight of each of these rows in contrasts (contrasts, rows).

        Raises
        ------
        AnalysisError
            If there are no answers at a level that a contrast names.
        """
        tables: dict[tuple[str, ...], pd.DataFrame] = {}
        weights: list[dict[tuple[str, ...], float]] = []
        for contrast in contrasts:
            for factor, levels in contrast.weights.items():
                self._check_answered(factor, levels)
            of_cells = {tuple(cell.values()): w for w, cell in self._weighted_cells(contrast)}
            weights.append(of_cells)
            for key in of_cells.keys() - tables.keys():
                cell = dict(zip(self.factors, key, strict=True))
                tables[key] = self._cases(cell).assign(**cell)
        found = [
            np.concatenate(
                [np.full(len(own), of.get(key, 0.0) / len(own)) for key, own in tables.items()]
            )
            for of in weights
        ]
        return pd.concat(tables.values(), ignore_index=True), np.array(found)

    def _weighted_cells(self, contrast: PlannedContrast) -> Iterator[tuple[float, dict[str, str]]]:
        lines = {
            name: self._line(name, kind)
            for name, kind in contrast.lines.items()
            if name in self.factors
        }
        for levels, weight in contrast.of_cells(self.factors).items():
            cell = dict(zip(self.factors, levels, strict=True))
            total = float(weight)
            for name, slopes in lines.items():
                total *= slopes[cell[name]] * len(slopes)
            yield total, cell

    def _line(self, name: str, kind: str) -> dict[str, float]:
        """Return the weight of each level in the slope of a line through the means of a factor's levels."""
        factor = self.predictors.factors[name]
        self._check_answered(name, factor.levels)
        numbers = np.array([(factor.numbers or {})[level] for level in factor.levels])
        x = np.log(numbers) if kind == "slope of log" else numbers
        deviations = x - x.mean()
        slopes = deviations / float(deviations @ deviations)
        return dict(zip(factor.levels, slopes.tolist(), strict=True))

    def _row(self, cell: Mapping[str, str], at: Mapping[str, float]) -> Array:
        """Return the average row of the design in a cell, with these numbers at given values."""
        table = self._cases(cell).assign(**cell, **at)
        return np.asarray(self.design.rows_for(table).mean(axis=0))

    def _cases(self, cell: Mapping[str, str]) -> pd.DataFrame:
        """Return the values of the numbers in a cell, one row for each combination, all of equal weight."""
        table = pd.DataFrame(index=[0])
        made = [column for column in self._numbers if self._how(column) == "cells"]
        if made:
            own = self._made_of_cells
            for factor in cell:
                if factor in own:
                    own = own[own[factor].astype(str) == cell[factor]]
            if own.empty:
                named = ", ".join(f"{name} = {level}" for name, level in cell.items())
                raise AnalysisError(f"{self.without} in the cell {named}.", "")
            table = own[made].reset_index(drop=True)
        for column in self._numbers:
            if column not in made:
                values = pd.DataFrame({column: self._values(column)})
                table = table.merge(values, how="cross")
        return table

    @cached_property
    def _made_of_cells(self) -> pd.DataFrame:
        """The numbers that are made of factors, in each combination of these factors that occurs."""
        made = [column for column in self._numbers if self._how(column) == "cells"]
        factors = list(
            dict.fromkeys(name for column in made for name in self._numbers[column].made_of)
        )
        cells = self.frame[[*factors, *made]].dropna().astype(dict.fromkeys(factors, str))
        return cells.groupby(factors, sort=False)[made].mean().reset_index()

    @cached_property
    def _numbers(self) -> dict[str, NumberOf]:
        used = set(self.design.columns)
        return {name: of for name, of in self.predictors.numbers.items() if name in used}

    def _how(self, column: str) -> How:
        number = self._numbers[column]
        if number.made_of and all(name in self.frame for name in number.made_of):
            return "cells"
        two = self.frame[column].nunique() == 2
        return "both" if number.yes_no and two else "mean"

    def _values(self, column: str) -> list[float]:
        values = self.frame[column]
        if self._how(column) == "both":
            return sorted(map(float, values.unique()))
        return [float(values.mean())]

    def _held(self, column: str, number: NumberOf) -> Held:
        how = self._how(column)
        value = float(self.frame[column].mean()) if how == "mean" else float("nan")
        return Held(number.name, how, value)

    def _check_answered(self, factor: str, levels: Mapping[str, object] | tuple[str, ...]) -> None:
        for level in levels:
            if level not in self.factors[factor]:
                raise AnalysisError(f"{self.without} at {factor} = {level}.", "")


def words_of(cell: Mapping[str, str], factors: Mapping[str, FactorOf]) -> str:
    """Return the words of a cell: those of its levels, joined by commas."""
    return ", ".join(factors[name].words[level] for name, level in cell.items())


def _ends(numbers: list[str]) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield the sign and the values of numbers whose slopes are multiplied: the differences from 0 to 1."""
    for ends in product((1.0, 0.0), repeat=len(numbers)):
        sign = float(np.prod([1.0 if end else -1.0 for end in ends]))
        yield sign, dict(zip(numbers, ends, strict=True))
