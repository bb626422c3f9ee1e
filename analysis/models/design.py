"""Design matrices: the fixed columns and random-effect groupings of a formula, and the model that engines fit.

patsy computes the columns: it evaluates only the functions allowed here, remembers the coding of each factor
for marginal means, and accepts custom coding (``Centred``). formulae 0.9 has no ``log``, parses random
terms differently (no ``||``), and functions, coding and checks would have to be added to it.
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
    parse_side,
    side_columns,
)
from analysis.models.messages import EstimationError
from analysis.models.not_numbers import refuse_dates, refuse_text

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """A fixed-effects design matrix (rows, p), readable names of its columns, and patsy's recipe for new rows.

    Columns that were not computed from a formula (those of a curve) have no recipe.
    """

    matrix: Array
    names: tuple[str, ...]
    recipe: patsy.DesignInfo | None = field(default=None, repr=False)
    kept: tuple[int, ...] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the data that the design uses."""
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
        """Return the design without the intercept (for models with thresholds)."""
        kept = tuple(j for j, name in enumerate(self.names) if name != "Intercept")
        names = tuple(self.names[j] for j in kept)
        return Design(self.matrix[:, kept], names, self.recipe, kept)

    def rows_for(self, grid: pd.DataFrame) -> Array:
        """Return design rows for new values of the predictors, coded exactly as in the fit.

        Raises
        ------
        AnalysisError
            If the columns were not computed from a formula.
        """
        if self.recipe is None:
            raise AnalysisError(
                "Columns that were not computed from a formula cannot be evaluated at new predictor values.",
                "",
            )
        (matrix,) = patsy.build_design_matrices([self.recipe], grid, NA_action="raise")
        return np.asarray(matrix) if self.kept is None else np.asarray(matrix)[:, self.kept]


@dataclass(frozen=True)
class Grouping:
    """A random term evaluated on data: the group of each row, and the columns with random coefficients."""

    term: RandomTerm
    codes: pd.Categorical
    slopes: Array
    """(rows, q), including the intercept."""
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of groups."""
        return len(self.codes.categories)


@dataclass(frozen=True)
class Model:
    """A model ready to be fitted: no value is missing and no column is redundant."""

    formula: Formula
    family: str
    link: str
    limits: tuple[float, float] | None
    """Lowest and highest possible answer."""
    data: pd.DataFrame = field(repr=False)
    y: Array = field(repr=False)
    """The response (n,); from 0 to 1 in families of a proportion."""
    design: Design = field(repr=False)
    groups: tuple[Grouping, ...] = field(repr=False)

    def over(self, columns: Array, names: Sequence[str] = ()) -> Model:
        """Return the model with other fixed columns (n, p)."""
        labels = tuple(names) or tuple(f"column {j + 1}" for j in range(columns.shape[1]))
        return replace(self, design=Design(columns, labels))


def fixed_design(formula: Formula, data: pd.DataFrame) -> Design:
    """Evaluate the fixed part; rows keep the order of ``data``."""
    matrix = evaluate(formula.fixed, data, formula.text)
    names = tuple(readable(name) for name in matrix.design_info.column_names)
    return Design(np.asarray(matrix), names, matrix.design_info)


def groupings(formula: Formula, data: pd.DataFrame) -> tuple[Grouping, ...]:
    """Evaluate the random terms."""
    return tuple(grouping(term, data, formula.text) for term in formula.random)


def grouping(term: RandomTerm, data: pd.DataFrame, text: str = "") -> Grouping:
    """Evaluate one random term; ``text`` is the formula that is named in errors."""
    label = data[term.group_columns[0]].astype(str)
    for column in term.group_columns[1:]:
        label = label + ":" + data[column].astype(str)
    codes = pd.Categorical(label.to_numpy(dtype=object))
    if term.slopes == "1":
        return Grouping(term, codes, np.ones((len(data), 1)), ("Intercept",))
    matrix = evaluate(term.slopes, data, text or str(term))
    names = tuple(readable(name) for name in matrix.design_info.column_names)
    return Grouping(term, codes, np.asarray(matrix), names)


def readable(name: str) -> str:
    """Shorten a name: ``C(group, Treatment('in'))[T.out]:x`` becomes ``group[out]:x``."""
    name = re.sub(r"C\((\w+)[^\[]*?\)(?=\[)", r"\1", name)
    return name.replace("[T.", "[")


def evaluate(side: str, data: pd.DataFrame, text: str) -> patsy.DesignMatrix:
    """Evaluate one side of the formula ``text``; no value may be missing or infinite."""
    # patsy processes text row by row in Python, but categories all at once; the levels are the same.
    for name in side_columns(side, text):
        if name in data.columns and isinstance(data[name].dtype, pd.StringDtype):
            data = data.assign(**{name: pd.Categorical(data[name])})
    _refuse_other_columns(side, data, text)
    environment = patsy.EvalEnvironment([FUNCTIONS])
    keep_all = patsy.NAAction(NA_types=[])
    try:
        with np.errstate(all="ignore"):
            matrix = patsy.dmatrix(parse_side(side), data, environment, NA_action=keep_all)
    except patsy.PatsyError as error:
        reason = str(error).split("\n")[0]
        raise AnalysisError(f"The formula {text!r} cannot be evaluated: {reason}.", "") from error
    for name, column in zip(matrix.design_info.column_names, np.asarray(matrix).T, strict=True):
        rows = np.flatnonzero(~np.isfinite(column)).tolist()
        if rows:
            raise EstimationError("undefined_value", name=name, rows=rows, total=len(column))
    return matrix


def _refuse_other_columns(side: str, data: pd.DataFrame, text: str) -> None:
    """Raise an error for dates, and for functions and arithmetic of text or categories.

    ``C(x)`` may be of any type; text and categories by themselves are factors.
    """
    for factor in {f.name() for term in parse_side(side).rhs_termlist for f in term.factors}:
        if factor.startswith("C("):
            continue
        for name in columns_in(factor, text):
            if name not in data.columns:
                continue
            refuse_dates(name, data[name])
            if factor != name:
                refuse_text(name, data[name])
                if isinstance(data[name].dtype, pd.CategoricalDtype):
                    raise EstimationError("of_categories", name=name, factor=factor)
