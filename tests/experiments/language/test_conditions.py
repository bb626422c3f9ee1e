"""Conditions: their tests, and the sentences for conditions that cannot be read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.language.conditions import (
    SIGNS,
    Compared,
    Condition,
    IsNot,
    IsOneOf,
    Missing,
    Test,
    Wrong,
    parse_condition,
)
from experiments.language.phrases import JOINING, PhraseError
from experiments.language.quantities import SECONDS, Duration, Share

LETTERS = "abcdefghijklmnopqrstuvwxyz_"
PARTS = st.text(LETTERS, min_size=1, max_size=6).filter(lambda word: word not in JOINING)
NAMES = st.lists(PARTS, min_size=1, max_size=3).map(".".join)
LEVELS = PARTS.filter(lambda word: word != "missing") | st.integers(-99, 999_999).map(str)
NUMBERS = st.decimals(-1000, 1000, places=3)
DURATIONS = st.builds(
    Duration, st.integers(0, 5000).map(Decimal), st.sampled_from(list(SECONDS))
) | st.builds(Duration, st.decimals(0, 9, places=2), st.sampled_from(["ms", "s", "min", "h"]))
SHARES = st.builds(Share, st.decimals(0, 100, places=1))
TESTS: st.SearchStrategy[Test] = st.one_of(
    st.builds(IsOneOf, NAMES, st.lists(LEVELS, min_size=1, max_size=4, unique=True).map(tuple)),
    st.builds(IsNot, NAMES, LEVELS),
    st.builds(Compared, NAMES, st.sampled_from(SIGNS), NUMBERS | DURATIONS | SHARES),
    st.builds(Wrong, NAMES),
    st.builds(Missing, NAMES),
)
CONDITIONS = st.builds(Condition, st.lists(TESTS, min_size=1, max_size=4).map(tuple))


@given(CONDITIONS)
def test_what_is_written_is_read_as_the_same_condition(condition: Condition) -> None:
    assert parse_condition(str(condition)) == condition


def test_each_kind_of_test() -> None:
    text = "mode = real or lottery and age != old and n>=-1.50 and rt < 200ms and a.b wrong and c missing and artifacts > 10%"
    condition = parse_condition(text)
    assert condition.tests == (
        IsOneOf("mode", ("real", "lottery")),
        IsNot("age", "old"),
        Compared("n", ">=", Decimal("-1.5")),
        Compared("rt", "<", Duration(Decimal(200), "ms")),
        Wrong("a.b"),
        Missing("c"),
        Compared("artifacts", ">", Share(Decimal(10))),
    )
    assert str(condition).endswith(
        "n >= -1.5 and rt < 200 ms and a.b wrong and c missing and artifacts > 10 %"
    )
    assert condition.names == ("mode", "age", "n", "rt", "a.b", "c", "artifacts")


def test_wrong_is_also_a_result() -> None:
    assert parse_condition("answer.result = wrong or late").tests == (
        IsOneOf("answer.result", ("wrong", "late")),
    )


BRACKETS = "Leave out the brackets: 'and' joins tests, 'or' the levels of a name."
COMMA = "Write a decimal point, as in 0.5, and no comma between thousands, as in 1000."
QUOTES = "Leave out the quotation marks inside the phrase."
ONE_WORD = "Join tests with 'and', levels of one name with 'or'. A level is one word."


@pytest.mark.parametrize(
    ("text", "at", "found", "remedy"),
    [
        ("mode == real", 5, "found '=='", "Write '='."),
        ("mode = real & contact > 1", 12, "found '&'", "Write 'and'."),
        ("mode = real && contact > 1", 12, "found '&&'", "Write 'and'."),
        ("mode = real | lottery", 12, "found '|'", "Write 'or'."),
        ("mode = real || lottery", 12, "found '||'", "Write 'or'."),
        ("(mode = real) and contact > 1", 0, "found '('", BRACKETS),
        ("mode = (real or lottery)", 7, "found '('", BRACKETS),
        ("mode is real", 5, "found 'is'", "Write '='."),
        ("mode is not real", 5, "found 'is not'", "Write 'mode != LEVEL'."),
        ("mode not real", 5, "found 'not'", "Write '!=' for 'is not'."),
        ("not mode = real", 0, "found 'not'", "Write '!=' for 'is not'."),
        ("mode is missing", 5, "found 'is missing'", "Write 'mode missing'."),
        ("mode = missing", 5, "found '= missing'", "Write 'mode missing'."),
        ("mode = real AND contact > 1", 12, "found 'AND'", "Write 'and' in small letters."),
        ("mode = real Or lottery", 12, "found 'Or'", "Write 'or' in small letters."),
        ('mode = "real"', 7, "found '\"'", QUOTES),
        ("mode = 'real'", 7, "found '''", QUOTES),
        ("mode = real, lottery", 11, "found ','", "Write 'or' between the levels of a name."),
        ("mode in real", 5, "found 'in'", "Write '=', and 'or' between the levels: x = a or b."),
        ("mode <> real", 5, "found '<>'", "Write '!=' for 'is not'."),
        ("mode ≠ real", 5, "found '≠'", "Write '!=' for 'is not'."),
        ("contact ≥ 1", 8, "found '≥'", "Write '>='."),
        ("contact => 1", 8, "found '=>'", "Write '>='."),
        ("contact =< 1", 8, "found '=<'", "Write '<='."),
        ("contact > 0,5", 11, "found a comma in the number '0,5'", COMMA),
        ("contact > 1,000", 11, "found a comma in the number '1,000'", COMMA),
        (
            "contact > high",
            10,
            "found 'high'",
            "Write a number: contact > 3. A level is compared with '=' or '!='.",
        ),
        ("1 < contact", 0, "found '1'", "Write the name first: contact > 1."),
        ("0 < contact < 3", 0, "found '0'", "Write the name first: contact > 0 and contact < 3."),
        ("contact > 1 < 3", 12, "found '<'", "Write two tests: contact > 1 and contact < 3."),
        (
            "contact between 1 and 3",
            8,
            "found 'between'",
            "Write two tests: contact >= 1 and contact <= 3.",
        ),
        (
            "mode = real and lottery",
            16,
            "found 'lottery' without a test",
            "Write what is tested: 'lottery = LEVEL', 'lottery > 3', 'lottery wrong' or 'lottery missing'. Levels of one name are joined by 'or'.",
        ),
        (
            "mode",
            0,
            "found 'mode' without a test",
            "Write what is tested: 'mode = LEVEL', 'mode > 3', 'mode wrong' or 'mode missing'. Levels of one name are joined by 'or'.",
        ),
        ("mode =", 6, "found nothing after '='", "Write a level: mode = LEVEL."),
        ("= real", 0, "found '='", "Write a name here: NAME = LEVEL."),
        (
            "mode != real or lottery",
            13,
            "found 'or'",
            "Write each by itself: mode != real and mode != LEVEL.",
        ),
        (
            "mode = real or contact > 1",
            12,
            "found 'or' before 'contact >'",
            "Write two rules; 'or' joins the levels of one name.",
        ),
        ("mode = real or real", 15, "found 'real' twice", "Write each level once."),
        ("mode: real", 4, "found ':'", "Write '='."),
        ("attention failed", 10, "found 'failed'", "Write 'wrong'."),
        ("donation empty", 9, "found 'empty'", "Write 'missing'."),
        ("rt < 200 sec", 9, "found 'sec'", "Write '200 s'."),
        ("rt < 200 msec", 9, "found 'msec'", "Write '200 ms'."),
        ("rt > 3 SD", 7, "found 'SD'", "Only the rules of 'exclude' know SD and median."),
        ("artifacts > 10 percent", 15, "found 'percent'", "Write '10 %'."),
        ("artifacts > 120 %", 12, "found '120 %'", "Write a percentage between 0 % and 100 %."),
        ("artifacts = 10 %", 15, "found '%'", "Compare times and percentages with '<' or '>'."),
        ("mode = very real", 12, "found 'real'", ONE_WORD),
        ("mode = main.real", 7, "found 'main.real'", "A level is one word without dots."),
        ("", 0, "found an empty text", "Write something here, or remove the key."),
        ("   ", 0, "found an empty text", "Write something here, or remove the key."),
        ("and", 0, "found 'and'", "Write a name here: NAME = LEVEL."),
        ("mode = real and", 15, "found nothing after 'and'", "Write a name here: NAME = LEVEL."),
        (
            "mode real",
            5,
            "found 'real'",
            "Write '=', '!=', '<', '>', 'wrong' or 'missing' after 'mode'.",
        ),
        ("mode = real;", 11, "found ';'", ONE_WORD),
        ("x² = 1", 0, "found 'x²'", "Use letters, digits and _ only."),
        ("contact > 1.000.000", 10, "found '1.000.000'", "Write a number with one decimal point."),
        ("contact > −1", 10, "found '−'", "Write the minus of the keyboard: '-'."),
        ("wrong attention", 0, "found 'wrong'", "Write the name first: attention wrong."),
        ("missing donation", 0, "found 'missing'", "Write the name first: donation missing."),
        (
            "attention correct",
            10,
            "found 'correct'",
            "Only 'wrong' and 'missing' can follow a name.",
        ),
        ("contact > 1 or 2", 12, "found 'or'", "Write two rules; 'or' joins the levels after '='."),
        ("mode = real where x = y", 12, "found 'where'", ONE_WORD),
        ("mode=real lottery", 10, "found 'lottery'", ONE_WORD),
    ],
)
def test_wrong_conditions(text: str, at: int, found: str, remedy: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_condition(text)
    assert (error.value.at, error.value.found, error.value.remedy) == (at, found, remedy)
