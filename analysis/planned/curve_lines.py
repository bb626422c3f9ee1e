"""What is drawn of a comparison: the cell means, and each curve, with a line for each level of other predictors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.curves.catalogue import Array, Hypothesis
from analysis.curves.claims import Prediction, level_words, names_of, read_level
from analysis.curves.compare import Comparison
from analysis.data.tables import empty
from experiments.numbers import scale_value
from experiments.study import Study

POINTS = 160
"""Number of points at which a curve over a numeric predictor is drawn."""
MOST_LINES = 8
"""Largest number of combinations of other predictors that are drawn; of more, only those of the first."""

CELLS = ("level", "label", "others", "n", "mean", "ci_low", "ci_high")
LINES = ("curve", "label", "family", "kind", "others", "x", "y")

Value = str | float


@dataclass(frozen=True)
class Drawing:
    """The predictors of a comparison: one on the axis, and those for each of whose levels a line is drawn."""

    study: Study
    predictions: Sequence[Prediction]
    """The claim first."""
    found: Comparison

    @cached_property
    def names(self) -> dict[str, str]:
        """Column that a curve reads -> its name in the study."""
        return names_of(self.predictions)

    @property
    def axis(self) -> str:
        """The column on the axis."""
        return self.predictions[0].curve.axis

    @property
    def numeric(self) -> bool:
        """Whether the axis has numbers."""
        return not self.predictions[0].curve.levels(self.axis)

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Columns of the other predictors with few values, one for each name in the study."""
        cells = self.found.problem.cells
        few = () if cells is None else cells.columns
        by_name: dict[str, str] = {}
        for column in few:
            name = self.names[column]
            if name != self.names[self.axis]:
                by_name.setdefault(name, column)
        columns = tuple(by_name.values())
        return columns if len(self._combinations(columns)) <= MOST_LINES else columns[:1]

    @cached_property
    def combinations(self) -> list[tuple[Value, ...]]:
        """Each combination of values of the other predictors, in the order of the study."""
        return self._combinations(self.others)

    def _combinations(self, columns: tuple[str, ...]) -> list[tuple[Value, ...]]:
        if not columns or self.found.problem.cells is None:
            return [()]
        table = self.found.problem.cells.table[list(columns)].drop_duplicates()
        rows = [tuple(row) for row in table.itertuples(index=False, name=None)]
        return sorted(
            rows, key=lambda row: [self._rank(c, v) for c, v in zip(columns, row, strict=True)]
        )

    def cells(self) -> pd.DataFrame:
        """Return the unrestricted means of the mixed model, with intervals, in the order of the levels."""
        table = self.found.problem.cell_table
        if table is None or self.axis not in table:
            return empty(*CELLS)
        rows = [
            {
                **row,
                "level": row[self.axis],
                "label": self.words(self.axis, row[self.axis]),
                "others": self._words(tuple(row[column] for column in self.others)),
            }
            for row in sorted(table.to_dict("records"), key=self._place)
        ]
        return pd.DataFrame(rows, columns=list(CELLS))

    def _place(self, row: Mapping[Any, Any]) -> tuple[list[float], float]:
        """Return what cells are ordered by: their levels of the others, then that on the axis."""
        others = [self._rank(column, row[column]) for column in self.others]
        return others, self._rank(self.axis, row[self.axis])

    def lines(self) -> pd.DataFrame:
        """Return the curves to draw: each specified curve, and the best-fitting curve of each family."""
        labels = {one.curve.id: one.label for one in self.predictions}
        drawn: list[pd.DataFrame] = []
        for check in self.found.specified:
            curve = check.hypothesis
            drawn += self._drawn(curve, labels[curve.id], "predicted", check.predict)
        ranked = self.found.weights.families.sort_values("weight_bic", ascending=False)
        for best in ranked["best"]:
            fit = self.found.fit_of(str(best))
            curve = fit.hypothesis
            drawn += self._drawn(curve, labels[curve.id], "fitted", fit.predict)
        return pd.concat(drawn, ignore_index=True) if drawn else empty(*LINES)

    def _drawn(
        self,
        curve: Hypothesis,
        label: str,
        kind: str,
        predict: Callable[[Mapping[str, Any]], Array],
    ) -> Iterator[pd.DataFrame]:
        read = {self.names[column] for column in curve.reads if column in self.names}
        reads_others = any(self.names[column] in read for column in self.others)
        for values in self.combinations if reads_others else self.combinations[:1]:
            x = self.x
            yield pd.DataFrame(
                {
                    "curve": curve.id,
                    "label": label,
                    "family": curve.family,
                    "kind": kind,
                    "others": self._words(values) if reads_others else "",
                    "x": x,
                    "y": predict(self._design(x, values)),
                }
            )

    def _design(self, x: np.ndarray, values: tuple[Value, ...]) -> dict[str, np.ndarray]:
        """Return a design along the axis, at one combination of the others and the means of all other numbers."""
        data = self.found.problem.data
        at = {self.names[column]: value for column, value in zip(self.others, values, strict=True)}
        design = {}
        for column, name in self.names.items():
            if name == self.names[self.axis]:
                design[column] = x
            elif name in at:
                design[column] = np.full(len(x), at[name])
            elif pd.api.types.is_numeric_dtype(data[column]):
                design[column] = np.full(len(x), float(data[column].mean()))
            else:
                design[column] = np.full(len(x), data[column].mode().iloc[0])
        return design

    @cached_property
    def x(self) -> np.ndarray:
        """The values on the axis at which curves are drawn."""
        values = self.found.problem.data[self.axis]
        if not self.numeric:
            return np.array(
                sorted(values.unique(), key=lambda v: self._rank(self.axis, v)), dtype=object
            )
        levels = np.unique(values.to_numpy(dtype=float))
        low, high = levels[0], levels[-1]
        fine = np.geomspace(low, high, POINTS) if low > 0 else np.linspace(low, high, POINTS)
        return fine if len(levels) > POINTS else np.unique(np.concatenate([fine, levels]))

    def words(self, column: str, value: Value) -> str:
        """Return the words of a value."""
        name = self.names[column]
        factor = self.study.names.factors.get(name)
        for level, words in factor.levels.items() if factor is not None else ():
            if read_level(self.study.names, name, level) == value:
                return level_words(level, words)
        if isinstance(value, str):
            return value.replace("_", " ")
        for one in self.predictions:
            known = one.curve.column(column).labels if column in one.columns else {}
            if value in known:
                return known[value]
        return f"{name} {scale_value(value)}" if column != self.axis else scale_value(value)

    def _words(self, values: tuple[Value, ...]) -> str:
        return ", ".join(self.words(c, value) for c, value in zip(self.others, values, strict=True))

    def _rank(self, column: str, value: Value) -> float:
        if not isinstance(value, str):
            return float(value)
        levels = self._ordered(column)
        return float(levels.index(value)) if value in levels else float(len(levels))

    def _ordered(self, column: str) -> list[str]:
        """Return the levels of a column in the order of the claim, if it has one; otherwise of the study."""
        levels = list(self.study.names.levels(self.names[column]) or [])
        claim = self.predictions[0]
        if column not in claim.curve.reads:
            return levels
        claimed = list(claim.order.levels if claim.order is not None else ())
        claimed = claimed or list(dict.fromkeys(map(str, claim.curve.example.get(column, ()))))
        if set(claimed) <= set(levels):
            return [*claimed, *(level for level in levels if level not in claimed)]
        return levels
