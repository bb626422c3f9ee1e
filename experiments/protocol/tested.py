"""Whether the tests of a condition can hold: of the flow, of exclusions and of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from experiments.answer_range import SECONDS, YES_NO, Range
from experiments.language.columns import Call, Expression, Import, Name, Negative, Operation
from experiments.language.conditions import Compared, Condition, IsNot, IsOneOf, Missing, Wrong
from experiments.language.exclusions import Test, TooOften
from experiments.language.quantities import Duration, Share, without_unit
from experiments.protocol.loops import entries_of, holds
from experiments.protocol.measures import Measure
from experiments.protocol.names import AddressError
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import loops, steps_of
from experiments.protocol.planned_contrast import level_instead
from experiments.protocol.ranges import Ranges
from experiments.questions.text import Text
from experiments.screen import RESULTS

_YES_NO = {"yes": "1", "no": "0"}

Wronged = tuple[str, str]
"""What was found, and the remedy."""


@dataclass(frozen=True)
class Known:
    """What a name can be, as far as the study says."""

    levels: Sequence[str] | None = None
    """Its levels or answers; None if they cannot be listed."""
    ranges: tuple[Range, ...] = ()
    """The numbers that it can be, in each mode; none if it is no number, or its range is not known."""
    free: bool = False
    """Whether it is answered in the participant's own words."""
    time: bool = False
    """Whether it is a time, which is compared with a unit."""
    correct: bool = False
    """Whether it is a question with a correct answer."""
    always: bool = False
    """Whether it is never missing."""
    local: bool = False
    """Whether its answers stay on the device, so that only whether there is one can be tested."""

    @property
    def words(self) -> str:
        """One of its levels that is no number, or how it is answered; '' if it can be a number."""
        if self.free:
            return "free text"
        return next((level for level in self.levels or () if not is_number(level)), "")


