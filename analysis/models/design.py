"""From a parsed formula and data to numbers: the response, fixed columns and groups of a model.

patsy makes the columns: it evaluates our functions only, remembers the coding of each factor for
marginal means, and takes a coding of our own (``Centred``). formulae 0.9 has no ``log``, reads
random terms in its own way (no ``||``) and would need functions, coding and refusals beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import patsy
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.models.formula import FUNCTIONS, Formula, RandomTerm, columns_in, described

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


def fixed_design(formula: Formula, data: pd.DataFrame) -> Design:
    """Evaluate the fixed part; rows keep the order of ``data``."""
    matrix = _evaluate(formula.fixed, data, formula.text)
    names = tuple(readable(name) for name in matrix.design_info.column_names)
    return Design(np.asarray(matrix), names, matrix.design_info)


def groupings(formula: Formula, data: pd.DataFrame) -> tuple[Grouping, ...]:
    """Evaluate the random terms."""
    return tuple(grouping(term, data, formula.text) for term in formula.random)


def grouping(term: RandomTerm, data: pd.DataFrame, text: str = "") -> Grouping:
    """Evaluate one random term; ``text`` is the formula that an error names."""
    codes = group_codes(term, data)
    if term.slopes == "1":
        return Grouping(term, codes, np.ones((len(data), 1)), ("Intercept",))
    matrix = _evaluate(term.slopes, data, text or str(term))
    names = tuple(readable(name) for name in matrix.design_info.column_names)
    return Grouping(term, codes, np.asarray(matrix), names)


def group_codes(term: RandomTerm, data: pd.DataFrame) -> pd.Categorical:
    """Group of each row, as a categorical with only the levels that occur."""
    parts = [data[column].astype(str) for column in term.group_columns]
    label = parts[0]
    for part in parts[1:]:
        label = label + ":" + part
    return pd.Categorical(label.to_numpy(dtype=object))


def response_values(formula: Formula, data: pd.DataFrame) -> Array:
    """The response as floats of shape (rows,).

    Raises
    ------
    AnalysisError
        If it holds text, or is not one number for each row.
    """
    name = formula.response
    plain = data[name] if name in data.columns else None
    if plain is not None and is_number(plain):
        return plain.to_numpy(dtype=np.float64)
    if plain is not None:
        words = plain[pd.to_numeric(plain, errors="coerce").isna() & plain.notna()]
        if 0 < len(words) < len(plain):
            raise AnalysisError(
                f"{name!r} holds text where numbers are needed, in {len(words)} of {len(plain)} "
                f"rows (first: {words.iloc[0]!r}).",
                "Code it as a number first, or exclude these rows by a stated rule.",
            )
    matrix = _evaluate(f"0 + {name}", data, formula.text)
    coded = any(f.type == "categorical" for f in matrix.design_info.factor_infos.values())
    if coded or matrix.shape[1] != 1:
        raise AnalysisError(
            f"The response {name!r} is not a number.",
            "Code it as a number first, for example 0 and 1 for no and yes.",
        )
    return np.asarray(matrix, dtype=np.float64)[:, 0]


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers; yes and no are none."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def readable(name: str) -> str:
    """``C(group, Treatment('in'))[T.out]:x`` becomes ``group[out]:x``."""
    name = re.sub(r"C\((\w+)[^\[]*?\)(?=\[)", r"\1", name)
    return name.replace("[T.", "[")


def _evaluate(side: str, data: pd.DataFrame, text: str) -> patsy.DesignMatrix:
    environment = patsy.EvalEnvironment([FUNCTIONS])
    keep_all = patsy.NAAction(NA_types=[])
    try:
        with np.errstate(all="ignore"):
            matrix = patsy.dmatrix(described(side), data, environment, NA_action=keep_all)
    except patsy.PatsyError as error:
        reason = str(error).split("\n")[0]
        raise AnalysisError(f"The formula {text!r} cannot be evaluated: {reason}.", "") from error
    for name, column in zip(matrix.design_info.column_names, np.asarray(matrix).T, strict=True):
        bad = np.flatnonzero(~np.isfinite(column))
        if len(bad):
            raise AnalysisError(
                f"{name!r} is not a finite number in {len(bad)} of {len(column)} rows "
                f"(first: row {bad[0]}, from 0).",
                "A logarithm of zero or below does this; use log1p(x), or exclude by a rule.",
            )
    return matrix
