"""Conditions: ``mode = real or lottery and contact > 1``, ``attention wrong``, ``donation missing``.

``and`` joins tests, ``or`` joins the levels of one name; there are no brackets.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from experiments.language.phrases import Phrase, PhraseError, distinct, written
from experiments.language.quantities import Duration, Share, read_share, read_unit

Sign = Literal["<", ">", "<=", ">="]
SIGNS: tuple[Sign, ...] = get_args(Sign)
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
"""Sign -> whether a number compares so with another."""
_AFTER_A_NUMBER = {"and", "or", "where", "sd", "median"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}

REMEDIES = {
    **dict.fromkeys("()", "Leave out the brackets: 'and' joins tests, 'or' the levels of a name."),
    ":": "Write '='.",
    **dict.fromkeys(("correct", "right"), "Only 'wrong' and 'missing' can follow a name."),
    ",": "Write 'or' between the levels of a name.",
    "in": "Write '=', and 'or' between the levels: x = a or b.",
    "but": "Write 'and'.",
    "failed": "Write 'wrong'.",
    "incorrect": "Write 'wrong'.",
    **dict.fromkeys(("empty", "unanswered"), "Write 'missing'."),
    **dict.fromkeys(("sd", "median"), "Only the rules of 'exclude' know SD and median."),
}


@dataclass(frozen=True)
class IsOneOf:
    """``NAME = A or B``: the value is one of the levels."""

    name: str
    levels: tuple[str, ...]
    """Words or numbers, as they are written."""

    def __str__(self) -> str:
        return f"{self.name} = {' or '.join(self.levels)}"


@dataclass(frozen=True)
class IsNot:
    """``NAME != A``: the value is another level."""

    name: str
    level: str

    def __str__(self) -> str:
        return f"{self.name} != {self.level}"


@dataclass(frozen=True)
class Compared:
    """``NAME < 3``, also with a time or a percentage: ``rt < 200 ms``, ``artifacts > 10 %``."""

    name: str
    sign: Sign
    limit: Decimal | Duration | Share

    def __str__(self) -> str:
        limit = written(self.limit) if isinstance(self.limit, Decimal) else self.limit
        return f"{self.name} {self.sign} {limit}"


@dataclass(frozen=True)
class Wrong:
    """``NAME wrong``: the answer is not the correct one."""

    name: str

    def __str__(self) -> str:
        return f"{self.name} wrong"


@dataclass(frozen=True)
class Missing:
    """``NAME missing``: the question was not answered, or the session not done."""

    name: str

    def __str__(self) -> str:
        return f"{self.name} missing"


Test = IsOneOf | IsNot | Compared | Wrong | Missing


@dataclass(frozen=True)
class Condition:
    """Tests that must all hold."""

    tests: tuple[Test, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are tested, each once."""
        return distinct([test.name for test in self.tests])

    def __str__(self) -> str:
        return " and ".join(map(str, self.tests))


def parse_condition(text: str) -> Condition:
    """Read a condition.

    >>> condition = parse_condition("mode=real or lottery and contact > 1")
    >>> str(condition), condition.names
    ('mode = real or lottery and contact > 1', ('mode', 'contact'))

    Raises
    ------
    PhraseError
        If it is no condition.
    """
    phrase = Phrase(text, REMEDIES)
    condition = read_condition(phrase)
    phrase.finish("Join tests with 'and', levels of one name with 'or'. A level is one word.")
    return condition


def read_condition(phrase: Phrase) -> Condition:
    """Read a condition from the current place of ``phrase`` to the first word that is not part of it.

    Raises
    ------
    PhraseError
        If no condition comes next.
    """
    tests = [read_test(phrase)]
    while phrase.accept("and"):
        tests.append(read_test(phrase))
    return Condition(tuple(tests))


def starts_condition(phrase: Phrase) -> bool:
    """Return whether a name and what is tested about it come next."""
    return phrase.next.kind == "word" and (
        phrase.ahead(1).text in {"=", "!=", *SIGNS, "wrong", "missing", "==", "is", "≠", "≤", "≥"}
    )


