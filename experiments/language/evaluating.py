"""What an expression of names is: a number, or a column of numbers for many rows."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Generic, TypeVar

import numpy as np

from experiments.language.columns import (
    Call,
    Expression,
    Function,
    Name,
    Negative,
    Number,
    Operation,
    Sign,
)
from experiments.language.conditions import Condition

T = TypeVar("T")

OPERATIONS: Mapping[Sign, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": np.divide,
}
"""Sign -> what it computes."""
OF_ONE_ROW: Mapping[Function, Callable[[Sequence[Any]], Any]] = {
    "log": lambda values: np.log(values[0]),
    "mean": lambda values: sum(values) / len(values),
    "min": lambda values: reduce(np.minimum, values),
    "max": lambda values: reduce(np.maximum, values),
}
"""Function -> what it computes from values of the same row; missing (nan) where one of them is."""


class Evaluator(ABC, Generic[T]):
    """Evaluates expressions; a subclass says what names, tests and aggregates are.

    ``T`` is a number, or anything with a number for each row with which NumPy computes; nan is a missing number.
    """

    def evaluated(self, node: Expression | Condition) -> T:
        """Return what an expression is; of a condition whether it holds, 1 or 0."""
        if isinstance(node, Number):
            return self.number(float(node.value))
        if isinstance(node, Name):
            return self.named(node.address)
        if isinstance(node, Condition):
            return self.tested(node)
        if isinstance(node, Negative):
            return self._negated(self.evaluated(node.of))
        if isinstance(node, Operation):
            return self._operated(node, self.evaluated(node.left), self.evaluated(node.right))
        if node.aggregates:
            return self.aggregated(node)
        return self._called(node, [self.evaluated(each) for each in node.arguments])

    def _negated(self, value: Any) -> T:
        negated: T = -value
        return negated

    def _operated(self, node: Operation, left: Any, right: Any) -> T:
        if node.sign == "/" and np.any(wrong := (right == 0) & (left == left)):
            return self.undefined(node, right, wrong)
        result: T = OPERATIONS[node.sign](left, right)
        return result

    def _called(self, node: Call, values: Sequence[Any]) -> T:
        if node.function == "log" and np.any(wrong := values[0] <= 0):
            return self.undefined(node, values[0], wrong)
        result: T = OF_ONE_ROW[node.function](values)
        return result

    @abstractmethod
    def number(self, value: float) -> T:
        """Return a number that is written in the expression."""

    @abstractmethod
    def named(self, name: str) -> T:
        """Return the value of a name."""

    @abstractmethod
    def tested(self, condition: Condition) -> T:
        """Return whether a condition holds: 1 or 0."""

    @abstractmethod
    def aggregated(self, node: Call) -> T:
        """Return an aggregate over the rows of a participant."""

    @abstractmethod
    def undefined(self, node: Operation | Call, value: T, wrong: Any) -> T:
        """Return or refuse a division by zero, or the logarithm of zero or less.

        Parameters
        ----------
        value
            The divisor, or the argument of the logarithm.
        wrong
            Whether it is that, for each row.
        """