class Tested:
    """The names of a study, as conditions test them."""

    def __init__(self, opened: OpenedStudy) -> None:
        self.opened = opened
        self.names = opened.names
        self._ranges = [Ranges(opened, mode) for mode in opened.study.modes]

    def known(self, name: str) -> Known:
        """Return what a name can be anywhere in the study."""
        names = self.names
        if name in names.study.columns and names.levels(name) is None:
            column = Name(name)
            return Known(ranges=self.numbers(column), time=self.is_time(column))
        levels = names.levels(name)
        if levels is not None:
            varies = names.factors[name].varies if name in names.factors else "between"
            return Known(levels or None, always=varies not in ("answered", "sealed"))
        if name == "duration":
            return Known(ranges=(SECONDS,), time=True)
        if name in ("item", "period", "step"):
            return Known(self._of_rows(name), always=name != "period")
        if measures := names.fitting(name):
            return self.of_measures(measures)
        return Known(self._cells(name))

    def of_measures(self, measures: Sequence[Measure]) -> Known:
        """Return what the answers to a question can be, which may be asked in several steps."""
        found = [levels_of(measure) for measure in measures]
        listed = [level for levels in found for level in levels or ()]
        ranges = [each.of_measure(measure) for each in self._ranges for measure in measures]
        return Known(
            list(dict.fromkeys(listed)) if all(levels is not None for levels in found) else None,
            tuple(each for each in ranges if each) if all(ranges) else (),
            free=all(isinstance(each.asked, Text) and not each.part for each in measures),
            time=bool(ranges) and all(each == SECONDS for each in ranges),
            correct=any(getattr(each.asked, "correct", None) is not None for each in measures),
            local=any(
                each.asked is not None and each.asked.local and each.part != "time"
                for each in measures
            ),
        )

    def is_time(self, node: object, seen: frozenset[str] = frozenset()) -> bool:
        """Return whether an expression of a column is a time: one, or a sum, difference or mean of some."""
        if isinstance(node, Name):
            columns = self.names.study.columns
            if node.address in columns:
                inside = columns[node.address].of.value
                return node.address not in seen and self.is_time(inside, seen | {node.address})
            return self.known(node.address).time
        if isinstance(node, Negative):
            return self.is_time(node.of, seen)
        if isinstance(node, Operation):
            both = (node.left, node.right)
            return node.sign in "+-" and all(self.is_time(each, seen) for each in both)
        if isinstance(node, Call):
            times = all(self.is_time(each, seen) for each in node.arguments)
            return times and node.function not in ("log", "count")
        return False

    def numbers(self, node: Expression | Condition) -> tuple[Range, ...]:
        """Return the range of an expression in each mode; none if it is not known."""
        try:
            found = [each.of_expression(node) for each in self._ranges]
        except (AddressError, RecursionError):
            return ()  # A fault of its own.
        return tuple(each for each in found if each) if all(found) else ()

    def _of_rows(self, name: str) -> Sequence[str] | None:
        study = self.names.study
        if name == "item":
            every = loops(study)
            if any(map(self.names.is_unwritten, every)):
                return None
            return sorted({entry.item for each in every for entry in entries_of(self.names, each)})
        of = "period" if name == "period" else "address"
        return sorted({getattr(step, of) or "" for _, step in steps_of(study)} - {""})

    def _cells(self, name: str) -> Sequence[str] | None:
        cells = {cell for items in self.names.items.values() for cell in items.fields.get(name, ())}
        return sorted(cells) or None

    def faults(self, test: Test, known: Known) -> Iterator[Wronged]:
        """Yield why a test cannot hold for what its name can be: what was found, and the remedy."""
        name = test.name
        if known.local and not _is_of_missing(test):
            yield (
                f"the answer to '{name}' stays on the device",
                f"Test only whether there is one: {name} missing.",
            )
            return
        if isinstance(test, Wrong) or (isinstance(test, TooOften) and test.what == "wrong"):
            if not known.correct:
                yield f"'{name}' has no correct answer", "Add 'correct:' to the question."
        elif isinstance(test, (IsOneOf, IsNot)):
            for level in test.levels if isinstance(test, IsOneOf) else (test.level,):
                if wrong := self._level(name, level, known):
                    yield wrong
        elif isinstance(test, Compared):
            if wrong := self._compared(test, known):
                yield wrong
        elif isinstance(test, (Missing, TooOften)):
            if known.always:
                yield f"'{name}' is never missing", "Name a question, or a column of answers."
        elif known.words:
            yield _in_words(name, known)
        if isinstance(test, TooOften) and test.limit.percent >= 100:
            yield f"'{test}' never holds", f"Write a smaller percentage: {name} {test.what} > 25 %."

    def _level(self, name: str, level: str, known: Known) -> Wronged | None:
        if known.levels is not None:
            if level in known.levels:
                return None
            return f"'{name}' has no level '{level}'", level_instead(
                self.names, name, level, known.levels
            )
        if not known.ranges or (set(known.ranges) == {YES_NO} and level in _YES_NO):
            return None
        low, high = _ends(known.ranges)
        if not is_number(level):
            found = f"'{name}' is a number, and '{level}' is none"
            return found, f"Compare it with a number: {name} > {_number(low)}."
        if not low <= float(level) <= high:
            return f"'{name}' is never {level}: {_said(name, low, high)}", _between(low, high)
        if not any(_can_be(each, float(level)) for each in known.ranges):
            step = min(each.step for each in known.ranges)
            said = f"{_said(name, low, high)} in steps of {_number(step)}"
            remedy = f"Write a number that can be answered, or compare: {name} > {level}."
            return f"'{name}' is never {level}: {said}", remedy
        return None

    def _compared(self, test: Compared, known: Known) -> Wronged | None:
        name, limit = test.name, test.limit
        if known.words:
            return _in_words(name, known)
        if known.time and isinstance(limit, Decimal):
            return without_unit(limit)
        if isinstance(limit, Duration):
            if limit.seconds is None:
                found = f"'{test}' compares with frames, whose length depends on the screen"
                return found, "Write it in ms or s."
            if not known.time and (
                known.levels is not None or known.ranges or self._is_computed(name)
            ):
                return f"'{name}' is no time", self._instead_of_a_time(test)
        if known.levels:
            held = [holds(test, level) for level in known.levels]
            if len(set(held)) == 1 and (not held[0] or len(held) > 1):
                often = "always" if held[0] else "never"
                return f"'{test}' {often} holds", f"'{name}' is {', '.join(known.levels)}."
        if not known.ranges:
            return None
        low, high = _ends(known.ranges)
        number = float(limit.fraction) if isinstance(limit, Share) else float(_seconds_of(limit))
        never = {"<": number <= low, "<=": number < low, ">": number >= high, ">=": number > high}
        if never[test.sign]:
            return f"'{test}' never holds: {_said(name, low, high)}", _between(low, high)
        always = {"<": number > high, "<=": number >= high, ">": number < low, ">=": number <= low}
        if always[test.sign]:
            found = f"'{test}' always holds: {_said(name, low, high)}"
            inside = low <= number <= high
            return found, "Leave it out, or compare with another number." if inside else _between(
                low, high
            )
        return None

    def _is_computed(self, name: str) -> bool:
        """Return whether a name is a column that the study computes, of nothing that is imported."""
        columns = self.names.study.columns
        if name not in columns or isinstance(columns[name].of.value, Import):
            return False
        return all(self._is_computed(each) for each in columns[name].of.names if each in columns)

    def _instead_of_a_time(self, test: Compared) -> str:
        column = self.names.study.columns.get(test.name)
        of = column.of.value if column is not None else None
        if isinstance(of, Call) and of.function == "log" and self.is_time(of.arguments[0]):
            return f"Test the time itself: {of.arguments[0]} {test.sign} {test.limit}."
        return f"Write a number without a unit: {test.name} {test.sign} 5."


