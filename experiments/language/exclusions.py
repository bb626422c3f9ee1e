"""Rules of exclusion: ``duration < 1/3 median``, ``rt > 3 SD``, ``main.answer wrong > 25 %``, and all conditions.

``and`` joins the tests of one rule: participants or trials that meet all of them are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from experiments.language import conditions
from experiments.language.conditions import SIGNS, Condition, Sign, read_test
from experiments.language.phrases import Phrase, PhraseError, distinct, written
from experiments.language.quantities import Share, read_share

REMEDIES = {
    **conditions.REMEDIES,
    "sd": "Write a number and SD in capital letters: rt > 3 SD.",
    "mean": "Write how many SD from the participant's mean: rt > 3 SD.",
    "/": "Only a share of the median is a fraction: duration < 1/3 median.",
    ",": "Write 'or' between levels, 'and' between tests, or two entries of the list.",
    "sds": "Write 'SD': rt > 3 SD.",
    "mad": "Write a number of SD: rt > 3 SD.",
    "median": "Write the share of the median: duration < 1/3 median.",
}


@dataclass(frozen=True)
class ComparedWithMedian:
    """``duration < 1/3 median``: compared with a multiple of the median of all participants."""

    name: str
    sign: Sign
    multiple: Fraction

    def __str__(self) -> str:
        return f"{self.name} {self.sign} {self.multiple} median"


@dataclass(frozen=True)
class Outlying:
    """``rt > 3 SD``: further from the participant's mean in the cell than so many standard deviations."""

    name: str
    deviations: Decimal

    def __str__(self) -> str:
        return f"{self.name} > {written(self.deviations)} SD"


@dataclass(frozen=True)
class TooOften:
    """``main.answer wrong > 25 %``: wrong, or missing, in more than a share of all trials."""

    name: str
    what: Literal["wrong", "missing"]
    limit: Share

    def __str__(self) -> str:
        return f"{self.name} {self.what} > {self.limit}"


Test = conditions.Test | ComparedWithMedian | Outlying | TooOften


@dataclass(frozen=True)
class Exclusion:
    """A rule: what holds for those that are left out."""

    tests: tuple[Test, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are tested, each once."""
        return distinct([test.name for test in self.tests])

    @property
    def condition(self) -> Condition | None:
        """The rule as a condition; None if it knows medians, deviations or shares of trials."""
        plain = [test for test in self.tests if isinstance(test, conditions.Test)]
        return Condition(tuple(plain)) if len(plain) == len(self.tests) else None

    def __str__(self) -> str:
        return " and ".join(map(str, self.tests))


def parse_exclusion(text: str) -> Exclusion:
    """Read a rule of exclusion.

    >>> rule = parse_exclusion("duration<0.5 median and attention wrong")
    >>> str(rule), rule.names
    ('duration < 1/2 median and attention wrong', ('duration', 'attention'))

    Raises
    ------
    PhraseError
        If it is none.
    """
    phrase = Phrase(text, REMEDIES)
    tests = [_test(phrase)]
    while phrase.accept("and"):
        tests.append(_test(phrase))
    phrase.finish(
        "Join two tests with 'and'; write rules that exclude by themselves as two entries."
    )
    return Exclusion(tuple(tests))


def _test(phrase: Phrase) -> Test:
    if phrase.next.kind == "word" and phrase.ahead(2).text in SIGNS:
        for what in ("wrong", "missing"):
            if phrase.ahead(1).text == what:
                return _too_often(phrase, what)
    if phrase.next.kind == "word" and phrase.ahead(1).text in SIGNS:
        after = _word_after_number(phrase)
        if after in {"median", "of", "the"}:
            return _compared_with_median(phrase)
        if after == "SD":
            return _outlying(phrase)
    return read_test(phrase)


def _word_after_number(phrase: Phrase) -> str:
    """Return the first word after a comparison with a number, a fraction or a percentage."""
    count = 2
    while phrase.ahead(count).kind == "number" or phrase.ahead(count).text in {"/", "%"}:
        count += 1
    return phrase.ahead(count).text if count > 2 or phrase.ahead(2).text == "median" else ""


def _compared_with_median(phrase: Phrase) -> ComparedWithMedian:
    example = "duration < 1/3 median"
    name = phrase.name(f"Write the rule as in '{example}'.")
    sign = next(sign for sign in SIGNS if phrase.accept(sign))
    first = phrase.next
    multiple = Fraction(phrase.number(f"Write the share of the median: {name} {sign} 1/3 median."))
    if phrase.accept("/"):
        below = phrase.number("Write a number after '/'.")
        if not below:
            raise PhraseError("found a division by zero", f"Write '{example}'.", first.start)
        multiple /= Fraction(below)
    if phrase.next.text == "%":
        meant = f"{name} {sign} {(multiple / 100).limit_denominator(20)} median"
        raise PhraseError("found a percentage of the median", f"Write '{meant}'.", first.start)
    if phrase.next.text in {"of", "the"}:
        raise phrase.error(f"Write '{name} {sign} {multiple} median'.")
    phrase.expect("median", f"Write the rule as in '{example}'.")
    if multiple <= 0:
        found = f"found '{multiple} median'"
        raise PhraseError(found, f"Write a share above zero: {example}.", first.start)
    return ComparedWithMedian(name, sign, multiple)


def _outlying(phrase: Phrase) -> Outlying:
    name = phrase.name("Write the rule as in 'rt > 3 SD'.")
    sign = phrase.take()
    if sign.text != ">":
        remedy = f"Write '>': {name} > 3 SD leaves out what is further from the mean than 3 SD."
        raise phrase.error(remedy, sign)
    first = phrase.next
    deviations = phrase.number("Write a number of SD: rt > 3 SD.")
    if deviations <= 0:
        found = f"found '{written(deviations)} SD'"
        raise PhraseError(found, "Write a number above zero: rt > 3 SD.", first.start)
    phrase.expect("SD", "Write the rule as in 'rt > 3 SD'.")
    return Outlying(name, deviations)


def _too_often(phrase: Phrase, what: Literal["wrong", "missing"]) -> TooOften:
    name = phrase.name("Write the rule as in 'answer wrong > 25 %'.")
    phrase.take()
    sign, first = phrase.take(), phrase.next
    if sign.text != ">":
        raise phrase.error(f"Write '>': {name} {what} > 25 %.", sign)
    share = phrase.number(f"Write a percentage of the trials: {name} {what} > 25 %.")
    return TooOften(name, what, read_share(phrase, share, first))
