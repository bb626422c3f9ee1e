"""Model formulas: from ``y ~ x + (1 + x | participant)`` to numeric columns.

The mixed-model engine takes plain numeric columns only, so every transformation and every coding
of a categorical factor happens here, once, and the same coding is used again for marginal means.

Grammar: ``response ~ fixed + (slopes | group) + ...``. In the fixed part and in the slopes:

- column names; ``C(x)``, ``C(x, Treatment("base"))``, ``C(x, Sum)``, ``C(x, Centred)``;
- ``log(x) log2(x) log10(x) log1p(x) exp(x) sqrt(x) scale(x) center(x) I(x / 100)``;
- ``+ : * - 0 + ...`` as in R. Groups may be crossed (``participant:block``), not nested by ``/``.

``Centred`` is the effect coding of experiments: with two levels -0.5 / +0.5, so that the
intercept is the grand mean and main effects stay main effects beside an interaction; with k levels
each coefficient is one level minus the first (or ``Centred("base")``), the intercept is the mean
of the level means (simple coding).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import patsy

from analysis.errors import AnalysisError


class Centred:
    """Simple (effect) coding: level minus base, centred so that columns sum to zero.

    Parameters
    ----------
    base : str or None
        Level that the others are compared with; None takes the first.
    """

    def __init__(self, base: object = None) -> None:
        self.base = base

    def code_without_intercept(self, levels: list[object]) -> patsy.ContrastMatrix:
        """Contrast matrix (k, k-1): identity without the base column, minus 1/k."""
        base = 0 if self.base is None else list(levels).index(self.base)
        kept = [i for i in range(len(levels)) if i != base]
        matrix = np.eye(len(levels))[:, kept] - 1.0 / len(levels)
        return patsy.ContrastMatrix(matrix, [f"[{levels[i]} - {levels[base]}]" for i in kept])

    def code_with_intercept(self, levels: list[object]) -> patsy.ContrastMatrix:
        """Full dummy coding (k, k), used where the formula has no intercept."""
        return patsy.ContrastMatrix(np.eye(len(levels)), [f"[{lv}]" for lv in levels])


FUNCTIONS: dict[str, object] = {
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "Centred": Centred,
    "C": patsy.builtins.C,
    "I": patsy.builtins.I,
    "scale": patsy.builtins.standardize,
    "center": patsy.builtins.center,
    "Treatment": patsy.Treatment,
    "Sum": patsy.Sum,
}
_ALLOWED = (
    *(ast.Expression, ast.Name, ast.Load, ast.Constant, ast.Call, ast.BinOp, ast.UnaryOp),
    *(ast.keyword, ast.List, ast.Tuple, ast.operator, ast.unaryop),
)


@dataclass(frozen=True)
class RandomTerm:
    """One ``(slopes | group)`` part: ``group`` is a column or columns joined by ``:``."""

    slopes: str
    group: str

    @property
    def group_columns(self) -> tuple[str, ...]:
        """Columns whose combination identifies the group."""
        return tuple(part.strip() for part in self.group.split(":"))


@dataclass(frozen=True)
class Formula:
    """A parsed formula. ``text`` is what the researcher wrote."""

    text: str
    response: str
    fixed: str
    random: tuple[RandomTerm, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the data that the model reads, response first."""
        names = list(_names(self.response, self.text))
        for side in (self.fixed, *(term.slopes for term in self.random)):
            for factor in _factors(side, self.text):
                names += _names(factor, self.text)
        for term in self.random:
            names += term.group_columns
        return tuple(dict.fromkeys(names))

    @property
    def fixed_columns(self) -> tuple[str, ...]:
        """Columns read by the fixed part."""
        found = (_names(f, self.text) for f in _factors(self.fixed, self.text))
        return tuple(dict.fromkeys(name for names in found for name in names))


