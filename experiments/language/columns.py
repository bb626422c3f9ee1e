"""Computed columns: ``distress_after - distress_before``, ``mean(rt where place = other)``, ``request = asked or sure``.

A column has the rows of what it names. An aggregate, which is a function of one argument other than ``log``, is one
value for each participant; so is ``sd(a, b)``, the standard deviation of all values of several measures together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from experiments.files.faults import nearest
from experiments.language import conditions
from experiments.language.conditions import Condition, read_condition, starts_condition
from experiments.language.phrases import Phrase, PhraseError, distinct, written

Sign = Literal["+", "-", "*", "/"]
Function = Literal["log", "mean", "sum", "min", "max", "sd", "count", "first", "last"]
FUNCTIONS: tuple[Function, ...] = get_args(Function)
OF_A_ROW: tuple[Function, ...] = ("mean", "min", "max")
"""Functions that take several arguments, which are values of one row; ``sd`` takes several too, all values together."""

MAX_DEPTH = 40
"""Greatest number of brackets inside each other."""

_OTHER_NAMES = {
    **dict.fromkeys(("average", "avg"), "mean"),
    **dict.fromkeys(("std", "stdev", "stddev"), "sd"),
    **dict.fromkeys(("n", "length", "len"), "count"),
    **dict.fromkeys(("minimum", "lowest"), "min"),
    **dict.fromkeys(("maximum", "highest"), "max"),
    "ln": "log",
    "total": "sum",
}
REMEDIES = {
    **conditions.REMEDIES,
    **dict.fromkeys(
        ("=", "!=", "<", ">", "<=", ">=", "wrong", "missing"),
        "Only a name can be tested: compute the rest in a column of its own, and test that.",
    ),
    **dict.fromkeys("()", "Leave out the bracket."),
    **dict.fromkeys(("if", "when", "for"), "Write 'where'."),
    ",": "Only mean, min, max and sd have several arguments: mean(a, b).",
    "%": "Write a part of 1: 0.1 for 10 %.",
}


@dataclass(frozen=True)
class Number:
    """A number as it is written."""

    value: Decimal

    def __str__(self) -> str:
        return written(self.value)


@dataclass(frozen=True)
class Name:
    """A measure, a factor, a field or another column."""

    address: str

    def __str__(self) -> str:
        return self.address


@dataclass(frozen=True)
class Negative:
    """``-x``."""

    of: Expression

    def __str__(self) -> str:
        return f"-{_bracketed(self.of, 3)}"


@dataclass(frozen=True)
class Operation:
    """``x + y``, ``x - y``, ``x * y`` or ``x / y``."""

    left: Expression
    sign: Sign
    right: Expression

    def __str__(self) -> str:
        binds = _binds(self)
        return f"{_bracketed(self.left, binds)} {self.sign} {_bracketed(self.right, binds + 1)}"


@dataclass(frozen=True)
class Call:
    """A function of one or several arguments; an aggregate may have a condition, which picks its rows."""

    function: Function
    arguments: tuple[Expression | Condition, ...]
    where: Condition | None = None

    @property
    def aggregates(self) -> bool:
        """Whether it is one value for each participant."""
        return self.function == "sd" or (self.function != "log" and len(self.arguments) == 1)

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))}{_where(self.where)})"


@dataclass(frozen=True)
class Import:
    """``import physiology.lnhf``: values from another device."""

    source: str

    def __str__(self) -> str:
        return f"import {self.source}"


Expression = Number | Name | Negative | Operation | Call


@dataclass(frozen=True)
class Column:
    """What is computed, and the condition on the rows that the column has."""

    value: Expression | Condition | Import
    where: Condition | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All names, those in conditions included, each once."""
        inside = self.where.names if self.where else ()
        return distinct([*_names(self.value, inside_aggregates=True), *inside])

    @property
    def row_names(self) -> tuple[str, ...]:
        """The names outside of aggregates and of ``where``: their rows are the rows of the column."""
        return distinct(list(_names(self.value, inside_aggregates=False)))

    @property
    def aggregates(self) -> bool:
        """Whether the column is one value for each participant, since all its names are in aggregates."""
        return not isinstance(self.value, Import) and not self.row_names

    def __str__(self) -> str:
        return f"{self.value}{_where(self.where)}"


def parse_column(text: str) -> Column:
    """Read what a column computes.

    >>> column = parse_column("rt - mean(rt where place = same)")
    >>> column.row_names, column.names, column.aggregates
    (('rt',), ('rt', 'place'), False)

    Raises
    ------
    PhraseError
        If it cannot be read, or names nothing.
    """
    phrase = Phrase(text, REMEDIES)
    if phrase.accept("import"):
        source = phrase.name("Write what is imported: import physiology.lnhf.")
        phrase.finish("Write the import in a column of its own.")
        return Column(Import(source))
    value = _value(phrase, 0)
    where = read_condition(phrase) if phrase.accept("where") else None
    phrase.finish("Write '+', '-', '*' or '/' between two names.")
    if not list(_names(value, inside_aggregates=True)):
        raise PhraseError(f"found '{value}'", "Write the name of a measure or another column.")
    column = Column(value, where)
    if where and column.aggregates:
        inside = "Write 'where' inside the brackets of the aggregate."
        if isinstance(value, Call) and not value.where:
            inside = (
                f"Write it inside the brackets: {Call(value.function, value.arguments, where)}."
            )
        raise PhraseError("found 'where' after an aggregate", inside, text.rfind("where"))
    return column