def read_test(phrase: Phrase) -> Test:
    """Read one test.

    Raises
    ------
    PhraseError
        If no test comes next.
    """
    name = _tested(phrase)
    if phrase.accept("wrong"):
        return Wrong(name)
    if phrase.accept("missing"):
        return Missing(name)
    if phrase.accept("="):
        return _is_one_of(phrase, name)
    if phrase.accept("!="):
        level = phrase.level(f"Write a level: {name} != LEVEL.")
        if phrase.next.text == "or":
            raise phrase.error(f"Write each by itself: {name} != {level} and {name} != LEVEL.")
        return IsNot(name, level)
    for sign in SIGNS:
        if phrase.accept(sign):
            return _compared(phrase, name, sign)
    raise _not_tested(phrase, name)


def _tested(phrase: Phrase) -> str:
    token, sign = phrase.next, phrase.ahead(1).text
    if token.kind == "number" and sign in _TURNED and phrase.ahead(2).kind == "word":
        name = phrase.ahead(2).text
        turned = f"{name} {_TURNED[sign]} {token.text}"
        if phrase.ahead(3).text in SIGNS:
            turned += f" and {name} {phrase.ahead(3).text} {phrase.ahead(4).text}"
        raise phrase.error(f"Write the name first: {turned}.")
    if token.text in {"wrong", "missing"} and phrase.ahead(1).kind == "word":
        raise phrase.error(f"Write the name first: {sign} {token.text}.")
    if token.text.lower() == "not":
        raise phrase.error("Write '!=' between the name and the level: x != a.")
    return phrase.name("Write a name here: NAME = LEVEL.")


def _not_tested(phrase: Phrase, name: str) -> PhraseError:
    token = phrase.next
    if token.text == "is" and phrase.ahead(1).text in {"not", "missing", "wrong"}:
        after = phrase.ahead(1).text
        remedy = f"Write '{name} != LEVEL'." if after == "not" else f"Write '{name} {after}'."
        return PhraseError(f"found 'is {after}'", remedy, token.start)
    if token.kind == "end" or token.text in {"and", "or", "where", ")"}:
        remedy = (
            f"Write what is tested: '{name} = LEVEL', '{name} > 3', '{name} wrong' or "
            f"'{name} missing'. Levels of one name are joined by 'or'."
        )
        return PhraseError(f"found '{name}' without a test", remedy, phrase.last.start)
    if token.text in {"between", "from"}:
        return phrase.error(f"Write two tests: {name} >= 1 and {name} <= 3.")
    return phrase.error(f"Write '=', '!=', '<', '>', 'wrong' or 'missing' after '{name}'.")


def _is_one_of(phrase: Phrase, name: str) -> IsOneOf:
    if phrase.next.text == "missing":
        raise PhraseError("found '= missing'", f"Write '{name} missing'.", phrase.last.start)
    remedy = f"Write a level: {name} = LEVEL."
    levels = [phrase.level(remedy)]
    while phrase.accept("or"):
        if starts_condition(phrase):
            remedy = "Write two rules; 'or' joins the levels of one name."
            found = f"found 'or' before '{phrase.next.text} {phrase.ahead(1).text}'"
            raise PhraseError(found, remedy, phrase.last.start)
        levels.append(phrase.level(remedy))
    for level in levels:
        if levels.count(level) > 1:
            raise PhraseError(f"found '{level}' twice", "Write each level once.", phrase.last.start)
    if phrase.next.text in {"%", "ms", "s"} and levels[-1].lstrip("-").replace(".", "").isdigit():
        raise phrase.error("Compare times and percentages with '<' or '>'.")
    return IsOneOf(name, tuple(levels))


def _compared(phrase: Phrase, name: str, sign: Sign) -> Compared:
    first = phrase.next
    number = phrase.number(
        f"Write a number: {name} {sign} 3. A level is compared with '=' or '!='."
    )
    limit: Decimal | Duration | Share = number
    if phrase.next.text == "%":
        limit = read_share(phrase, number, first)
    elif phrase.next.text.lower() in {"percent", "pct"}:
        raise phrase.error(f"Write '{written(number)} %'.")
    elif phrase.next.kind == "word" and phrase.next.text.lower() not in _AFTER_A_NUMBER:
        limit = read_unit(phrase, number, first)
    if phrase.next.text == "or":
        raise phrase.error("Write two rules; 'or' joins the levels after '='.")
    if phrase.next.text in SIGNS:
        raise phrase.error(f"Write two tests: {name} > 1 and {name} < 3.")
    return Compared(name, sign, limit)