@dataclass(frozen=True)
class FixedDesign:
    """Fixed-effect columns X of shape (rows, p), their readable names and patsy's recipe."""

    matrix: np.ndarray
    names: tuple[str, ...]
    info: patsy.DesignInfo = field(repr=False)
    kept: tuple[int, ...] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the data that the design reads."""
        names = [_names(f.name(), f.name()) for f in self.info.factor_infos]
        return tuple(dict.fromkeys(name for found in names for name in found))

    def without_intercept(self) -> FixedDesign:
        """The same columns but the intercept (models whose thresholds take its place)."""
        kept = tuple(j for j, name in enumerate(self.names) if name != "Intercept")
        names = tuple(self.names[j] for j in kept)
        return FixedDesign(self.matrix[:, kept], names, self.info, kept)

    def rows_for(self, grid: pd.DataFrame) -> np.ndarray:
        """Design rows for new values of the predictors, coded exactly as when fitted."""
        (matrix,) = patsy.build_design_matrices([self.info], grid, NA_action="raise")
        return np.asarray(matrix) if self.kept is None else np.asarray(matrix)[:, self.kept]


def parse_formula(text: str) -> Formula:
    """Split a formula into response, fixed part and random terms; no data are read.

    Raises
    ------
    AnalysisError
        If it has no ``~``, unbalanced parentheses, ``||``, a nested ``a/b`` group, random slopes
        without an intercept, or calls anything but the functions listed in this module.
    """
    if text.count("~") != 1 or not text.split("~")[0].strip():
        raise AnalysisError(
            f"The formula {text!r} needs a response, a '~' and predictors.",
            "Write for example: rating ~ group + (1 | participant) + (1 | stimulus)",
        )
    if "||" in text:
        raise AnalysisError(
            f"The formula {text!r} uses '||' (uncorrelated slopes), which the engine cannot fit.",
            "Use a single '|', or leave the slope out.",
        )
    response, right = (side.strip() for side in text.split("~"))
    fixed, random = _split_random(right, text)
    for term in random:
        if "/" in term.group:
            raise AnalysisError(
                f"The group {term.group!r} is nested by '/'.",
                "Write two terms instead: (1 | a) + (1 | a:b).",
            )
        if re.search(r"(^|\+)\s*0\b|-\s*1\b", term.slopes):
            raise AnalysisError(
                f"({term.slopes} | {term.group}) has slopes without a level, which the engine cannot "
                "fit.",
                f"Write (1 + ... | {term.group}).",
            )
    formula = Formula(text.strip(), response, fixed, random)
    _ = formula.columns
    return formula


def fixed_design(formula: Formula, data: pd.DataFrame) -> FixedDesign:
    """Evaluate the fixed part; rows keep the order of ``data``."""
    matrix = _evaluate(formula.fixed, data, formula.text)
    names = tuple(readable(name) for name in matrix.design_info.column_names)
    return FixedDesign(np.asarray(matrix), names, matrix.design_info)


def slope_columns(term: RandomTerm, data: pd.DataFrame, text: str) -> tuple[np.ndarray, list[str]]:
    """Columns that vary by group in one random term, and their readable names."""
    matrix = _evaluate(term.slopes, data, text)
    return np.asarray(matrix), [readable(name) for name in matrix.design_info.column_names]


def response_values(formula: Formula, data: pd.DataFrame) -> np.ndarray:
    """The response as floats of shape (rows,)."""
    matrix = _evaluate(f"0 + {formula.response}", data, formula.text)
    coded = any(f.type == "categorical" for f in matrix.design_info.factor_infos.values())
    if coded or matrix.shape[1] != 1:
        raise AnalysisError(
            f"The response {formula.response!r} is not a number.",
            "Code it as a number first, for example 0 and 1 for no and yes.",
        )
    return np.asarray(matrix, dtype=float)[:, 0]


def group_codes(term: RandomTerm, data: pd.DataFrame) -> pd.Categorical:
    """Group of each row, as a categorical with only the levels that occur."""
    parts = [data[column].astype(str) for column in term.group_columns]
    label = parts[0]
    for part in parts[1:]:
        label = label + ":" + part
    return pd.Categorical(label.to_numpy(dtype=object))


def readable(name: str) -> str:
    """``C(group, Treatment('in'))[T.out]:x`` becomes ``group[out]:x``."""
    name = re.sub(r"C\((\w+)[^\[]*?\)(?=\[)", r"\1", name)
    return name.replace("[T.", "[")


def _split_random(right: str, text: str) -> tuple[str, tuple[RandomTerm, ...]]:
    fixed, random, depth, start = "", [], 0, 0
    for i, char in enumerate(right):
        if char == "(":
            if depth == 0:
                start = i
            depth += 1
        if depth == 0:
            fixed += char
        if char == ")":
            depth -= 1
            if depth == 0:
                inner = right[start + 1 : i]
                if "|" in inner:
                    slopes, group = inner.split("|", 1)
                    random.append(RandomTerm(slopes.strip(), group.strip()))
                    fixed += "\0"
                else:
                    fixed += right[start : i + 1]
        if depth < 0:
            break
    if depth != 0:
        raise AnalysisError(f"Unbalanced parentheses in {text!r}.", "Close every parenthesis.")
    fixed = re.sub(r"\s*\+\s*\0|\0\s*\+\s*|\0", "", fixed).strip()
    return fixed or "1", tuple(random)


def _evaluate(side: str, data: pd.DataFrame, text: str) -> patsy.DesignMatrix:
    environment = patsy.EvalEnvironment([FUNCTIONS])
    keep_all = patsy.NAAction(NA_types=[])
    try:
        with np.errstate(all="ignore"):
            matrix = patsy.dmatrix(side, data, environment, NA_action=keep_all)
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


def _factors(side: str, text: str) -> list[str]:
    try:
        described = patsy.ModelDesc.from_formula(side)
    except (patsy.PatsyError, SyntaxError) as error:
        reason = str(error).split("\n")[0]
        raise AnalysisError(f"The formula {text!r} cannot be read: {reason}.", "") from error
    factors = (f for term in described.rhs_termlist for f in term.factors)
    return list(dict.fromkeys(f.name() for f in factors))


def _names(expression: str, text: str) -> list[str]:
    """Column names in one expression; refuses everything that is not arithmetic or listed."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError as error:
        raise AnalysisError(f"Cannot read {expression!r} in {text!r}.", "") from error
    called = {_called_name(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED) or called - FUNCTIONS.keys():
            raise AnalysisError(
                f"{expression!r} in {text!r} is not allowed in a formula.",
                f"Use column names, arithmetic and: {', '.join(FUNCTIONS)}.",
            )
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return [name for name in names if name not in FUNCTIONS]


def _called_name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""
