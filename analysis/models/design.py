"""From a parsed formula and data to numbers: fixed columns, groups, and the model that engines fit.

patsy makes the columns: it evaluates our functions only, remembers the coding of each factor for
marginal means, and takes a coding of our own (``Centred``). formulae 0.9 has no ``log``, reads
random terms in its own way (no ``||``) and would need functions, coding and refusals beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import patsy
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.models.formula import (
    FUNCTIONS,
    Formula,
    RandomTerm,
    columns_in,
    described,
    side_columns,
)
from analysis.models.words import Refusal

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """Fixed columns of shape (rows, p), their readable names and patsy's recipe for new rows.

    Columns that were computed outside a formula (those of a curve) have no recipe.
    """

    matrix: Array
    names: tuple[str, ...]
    recipe: patsy.DesignInfo | None = field(default=None, repr=False)
    kept: tuple[int, ...] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the data that the design reads."""
        infos = {} if self.recipe is None else self.recipe.factor_infos
        names = [columns_in(factor.name(), factor.name()) for factor in infos]
        return tuple(dict.fromkeys(name for found in names for name in found))

    @property
    def factors(self) -> dict[str, tuple[str, tuple[object, ...]]]:
        """Each categorical factor: the column of the data behind it ('' if none) and its levels."""
        infos = {} if self.recipe is None else self.recipe.factor_infos
        found = {}
        for factor, info in infos.items():
            if info.type == "categorical":
                name = factor.name()
                behind = [
                    c for c in self.columns if name == c or name.startswith((f"C({c})", f"C({c},"))
                ]
                found[name] = (behind[0] if behind else "", tuple(info.categories))
        return found

    def without_intercept(self) -> Design:
        """The same columns but the intercept (models whose thresholds take its place)."""
        kept = tuple(j for j, name in enumerate(self.names) if name != "Intercept")
        names = tuple(self.names[j] for j in kept)
        return Design(self.matrix[:, kept], names, self.recipe, kept)

    def rows_for(self, grid: pd.DataFrame) -> Array:
        """Design rows for new values of the predictors, coded exactly as when fitted.

        Raises
        ------
        AnalysisError
            If the columns do not come from a formula.
        """
        if self.recipe is None:
            raise AnalysisError("Columns without a formula have no values at new predictors.", "")
        (matrix,) = patsy.build_design_matrices([self.recipe], grid, NA_action="raise")
        return np.asarray(matrix) if self.kept is None else np.asarray(matrix)[:, self.kept]


@dataclass(frozen=True)
class Grouping:
    """One random term in data: the group of each row, and the columns that vary by group."""

    term: RandomTerm
    codes: pd.Categorical
    slopes: Array
    """(rows, q), the intercept among them."""
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of groups."""
        return len(self.codes.categories)


@dataclass(frozen=True)
class Model:
    """A checked model: nothing is missing, no column is redundant."""

    formula: Formula
    family: str
    link: str
    limits: tuple[float, float] | None
    """Least and greatest answer that is possible."""
    data: pd.DataFrame = field(repr=False)
    y: Array = field(repr=False)
    """The response (n,); of families of a share, from 0 to 1."""
    design: Design = field(repr=False)
    groups: tuple[Grouping, ...] = field(repr=False)

    def over(self, columns: Array, names: Sequence[str] = ()) -> Model:
        """The same response and groups, explained by other columns (n, p)."""
        given = tuple(names) or tuple(f"column {j + 1}" for j in range(columns.shape[1]))
        return replace(self, design=Design(columns, given))


def fixed_design(formula: Formula, data: pd.DataFrame) -> Design:
    """Evaluate the fixed part; rows keep the order of ``data``."""
    matrix = evaluated(formula.fixed, data, formula.text)
    names = tuple(readable(name) for name in matrix.design_info.column_names)
    return Design(np.asarray(matrix), names, matrix.design_info)


def groupings(formula: Formula, data: pd.DataFrame) -> tuple[Grouping, ...]:
    """Evaluate the random terms."""
    return tuple(grouping(term, data, formula.text) for term in formula.random)


def grouping(term: RandomTerm, data: pd.DataFrame, text: str = "") -> Grouping:
    """Evaluate one random term; ``text`` is the formula that an error names."""
    label = data[term.group_columns[0]].astype(str)
    for column in term.group_columns[1:]:
        label = label + ":" + data[column].astype(str)
    codes = pd.Categorical(label.to_numpy(dtype=object))
    if term.slopes == "1":
        return Grouping(term, codes, np.ones((len(data), 1)), ("Intercept",))
    matrix = evaluated(term.slopes, data, text or str(term))
    names = tuple(readable(name) for name in matrix.design_info.column_names)
    return Grouping(term, codes, np.asarray(matrix), names)


def readable(name: str) -> str:
    """``C(group, Treatment('in'))[T.out]:x`` becomes ``group[out]:x``."""
    name = re.sub(r"C\((\w+)[^\[]*?\)(?=\[)", r"\1", name)
    return name.replace("[T.", "[")


def evaluated(side: str, data: pd.DataFrame, text: str) -> patsy.DesignMatrix:
    """Evaluate one side of the formula ``text``; no value may be missing or infinite."""
    # patsy goes through text row by row in Python, through categories at once; the levels are the same.
    for name in side_columns(side, text):
        if name in data.columns and isinstance(data[name].dtype, pd.StringDtype):
            data = data.assign(**{name: pd.Categorical(data[name])})
    environment = patsy.EvalEnvironment([FUNCTIONS])
    keep_all = patsy.NAAction(NA_types=[])
    try:
        with np.errstate(all="ignore"):
            matrix = patsy.dmatrix(described(side), data, environment, NA_action=keep_all)
    except patsy.PatsyError as error:
        reason = str(error).split("\n")[0]
        raise AnalysisError(f"The formula {text!r} cannot be evaluated: {reason}.", "") from error
    for name, column in zip(matrix.design_info.column_names, np.asarray(matrix).T, strict=True):
        rows = np.flatnonzero(~np.isfinite(column)).tolist()
        if rows:
            raise Refusal("undefined_value", name=name, rows=rows, total=len(column))
    return matrix
