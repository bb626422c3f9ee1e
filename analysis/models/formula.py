"""Model formulas: ``y ~ x + (1 + x | participant)``, parsed into an object.

Grammar: ``response ~ fixed + (slopes | group) + ...``. In the fixed part and in the slopes:

- column names; ``C(x)``, ``C(x, Treatment("base"))``, ``C(x, Sum)``, ``C(x, Centred)``;
- ``log(x) log2(x) log10(x) log1p(x) exp(x) sqrt(x) scale(x) center(x) I(x / 100)``;
- ``+ : * - 0 + ...`` as in R. A group may be a combination of
  columns (``participant:block``); nesting by ``/`` is not available.
- ``(1 + x || g)``: coefficients that do not correlate, each with a variance of its own; the columns of a factor too,
  unlike in lme4. ``(0 + x | g)``: a slope without an intercept.

Only the random terms are parsed here; patsy evaluates the fixed part and the slopes
(:mod:`analysis.models.design`).

``Centred`` is simple (effect) coding: with two levels -0.5 / +0.5, so that the intercept is the grand mean and
main effects remain main effects in the presence of an interaction; with k levels each coefficient is one level
minus the first (or ``Centred("base")``), and the intercept is the mean of the level means.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import patsy

from analysis.errors import AnalysisError


class Centred:
    """Simple (effect) coding: each level minus the base, centred so that columns sum to zero.

    Parameters
    ----------
    base : str or None
        Reference level; None takes the first.
    """

    def __init__(self, base: object = None) -> None:
        self.base = base

    def code_without_intercept(self, levels: list[object]) -> patsy.ContrastMatrix:
        """Return the contrast matrix (k, k-1): identity without the base column, minus 1/k."""
        base = 0 if self.base is None else list(levels).index(self.base)
        kept = [i for i in range(len(levels)) if i != base]
        matrix = np.eye(len(levels))[:, kept] - 1.0 / len(levels)
        return patsy.ContrastMatrix(matrix, [f"[{levels[i]} - {levels[base]}]" for i in kept])

    def code_with_intercept(self, levels: list[object]) -> patsy.ContrastMatrix:
        """Return the full dummy coding (k, k), used where the formula has no intercept."""
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
NOTATION = (
    "Join names with +, * and :, and write random terms in brackets, such as (1 | participant)."
)
_ALLOWED = (
    *(ast.Expression, ast.Name, ast.Load, ast.Constant, ast.Call, ast.BinOp, ast.UnaryOp),
    *(ast.keyword, ast.List, ast.Tuple, ast.operator, ast.unaryop),
)
_RANDOM = re.compile(r"\(((?:[^()|]|\((?:[^()]|\([^()]*\))*\))+)(\|\|?)([^()|]*)\)")
"""``(slopes | group)``; slopes may contain nested calls."""


@dataclass(frozen=True)
class RandomTerm:
    """A random term ``(slopes | group)``; ``group`` is a column, or columns joined by ``:``."""

    slopes: str
    group: str
    independent: bool = False
    """Whether its coefficients are uncorrelated, as ``||`` writes it."""

    @property
    def group_columns(self) -> tuple[str, ...]:
        """Columns whose combinations are the groups."""
        return tuple(part.strip() for part in self.group.split(":"))

    @property
    def has_intercept(self) -> bool:
        """Whether the intercept varies over the groups."""
        return not re.search(r"(^|\+)\s*0\b|-\s*1\b", self.slopes)

    def of(self, slopes: Iterable[str], *, intercept: bool = True) -> RandomTerm:
        """Return the term with these slopes in place of its own."""
        own = tuple(slopes)
        parts = own if intercept and own else ("1" if intercept else "0", *own)
        several = len(own) + intercept > 1
        return RandomTerm(" + ".join(parts), self.group, self.independent and several)

    def __str__(self) -> str:
        return f"({self.slopes} {'||' if self.independent else '|'} {self.group})"


@dataclass(frozen=True)
class Formula:
    """A parsed formula.

    ``text`` is the formula as the researcher wrote it, even after terms have been left out; ``str(formula)``
    is the formula with the remaining terms.
    """

    text: str
    response: str
    fixed: str
    random: tuple[RandomTerm, ...] = ()

    @classmethod
    def of(cls, response: str, fixed: Iterable[str], random: Iterable[RandomTerm] = ()) -> Formula:
        """Compose a formula of its parts; an empty fixed part is an intercept."""
        formula = cls("", response, " + ".join(fixed) or "1", tuple(random))
        return replace(formula, text=str(formula))

    def with_random(self, random: Iterable[RandomTerm]) -> Formula:
        """Return the formula with these random terms in place of its own."""
        return replace(self, random=tuple(random))

    def with_response(self, response: str) -> Formula:
        """Return the formula with another response."""
        return Formula.of(response, [self.fixed], self.random)

    def __str__(self) -> str:
        return f"{self.response} ~ {' + '.join([self.fixed, *map(str, self.random)])}"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column of the data that the model uses, the response first."""
        names = [*columns_in(self.response, self.text), *self.fixed_columns]
        for term in self.random:
            names += side_columns(term.slopes, self.text)
        for term in self.random:
            names += term.group_columns
        return tuple(dict.fromkeys(names))

    @cached_property
    def fixed_columns(self) -> tuple[str, ...]:
        """Columns that the fixed part uses."""
        return side_columns(self.fixed, self.text)


