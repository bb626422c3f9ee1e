"""Values of names in one row: levels, fields, answers and computed columns, for the curves that participants follow.

Columns are computed row by row, as the answers to an outcome depend on earlier ones.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean, stdev

from analysis.data.testing import limit_of
from analysis.errors import AnalysisError
from experiments.language.columns import Call, Column, Import, Operation
from experiments.language.conditions import (
    COMPARE,
    Condition,
    IsNot,
    IsOneOf,
    Missing,
    Test,
    Wrong,
)
from experiments.language.evaluating import Evaluator
from experiments.protocol.names import Names

Value = str | float | None
"""A level, a field or an answer; None if there is none."""

_AGGREGATES: Mapping[str, Callable[[Sequence[float]], float]] = {
    "mean": fmean,
    "sum": sum,
    "min": min,
    "max": max,
    "sd": lambda values: stdev(values) if len(values) > 1 else 0.0,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
}


class NotOfTheDesignError(LookupError):
    """A value that the conditions do not decide."""


class Row(Evaluator[float]):
    """One row. What a screen of a participant says beyond the design is in ``analysis.simulate.screen_rows``."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def value(self, name: str) -> Value:
        """Return the value of a name: a number if it can be one."""
        if name in self.names.study.columns:
            return self._column(name)
        value = self.known(name)
        factor = self.names.factors.get(name)
        numbers = None if factor is None else factor.numbers
        return numbers[value] if isinstance(value, str) and numbers is not None else value

    def holds(self, condition: Condition | None) -> bool:
        """Return whether the row meets a condition."""
        return condition is None or all(map(self._holds, condition.tests))

    @abstractmethod
    def known(self, name: str) -> Value:
        """Return what is not computed: a level, a field, the number of the trial or an answer."""

    def is_wrong(self, name: str) -> bool:
        """Return whether the answer to a question is not the correct one."""
        raise NotOfTheDesignError(name)

    def rows(self, names: Iterable[str]) -> Sequence[Row]:
        """Return the rows that several names have together."""
        raise NotOfTheDesignError(", ".join(names))

    def spread(self, name: str) -> tuple[float, float]:
        """Return the mean and SD over participants of a column that is centred or standardised."""
        raise NotOfTheDesignError(name)

    def uncentred(self, name: str) -> float:
        """Return the value of a computed column before it is centred or standardised."""
        of = self.names.study.columns[name].of
        if isinstance(of.value, Import):
            raise AnalysisError(
                f"'{name}' is imported ({of}), so simulated participants have no values of it.",
                "Simulate another hypothesis.",
            )
        return self.evaluated(of.value)

    def _column(self, name: str) -> float:
        column = self.names.study.columns[name]
        value = self.uncentred(name)
        if not (column.centre or column.standard):
            return value
        mean, sd = self.spread(name)
        return (value - mean) / (sd if column.standard and sd > 0 else 1.0)

    def _holds(self, test: Test) -> bool:
        if isinstance(test, Wrong):
            return self.is_wrong(test.name)
        value = self.value(test.name)
        if isinstance(test, Missing):
            return value is None
        written = f"{value:.15g}" if isinstance(value, (int, float)) else value
        if isinstance(test, (IsOneOf, IsNot)) and _is_yes_or_no(test):
            written = {"1": "yes", "0": "no"}.get(str(written), written)
        if isinstance(test, IsOneOf):
            return written in test.levels
        if value is None:
            return False
        if isinstance(test, IsNot):
            return written != test.level
        return COMPARE[test.sign](_as_number(test.name, value), limit_of(test))

    def number(self, value: float) -> float:
        """Return the number itself."""
        return value

    def named(self, name: str) -> float:
        """Return the value of a name as a number."""
        return _as_number(name, self.value(name))

    def tested(self, condition: Condition) -> float:
        """Return 1 if the row meets a condition, else 0."""
        return float(self.holds(condition))

    def aggregated(self, node: Call) -> float:
        """Return an aggregate over the rows that have what it is of."""
        argument = node.arguments[0]
        rows = [row for row in self.rows(Column(argument).row_names) if row.holds(node.where)]
        if node.function == "count":
            if isinstance(argument, Condition):
                rows = [row for row in rows if row.holds(argument)]
            return float(len(rows))
        if not rows:
            raise AnalysisError(
                f"No row of a simulated participant has what '{node}' needs.",
                "Simulate another mode or another hypothesis.",
            )
        values = [row.evaluated(argument) for row in rows]
        for other in node.arguments[1:]:
            more = self.rows(Column(other).row_names)
            values += [row.evaluated(other) for row in more if row.holds(node.where)]
        return _AGGREGATES[node.function](values)

    def undefined(self, node: Operation | Call, value: float, wrong: bool) -> float:
        """Refuse it."""
        if isinstance(node, Operation):
            raise AnalysisError(
                f"'{node}' divides by zero in a simulated row.", "Add something to the divisor."
            )
        raise AnalysisError(
            f"'{node}' is the logarithm of {value:g} in a simulated row.",
            "Add something before the logarithm: log(1 + x).",
        )


def _is_yes_or_no(test: IsOneOf | IsNot) -> bool:
    """Return whether a test is of whether something is so, which is 1 or 0 in data (``x.correct = yes``)."""
    levels = test.levels if isinstance(test, IsOneOf) else (test.level,)
    return test.name.endswith(".correct") and set(levels) <= {"yes", "no"}


def _as_number(name: str, value: Value) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise AnalysisError(
            f"A simulated participant needs '{name}' as a number, but it is {value!r} in one of the rows.",
            "Compute a number of it under 'columns', such as 1 where it has a level: 'NAME = LEVEL'.",
        ) from None


def bases(names: Names, name: str) -> tuple[str, ...]:
    """Return the names that a value depends on and that are not computed."""
    columns = names.study.columns
    found = [name]
    for each in found:
        if each in columns:
            found += [one for one in columns[each].of.names if one not in found]
    return tuple(each for each in found if each not in columns)


class Cell(Row):
    """What one condition decides: the levels of the factors, the mode."""

    def __init__(self, names: Names, levels: Mapping[str, Value]) -> None:
        super().__init__(names)
        self.levels = levels

    def known(self, name: str) -> Value:
        """Return a level.

        Raises
        ------
        NotOfTheDesignError
            If the condition does not decide it.
        """
        if name not in self.levels:
            raise NotOfTheDesignError(name)
        return self.levels[name]
