"""Rules of exclusion, and the sentences for wrong ones."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.language.conditions import Compared, Missing, Wrong, parse_condition
from experiments.language.exclusions import (
    ComparedWithMedian,
    Exclusion,
    Outlying,
    Test,
    TooOften,
    parse_exclusion,
)
from experiments.language.phrases import PhraseError
from experiments.language.quantities import Duration, Share

NAMES = st.sampled_from(["duration", "rt", "main.answer"])
TESTS: st.SearchStrategy[Test] = st.one_of(
    st.builds(
        ComparedWithMedian,
        NAMES,
        st.sampled_from(["<", ">", "<=", ">="]),
        st.fractions(Fraction(1, 100), 9, max_denominator=100),
    ),
    st.builds(Outlying, NAMES, st.decimals("0.1", 9, places=1)),
    st.builds(
        TooOften,
        NAMES,
        st.sampled_from(["wrong", "missing"]),
        st.builds(Share, st.decimals(0, 100, places=1)),
    ),
    st.builds(Wrong, NAMES),
    st.builds(Missing, NAMES),
    st.builds(Compared, NAMES, st.just("<"), st.just(Duration(Decimal(200), "ms"))),
)


@given(st.lists(TESTS, min_size=1, max_size=4).map(lambda tests: Exclusion(tuple(tests))))
def test_what_is_written_is_read_as_the_same_rule(rule: Exclusion) -> None:
    assert parse_exclusion(str(rule)) == rule


@pytest.mark.parametrize(
    ("text", "test", "canonical"),
    [
        (
            "duration<1/3 median",
            ComparedWithMedian("duration", "<", Fraction(1, 3)),
            "duration < 1/3 median",
        ),
        (
            "duration > 2.50 median",
            ComparedWithMedian("duration", ">", Fraction(5, 2)),
            "duration > 5/2 median",
        ),
        ("rt > 2.5 SD", Outlying("rt", Decimal("2.5")), "rt > 2.5 SD"),
        (
            "main.answer wrong > 25%",
            TooOften("main.answer", "wrong", Share(Decimal(25))),
            "main.answer wrong > 25 %",
        ),
        ("x missing > 5 %", TooOften("x", "missing", Share(Decimal(5))), "x missing > 5 %"),
        ("rt < 200ms", Compared("rt", "<", Duration(Decimal(200), "ms")), "rt < 200 ms"),
        ("hours < 1", Compared("hours", "<", Decimal(1)), "hours < 1"),
        ("after missing", Missing("after"), "after missing"),
    ],
)
def test_each_kind_of_rule(text: str, test: Test, canonical: str) -> None:
    rule = parse_exclusion(text)
    assert rule.tests == (test,)
    assert str(rule) == canonical


def test_a_rule_of_conditions_alone_is_a_condition() -> None:
    rule = parse_exclusion("attention wrong and money wrong")
    assert rule.condition == parse_condition("attention wrong and money wrong")
    assert rule.names == ("attention", "money")
    mixed = parse_exclusion("duration < 1/3 median and attention wrong")
    assert mixed.condition is None
    assert mixed.names == ("duration", "attention")


JOIN = "Join two tests with 'and'; write rules that exclude by themselves as two entries."
OF_MEDIAN = "Write the share of the median: duration < 1/3 median."


@pytest.mark.parametrize(
    ("text", "at", "found", "remedy"),
    [
        ("duration < median / 3", 11, "found 'median'", OF_MEDIAN),
        ("duration < 1/3 of the median", 15, "found 'of'", "Write 'duration < 1/3 median'."),
        ("duration < 1/3 of median", 15, "found 'of'", "Write 'duration < 1/3 median'."),
        (
            "duration < 33 % median",
            11,
            "found a percentage of the median",
            "Write 'duration < 1/3 median'.",
        ),
        (
            "duration < 33 % of the median",
            11,
            "found a percentage of the median",
            "Write 'duration < 1/3 median'.",
        ),
        ("duration < median", 11, "found 'median'", OF_MEDIAN),
        ("duration < 1/0 median", 11, "found a division by zero", "Write 'duration < 1/3 median'."),
        (
            "duration < 0 median",
            11,
            "found '0 median'",
            "Write a share above zero: duration < 1/3 median.",
        ),
        (
            "duration < 1/3",
            12,
            "found '/'",
            "Only a share of the median is a fraction: duration < 1/3 median.",
        ),
        ("rt > 3 sd", 7, "found 'sd'", "Write a number and SD in capital letters: rt > 3 SD."),
        ("rt > 3 SDs", 7, "found 'SDs'", "Write 'SD': rt > 3 SD."),
        (
            "rt < 3 SD",
            3,
            "found '<'",
            "Write '>': rt > 3 SD leaves out what is further from the mean than 3 SD.",
        ),
        ("rt > 0 SD", 5, "found '0 SD'", "Write a number above zero: rt > 3 SD."),
        ("rt > SD", 5, "found 'SD'", "Write a number and SD in capital letters: rt > 3 SD."),
        ("rt > 3 MAD", 7, "found 'MAD'", "Write a number of SD: rt > 3 SD."),
        (
            "rt > mean + 3 SD",
            5,
            "found 'mean'",
            "Write how many SD from the participant's mean: rt > 3 SD.",
        ),
        ("answer wrong > 25", 17, "found nothing after '25'", "Write '25 %'."),
        ("answer wrong < 25 %", 13, "found '<'", "Write '>': answer wrong > 25 %."),
        ("answer wrong 25 %", 13, "found '25'", JOIN),
        ("answer wrong > 0.25", 19, "found nothing after '0.25'", "Write '25 %'."),
        ("25 % wrong", 0, "found '25'", "Write a name here: NAME = LEVEL."),
        ("attention wrong or money wrong", 16, "found 'or'", JOIN),
        (
            "attention wrong, money wrong",
            15,
            "found ','",
            "Write 'or' between levels, 'and' between tests, or two entries of the list.",
        ),
        ("rt < 200ms and", 14, "found nothing after 'and'", "Write a name here: NAME = LEVEL."),
        (
            "duration < 1,5 median",
            12,
            "found a comma in the number '1,5'",
            "Write a decimal point, as in 0.5, and no comma between thousands, as in 1000.",
        ),
        ("attention is wrong", 10, "found 'is wrong'", "Write 'attention wrong'."),
        ("NOT attention", 0, "found 'NOT'", "Write '!=' for 'is not'."),
    ],
)
def test_wrong_rules(text: str, at: int, found: str, remedy: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_exclusion(text)
    assert (error.value.at, error.value.found, error.value.remedy) == (at, found, remedy)
