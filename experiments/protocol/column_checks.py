"""Checks of computed columns: names, tests that can hold, words in arithmetic, and divisions by zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from experiments.files.faults import Findings, nearest
from experiments.language.columns import (
    Call,
    Column,
    Expression,
    Import,
    Name,
    Negative,
    Operation,
)
from experiments.language.conditions import Compared, Condition, IsNot, IsOneOf
from experiments.protocol.loops import holds
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.plan_checks import unknown_name
from experiments.protocol.sections import Computed
from experiments.protocol.signals import MEASURES, SOURCE, measure_of
from experiments.protocol.tested import Tested, Wronged


def faults_of_columns(opened: OpenedStudy) -> Findings:
    """Yield the faults of all columns."""
    tested, circular = Tested(opened), _circular(opened.study.columns)
    for name in circular:
        found = f"'{name}' is computed from itself"
        yield ("columns", name), found, "Remove one of the steps of the circle."
    for name, column in opened.study.columns.items():
        if isinstance(column.of.value, Import):
            for found, remedy in _of_import(opened, column.of.value):
                yield ("columns", name), found, remedy
            continue
        wrong = [unknown_name(opened, used) for used in column.of.names]
        faults = [each for each in wrong if each is not None]
        if not faults and not circular:
            faults = [*_of_tests(column.of, tested), *in_words(name, column, tested)]
        if not faults and not circular:
            faults = [*_undefined(column.of.value, tested), *_never_whole(opened, name)]
        for found, remedy in dict.fromkeys(faults):
            yield ("columns", name), found, remedy


def _of_import(opened: OpenedStudy, value: Import) -> Iterator[Wronged]:
    if not measure_of(value.source):
        known = [f"{SOURCE}.{each}" for each in MEASURES]
        yield f"found '{value.source}'", nearest(value.source, known)
    if not opened.names.periods:
        found = "signals are imported, and no step has a period"
        yield found, "Name the time for which they are needed at a step: period: rest."


def _circular(columns: Mapping[str, Computed]) -> list[str]:
    """Return the columns that are computed from themselves."""

    def reaches(start: str, name: str, seen: frozenset[str]) -> bool:
        for used in columns[name].of.names:
            if used == start:
                return True
            if used in columns and used not in seen and reaches(start, used, seen | {used}):
                return True
        return False

    return [name for name in columns if reaches(name, name, frozenset())]


def _of_tests(column: Column, tested: Tested) -> Iterator[Wronged]:
    for node in _nodes(column.value):
        for condition in (node, getattr(node, "where", None)):
            if isinstance(condition, Condition):
                yield from _of_condition(condition, tested)
    if column.where is not None:
        yield from _of_condition(column.where, tested)


def _of_condition(condition: Condition, tested: Tested) -> Iterator[Wronged]:
    for test in condition.tests:
        yield from tested.faults(test, tested.known(test.name))


def in_words(name: str, column: Computed, tested: Tested, alone: bool = True) -> Iterator[Wronged]:
    """Yield the names in words that a column computes with.

    Parameters
    ----------
    alone
        Whether the column may be in words itself, as one that is another name for a choice.
    """
    if isinstance(column.of.value, Import):
        return
    alone = alone and not (column.centre or column.standard)
    for used in _numbers_in(column.of.value, alone):
        known = tested.known(used)
        if known.words:
            remedy = f"Write a test: {used} = {known.words}."
            if known.free:
                remedy = "Name a question that is answered with a number."
            yield f"'{name}' computes with '{used}', which is in words", remedy


def _undefined(value: Expression | Condition | Import, tested: Tested) -> Iterator[Wronged]:
    """Yield what divides by nothing but zero, and logarithms of zero or less only."""
    for node in _nodes(value):
        if isinstance(node, Operation) and node.sign == "/":
            below = tested.numbers(node.right)
            if below and all(each.low == each.high == 0 for each in below):
                yield f"'{node}' divides by zero", "Divide by another number."
        elif isinstance(node, Call) and node.function == "log":
            (of,) = node.arguments
            known = tested.numbers(of)
            if known and all(each.high <= 0 for each in known):
                found = f"'{node}' is the logarithm of zero or less"
                yield found, "Take the logarithm of a number above zero."


def _never_whole(opened: OpenedStudy, name: str) -> Iterator[Wronged]:
    """Yield the factors of which a column needs several levels, where every participant has one."""
    lacking = [_without_level(opened, name, mode) for mode in opened.study.modes]
    for factor in lacking[0] if all(lacking) else ():
        found = (
            f"'{name}' needs answers at several levels of '{factor}', of which every participant has one only, "
            "so that it is missing for everybody"
        )
        yield found, f"Compare the levels in an analysis: a formula with '{factor}'."


def _without_level(opened: OpenedStudy, name: str, mode: str) -> list[str]:
    """Return the factors between participants at no level of which all that a column names can be there."""
    names = opened.names
    met = {
        factor.name: set(factor.levels)
        for factor in names.factors.values()
        if factor.levels and factor.varies_in(names.study, mode) != "within"
    }
    factors, waiting, seen = list(met), [name], {name}
    while waiting:
        column = names.study.columns[waiting.pop()].of
        calls = [each for each in _parts(column.value) if isinstance(each, Call)]
        for where in (column.where, *(each.where for each in calls)):
            for test in where.tests if where is not None else ():
                if test.name in met and isinstance(test, (IsOneOf, IsNot, Compared)):
                    met[test.name] = {each for each in met[test.name] if holds(test, each)}
        inside = {each.address for each in _parts(column.value) if isinstance(each, Name)}
        waiting += sorted(inside.intersection(names.study.columns) - seen)
        seen |= inside
    return [each for each in factors if not met[each]]


def _parts(node: Expression | Condition | Import) -> Iterator[Expression | Condition | Import]:
    """Yield the parts of an expression without any of which it is missing; a count is never missing."""
    if isinstance(node, Call) and node.function == "count":
        return
    yield node
    for each in _inside(node):
        yield from _parts(each)


def _nodes(node: Expression | Condition | Import) -> Iterator[Expression | Condition | Import]:
    """Yield an expression and all expressions and tests inside it."""
    yield node
    for each in _inside(node):
        yield from _nodes(each)


def _inside(node: Expression | Condition | Import) -> Sequence[Expression | Condition]:
    if isinstance(node, Negative):
        return (node.of,)
    if isinstance(node, Operation):
        return (node.left, node.right)
    return node.arguments if isinstance(node, Call) else ()


def _numbers_in(node: Expression | Condition, alone: bool) -> Iterator[str]:
    """Yield the names that an expression computes with, which tests and counts are not.

    Parameters
    ----------
    alone
        Whether nothing is computed with the expression, so that it may be in words.
    """
    if isinstance(node, Name) and not alone:
        yield node.address
    elif isinstance(node, Negative):
        yield from _numbers_in(node.of, alone=False)
    elif isinstance(node, Operation):
        yield from _numbers_in(node.left, alone=False)
        yield from _numbers_in(node.right, alone=False)
    elif isinstance(node, Call) and node.function != "count":
        alone = alone and node.function in ("first", "last")
        for argument in node.arguments:
            yield from _numbers_in(argument, alone)