def _value(phrase: Phrase, depth: int) -> Expression | Condition:
    return read_condition(phrase) if starts_condition(phrase) else _sum(phrase, depth)


def _sum(phrase: Phrase, depth: int) -> Expression:
    result = _product(phrase, depth)
    while sign := phrase.accept("+", "-"):
        right = _product(phrase, depth)
        result = Operation(result, "+" if sign.text == "+" else "-", right)
    return result


def _product(phrase: Phrase, depth: int) -> Expression:
    result = _factor(phrase, depth)
    while sign := phrase.accept("*", "/"):
        right = _factor(phrase, depth)
        result = Operation(result, "*" if sign.text == "*" else "/", right)
    return result


def _factor(phrase: Phrase, depth: int) -> Expression:
    token = phrase.next
    if depth > MAX_DEPTH:
        remedy = "Compute a part of it in a column of its own."
        raise PhraseError("found too many brackets inside each other", remedy, token.start)
    if phrase.accept("-"):
        return Negative(_factor(phrase, depth + 1))
    if phrase.accept("("):
        if starts_condition(phrase):
            phrase.take()
            raise phrase.error(REMEDIES["="])
        inner = _sum(phrase, depth + 1)
        phrase.expect(")", "Close the bracket with ')'.")
        return inner
    if token.kind == "number":
        return Number(phrase.number("Write a number."))
    name = phrase.name("Write a name or a number here.")
    return _call(phrase, name, depth + 1) if phrase.next.text == "(" else Name(name)


def _call(phrase: Phrase, name: str, depth: int) -> Call:
    at = phrase.last.start
    function = next((known for known in FUNCTIONS if known == name), None)
    if function is None:
        meant = _OTHER_NAMES.get(name.lower(), name.lower() if name.lower() in FUNCTIONS else "")
        # A median is no misspelt mean.
        remedy = nearest("" if name == "median" else name, FUNCTIONS)
        remedy = f"Write '{meant}'." if meant else remedy
        raise PhraseError(f"found the function '{name}'", remedy, at)
    phrase.take()
    if phrase.next.text == ")":
        raise PhraseError(f"found '{name}()'", f"Write what it is of: {name}(x).", at)
    arguments = [_value(phrase, depth)]
    while phrase.accept(","):
        arguments.append(_value(phrase, depth))
    where = phrase.accept("where")
    call = Call(function, tuple(arguments), read_condition(phrase) if where else None)
    phrase.expect(")", "Close the bracket with ')'.")
    if len(arguments) > 1:
        if function not in (*OF_A_ROW, "sd"):
            remedy = f"Write one argument: {name}(x)."
            if function == "sum":
                remedy = f"Write {' + '.join(map(str, arguments))}."
            raise PhraseError(f"found {len(arguments)} arguments of '{name}'", remedy, at)
        if any(isinstance(argument, Condition) for argument in arguments):
            raise PhraseError("found a test among several arguments", REMEDIES["="], at)
    if where and not call.aggregates:
        remedy = "Write 'where' at the end of the column, or in an aggregate such as mean(x)."
        raise PhraseError(f"found 'where' in '{name}'", remedy, where.start)
    if function == "log" and isinstance(arguments[0], Condition):
        raise PhraseError("found the logarithm of a test", "Write log(x) of a number.", at)
    return call


def _names(node: Expression | Condition | Import, inside_aggregates: bool) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.address
    elif isinstance(node, Condition):
        yield from node.names
    elif isinstance(node, Negative):
        yield from _names(node.of, inside_aggregates)
    elif isinstance(node, Operation):
        yield from _names(node.left, inside_aggregates)
        yield from _names(node.right, inside_aggregates)
    elif isinstance(node, Call) and (inside_aggregates or not node.aggregates):
        for argument in node.arguments:
            yield from _names(argument, inside_aggregates)
        if node.where:
            yield from node.where.names


def _binds(node: Expression | Condition) -> int:
    """Return how closely the parts of a node belong together; those that do less need brackets."""
    if isinstance(node, Operation):
        return 1 if node.sign in "+-" else 2
    return 3 if isinstance(node, Negative) else 4


def _bracketed(node: Expression, least: int) -> str:
    return str(node) if _binds(node) >= least else f"({node})"


def _where(condition: Condition | None) -> str:
    return f" where {condition}" if condition else ""
