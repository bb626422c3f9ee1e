"""Values of factors, answers and computed columns in one row, for the curves that participants follow."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log
from statistics import fmean, stdev
from typing import Any, Protocol

from analysis.errors import AnalysisError
from experiments.language.columns import (
    Call,
    Column,
    Expression,
    Import,
    Name,
    Negative,
    Number,
    Operation,
)
from experiments.language.conditions import (
    COMPARE,
    Compared,
    Condition,
    IsNot,
    IsOneOf,
    Missing,
    Test,
    Wrong,
)
from experiments.language.quantities import Duration, Share
from experiments.protocol.names import Names
from experiments.protocol.sections import Computed

Value = str | float | None
"""A level, a field or an answer; None if there is none."""


class Source(Protocol):
    """One row: what it says of names that are not computed."""

    def value(self, name: str) -> Value:
        """Return a level, a field, the number of the trial or an answer."""

    def is_wrong(self, name: str) -> bool:
        """Return whether the answer to a question is not the correct one."""

    def rows(self, names: Iterable[str]) -> Sequence[Source]:
        """Return the rows of the participant that have what is named."""

    def spread(self, name: str) -> tuple[float, float]:
        """Return the mean and SD over participants of a column that is centred or standardised."""


class Values:
    """Reads names of a study in a row, computed columns too."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.columns: Mapping[str, Computed] = names.study.columns
        self.numbers: dict[str, Mapping[str, float] | None] = {
            name: factor.numbers for name, factor in names.factors.items()
        }

    def value(self, name: str, source: Source) -> Value:
        """Return the value of a name: a number if it can be one."""
        if name in self.columns:
            return self._computed(name, source)
        value = source.value(name)
        numbers = self.numbers.get(name)
        return numbers[value] if isinstance(value, str) and numbers is not None else value

    def uncentred(self, name: str, source: Source) -> float:
        """Return the value of a computed column before it is centred or standardised."""
        of = self.columns[name].of
        if isinstance(of.value, Import):
            raise AnalysisError(
                f"'{name}' is imported ({of}), so simulated participants have no values of it.",
                "Simulate another hypothesis.",
            )
        return self._number(of.value, source)

    def holds(self, condition: Condition | None, source: Source) -> bool:
        """Return whether a row meets a condition."""
        return condition is None or all(self._holds(test, source) for test in condition.tests)

    def bases(self, name: str) -> tuple[str, ...]:
        """Return the names that a value depends on and that are not computed."""
        found: dict[str, None] = {}
        waiting = [name]
        seen = set()
        while waiting:
            each = waiting.pop(0)
            if each in seen:
                continue
            seen.add(each)
            if each in self.columns:
                waiting += self.columns[each].of.names
            else:
                found[each] = None
        return tuple(found)

    def _computed(self, name: str, source: Source) -> float:
        column = self.columns[name]
        value = self.uncentred(name, source)
        if not (column.centre or column.standard):
            return value
        mean, sd = source.spread(name)
        return (value - mean) / (sd if column.standard and sd > 0 else 1.0)

    def _number(self, node: Expression | Condition, source: Source) -> float:
        if isinstance(node, Number):
            return float(node.value)
        if isinstance(node, Name):
            return _as_number(node.address, self.value(node.address, source))
        if isinstance(node, Condition):
            return float(self.holds(node, source))
        if isinstance(node, Negative):
            return -self._number(node.of, source)
        if isinstance(node, Operation):
            return _operation(
                node, self._number(node.left, source), self._number(node.right, source)
            )
        return self._called(node, source)

    def _called(self, node: Call, source: Source) -> float:
        if node.function == "log":
            (argument,) = node.arguments
            return _log(node, self._number(argument, source))
        if not node.aggregates:
            return _AGGREGATES[node.function](
                [self._number(each, source) for each in node.arguments]
            )
        (argument,) = node.arguments
        rows = source.rows(Column(argument).names)
        rows = [each for each in rows if self.holds(node.where, each)]
        if node.function == "count":
            return float(len(rows))
        values = [self._number(argument, each) for each in rows]
        if not values:
            raise AnalysisError(
                f"No row of a simulated participant has what '{node}' needs.",
                "Simulate another mode or another hypothesis.",
            )
        return _AGGREGATES[node.function](values)

    def _holds(self, test: Test, source: Source) -> bool:
        if isinstance(test, Wrong):
            return source.is_wrong(test.name)
        value = self.value(test.name, source)
        if isinstance(test, Missing):
            return value is None
        if isinstance(test, IsOneOf):
            return _text(value) in test.levels
        if isinstance(test, IsNot):
            return value is not None and _text(value) != test.level
        return value is not None and _compares(test, value)


def _compares(test: Compared, value: str | float) -> bool:
    limit: Any = test.limit
    if isinstance(limit, Duration):
        limit = limit.seconds
    elif isinstance(limit, Share):
        limit = limit.fraction
    return COMPARE[test.sign](_as_number(test.name, value), float(limit))


def _text(value: Value) -> str | None:
    return f"{value:.15g}" if isinstance(value, (int, float)) else value


def _as_number(name: str, value: Value) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise AnalysisError(
            f"A simulated participant needs '{name}' as a number, but it is {value!r} in one of the rows.",
            "Compute a number of it under 'columns', such as 1 where it has a level: 'NAME = LEVEL'.",
        ) from None


def _operation(node: Operation, left: float, right: float) -> float:
    if node.sign == "/" and right == 0:
        raise AnalysisError(
            f"'{node}' divides by zero in a simulated row.", "Add something to the divisor."
        )
    return _OPERATIONS[node.sign](left, right)


def _log(node: Call, value: float) -> float:
    if value <= 0:
        raise AnalysisError(
            f"'{node}' is the logarithm of {value:g} in a simulated row.",
            "Add something before the logarithm: log(1 + x).",
        )
    return log(value)


_OPERATIONS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "mean": fmean,
    "sum": sum,
    "min": min,
    "max": max,
    "sd": lambda values: stdev(values) if len(values) > 1 else 0.0,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
}