def _is_of_missing(test: Test) -> bool:
    return isinstance(test, Missing) or (isinstance(test, TooOften) and test.what == "missing")


def levels_of(measure: Measure) -> list[str] | None:
    """Return the answers to a question, or what else a part of it can be; None if they cannot be listed."""
    if measure.part == "result":
        return list(RESULTS)
    options: Mapping[str, object] = {} if measure.part else getattr(measure.asked, "options", {})
    return list(options) or None


def is_number(text: str) -> bool:
    """Return whether a level or answer is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _in_words(name: str, known: Known) -> Wronged:
    found = f"'{name}' is in words, which are not larger or smaller than each other"
    if known.free:
        return found, "Name a question that is answered with a number."
    return found, f"Compare it with '=' or '!=': {name} = {known.words}."


def _ends(ranges: Sequence[Range]) -> tuple[float, float]:
    return min(each.low for each in ranges), max(each.high for each in ranges)


def _can_be(within: Range, number: float) -> bool:
    """Return whether a number is one of the steps of a range."""
    if not within.low <= number <= within.high:
        return False
    steps = (number - within.low) / within.step if within.step else 0.0
    return abs(steps - round(steps)) < 1e-6


def _said(name: str, low: float, high: float) -> str:
    if high == float("inf"):
        return f"'{name}' is {_number(low)} or more"
    return f"'{name}' goes from {_number(low)} to {_number(high)}"


def _between(low: float, high: float) -> str:
    if high == float("inf"):
        return f"Compare it with more than {_number(low)}."
    return f"Compare it with a number from {_number(low)} to {_number(high)}."


def _number(value: float) -> str:
    return f"{value:.10g}"


def _seconds_of(limit: Decimal | Duration) -> Decimal:
    return limit if isinstance(limit, Decimal) else limit.seconds or Decimal(0)
