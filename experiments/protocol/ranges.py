"""The ranges of a study's measures and columns: which numbers they can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from math import gcd, inf, lcm, log, sqrt

from experiments.answer_range import YES_NO, Range
from experiments.language.by import By
from experiments.language.columns import (
    Call,
    Expression,
    Import,
    Name,
    Negative,
    Number,
    Operation,
)
from experiments.language.conditions import Condition
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.screen_steps import Step
from experiments.protocol.steps import MinimalGroupStep, ScaleStep
from experiments.protocol.study_file import all_steps

DOTS = Range(0.0, 1000.0, 1.0, "dots")
"""The estimates of the minimal-group procedure that can be entered."""


class Ranges:
    """The ranges of a study's measures and columns in one mode.

    Parameters
    ----------
    opened
        The study.
    mode
        Name of the mode, on which amounts of money depend.
    """

    def __init__(self, opened: OpenedStudy, mode: str) -> None:
        self.opened = opened
        self.mode = mode
        self.stakes = opened.study.stakes_in(mode)

    def of(self, name: str) -> Range | None:
        """Return the range of a measure, column, factor or field of the items.

        Returns
        -------
        Range or None
            None if its values are no numbers, or their range does not follow from the study.

        Raises
        ------
        AddressError
            If the study has nothing of this name, or several measures fit it.
        """
        names = self.opened.names
        if name in names.study.columns:
            column = names.study.columns[name]
            if column.centre or column.standard or isinstance(column.of.value, Import):
                return None
            return self.of_expression(column.of.value)
        if name in names.factors:
            numbers = names.factors[name].numbers
            return _hull(numbers.values()) if numbers else None
        if names.levels(name) is not None:
            return None
        try:
            return self.of_measure(names.measure(name))
        except AddressError:
            if not (cells := list(self._cells(name))):
                raise
            return _of_cells(cells)

    def of_measure(self, measure: Measure) -> Range | None:
        """Return the range of a measure, as ``of`` does."""
        if measure.asked is not None:
            return measure.asked.range(measure.part, self.stakes)
        step = self._step(measure)
        if isinstance(step, ScaleStep):
            scale = self.opened.scales.get(step.scale)
            if scale is None:
                return None  # A fault of its own.
            scores = self.opened.names.instruments[step.scale].scores
            if measure.question in scores or (not measure.question and not scores):
                return scale.range(measure.question)
            if not measure.question:
                # The instrument itself is its total, if it has several scores.
                return scale.range("total") if "total" in scores else None
            return Range(scale.response.low, scale.response.high, 1.0, "points")
        if isinstance(step, MinimalGroupStep):
            kind: object = step.minimal_group
            if isinstance(kind, By):
                kind = kind.at({"mode": self.mode}) if kind.by == ("mode",) else None
            return DOTS if kind == "dots" else None
        return None

    def _step(self, measure: Measure) -> Step | None:
        return next(
            (step for key, step in all_steps(self.opened.study) if key == measure.key), None
        )

    def _cells(self, field: str) -> Iterator[str]:
        """Yield the values of a field of the items, in all loops."""
        for items in self.opened.items.values():
            yield from items.fields.get(field, ())

    def of_expression(self, node: Expression | Condition) -> Range | None:
        """Return the range of an expression of a column, as ``of`` does."""
        if isinstance(node, Condition):
            return YES_NO
        if isinstance(node, Number):
            return Range(float(node.value), float(node.value), 0.0, "")
        if isinstance(node, Name):
            return self.of(node.address)
        if isinstance(node, Negative):
            of = self.of_expression(node.of)
            return None if of is None else _plain(of, -of.high, -of.low, of.step)
        if isinstance(node, Operation):
            left, right = self.of_expression(node.left), self.of_expression(node.right)
            if left is None or right is None:
                return None
            constant = isinstance(node.right, Number) or isinstance(node.left, Number)
            return _operation(left, node.sign, right, constant)
        return self._called(node)

    def _called(self, node: Call) -> Range | None:
        found = [self.of_expression(argument) for argument in node.arguments]
        ranges = [each for each in found if each is not None]
        if len(ranges) < len(found):
            return None
        if node.function == "log":
            low, high = ranges[0].low, ranges[0].high
            return Range(log(low), log(high), 0.0, "") if low > 0 else None
        if node.aggregates:
            return _aggregated(node.function, _hull_of(ranges))
        lows, highs = [each.low for each in ranges], [each.high for each in ranges]
        step = _common_step([each.step for each in ranges])
        whole = _joined(ranges)
        if node.function == "mean":
            number = len(ranges)
            return _plain(whole, sum(lows) / number, sum(highs) / number, step / number)
        pick = min if node.function == "min" else max
        return replace(whole, low=pick(lows), high=pick(highs), step=step)


def _hull(numbers: Iterable[float]) -> Range:
    listed = sorted(set(numbers))
    gaps = [after - before for before, after in pairwise(listed)]
    return Range(listed[0], listed[-1], _common_step(gaps), "")


def _of_cells(cells: Sequence[str]) -> Range | None:
    try:
        return _hull([float(cell) for cell in cells])
    except ValueError:
        return None


def _plain(like: Range, low: float, high: float, step: float) -> Range:
    """Return a range in the same unit, which is no longer what was divided."""
    return replace(like, low=low, high=high, step=step, divides=False)


def _joined(ranges: Sequence[Range]) -> Range:
    """Return a range with the unit of all, if they have the same."""
    first = ranges[0]
    if all((each.unit, each.prefix) == (first.unit, first.prefix) for each in ranges):
        return replace(first, divides=all(each.divides for each in ranges))
    return replace(first, unit="", prefix="", divides=False)


def _operation(left: Range, sign: str, right: Range, constant: bool) -> Range | None:
    if sign in "+-":
        if sign == "-":
            right = replace(right, low=-right.high, high=-right.low)
        one = left if constant and left.unit else right if constant else _joined([left, right])
        step = max(left.step, right.step) if constant else _common_step([left.step, right.step])
        return _plain(one, left.low + right.low, left.high + right.high, step)
    if sign == "/":
        if right.low <= 0 <= right.high:
            return None
        inverse = sorted((1 / right.low, 1 / right.high))
        right = Range(inverse[0], inverse[1], 0.0, "")
    if inf in (left.high, right.high) and not constant:
        return None
    corners = [a * b for a, b in product((left.low, left.high), (right.low, right.high))]
    if not constant:
        return Range(min(corners), max(corners), 0.0, "")
    varied, times = (right, left.low) if left.low == left.high else (left, right.low)
    return _plain(varied, min(corners), max(corners), varied.step * abs(times))


def _hull_of(ranges: Sequence[Range]) -> Range:
    """Return the range of all values of several measures together."""
    first = ranges[0]
    if len(ranges) == 1:
        return first
    low, high = min(each.low for each in ranges), max(each.high for each in ranges)
    return _plain(first, low, high, _common_step([each.step for each in ranges]))


def _aggregated(function: str, of: Range) -> Range | None:
    """Return the range of one value for each participant of a number of rows that is not known."""
    if function in ("first", "last", "min", "max"):
        return of
    if function == "mean":
        return _plain(of, of.low, of.high, 0.0)
    if function == "sd" and of.high < inf:
        # Two rows, one at each end, have the greatest standard deviation.
        return _plain(of, 0.0, (of.high - of.low) / sqrt(2), 0.0)
    return None


def _common_step(steps: Sequence[float]) -> float:
    """Return the largest step of which all are multiples; 0 if one of them is 0."""
    if not steps or 0 in steps:
        return 0.0
    parts = [Fraction(step).limit_denominator(10**6) for step in steps]
    below = lcm(*(part.denominator for part in parts))
    return gcd(*(int(part * below) for part in parts)) / below