def parse_formula(formula: str | Formula) -> Formula:
    """Parse a formula into response, fixed part and random terms; no data are needed.

    A formula that has been parsed is returned as it is.

    Raises
    ------
    AnalysisError
        If it has no ``~``, unbalanced parentheses, a nested ``a/b`` group, a random term in which nothing varies,
        or a call to a function that is not listed in this module.
    """
    if isinstance(formula, Formula):
        return formula
    text = formula
    if text.count("~") != 1 or not text.split("~")[0].strip():
        raise AnalysisError(
            f"The formula {text!r} needs a response, a '~' and predictors.",
            "Write for example: rating ~ group + (1 | participant) + (1 | item)",
        )
    response, right = (side.strip() for side in text.split("~"))
    fixed, random = _split_random(right, text)
    for term in random:
        if "/" in term.group:
            raise AnalysisError(
                f"The group {term.group!r} is nested by '/'.",
                "Write two terms instead: (1 | a) + (1 | a:b).",
            )
        if not term.has_intercept and not slopes_of(term):
            raise AnalysisError(
                f"In {term}, nothing varies over {term.group}.",
                f"Write (1 | {term.group}), or name a slope.",
            )
    parsed = Formula(text.strip(), response, fixed, random)
    _ = parsed.columns
    return parsed


def parse_random(text: str) -> tuple[RandomTerm, ...]:
    """Parse random terms alone, such as ``(1 | participant) + (1 | item)``; empty text has none."""
    return parse_formula(f"y ~ {text}").random if text.strip() else ()


def slopes_of(term: RandomTerm) -> tuple[str, ...]:
    """Return the slopes of a random term besides its intercept.

    >>> slopes_of(RandomTerm("1 + x + x:y", "participant"))
    ('x', 'x:y')
    >>> slopes_of(RandomTerm("x - 1", "participant"))
    ('x',)
    """
    without = re.sub(r"-\s*1\b", "", term.slopes)
    summands = (each.strip() for each in without.split("+"))
    return tuple(each for each in summands if each not in ("", "0", "1"))


@lru_cache(maxsize=512)
def parse_side(side: str) -> patsy.ModelDesc:
    """Parse one side of a formula into patsy's description of its terms."""
    return patsy.ModelDesc.from_formula(side)


def _split_random(right: str, text: str) -> tuple[str, tuple[RandomTerm, ...]]:
    """Split the right side into its fixed part and its random terms."""
    if right.count("(") != right.count(")"):
        raise AnalysisError(f"Unbalanced parentheses in {text!r}.", "Close every parenthesis.")
    random = tuple(
        RandomTerm(m[1].strip(), m[3].strip(), m[2] == "||" and m[1].strip() not in ("1", ""))
        for m in _RANDOM.finditer(right)
    )
    fixed = re.sub(r"\s*\+\s*\0|\0\s*\+\s*|\0", "", _RANDOM.sub("\0", right)).strip()
    return fixed or "1", random


def side_columns(side: str, text: str) -> tuple[str, ...]:
    """Return the columns that one side of a formula reads."""
    try:
        terms = parse_side(side).rhs_termlist
    except (patsy.PatsyError, SyntaxError) as error:
        reason = str(error).split("\n")[0]
        raise AnalysisError(f"The formula {text!r} cannot be read: {reason}.", NOTATION) from error
    found = (columns_in(factor.name(), text) for term in terms for factor in term.factors)
    return tuple(dict.fromkeys(name for names in found for name in names))


def columns_in(expression: str, text: str) -> list[str]:
    """Return the column names in an expression; anything but arithmetic and the listed functions is an error."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError as error:
        raise AnalysisError(f"Cannot read {expression!r} in {text!r}.", NOTATION) from error
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {func.id if isinstance(func, ast.Name) else "" for func in calls}
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED) or called - FUNCTIONS.keys():
            raise AnalysisError(
                f"{expression!r} in {text!r} is not allowed in a formula.",
                f"Use column names, arithmetic and: {', '.join(FUNCTIONS)}.",
            )
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return [name for name in names if name not in FUNCTIONS]
