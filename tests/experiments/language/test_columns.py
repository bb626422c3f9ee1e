"""Columns: how they bind, which rows they have, and the sentences for wrong ones."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.language.columns import (
    FUNCTIONS,
    OF_A_ROW,
    Call,
    Column,
    Import,
    Name,
    Negative,
    Number,
    Operation,
    parse_column,
)
from experiments.language.conditions import parse_condition
from experiments.language.phrases import PhraseError

CONDITIONS = st.sampled_from(
    ["kind = sad", "kind = sad or new and trial > 33", "rt < 200 ms", "x wrong", "y missing"]
).map(parse_condition)
LEAVES = st.one_of(
    st.sampled_from(["rt", "before.distress", "trial", "count", "mean"]).map(Name),
    st.decimals(0, 1000, places=2).map(Number),
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Negative, inner),
        st.builds(Operation, inner, st.sampled_from("+-*/"), inner),
        st.builds(Call, st.just("log"), st.tuples(inner)),
        st.builds(
            Call,
            st.sampled_from([name for name in FUNCTIONS if name != "log"]),
            st.tuples(inner | CONDITIONS),
            st.none() | CONDITIONS,
        ),
        st.builds(
            Call, st.sampled_from(OF_A_ROW), st.lists(inner, min_size=2, max_size=3).map(tuple)
        ),
    ),
    max_leaves=12,
)
COLUMNS = st.builds(Column, EXPRESSIONS | CONDITIONS, st.none() | CONDITIONS).filter(
    lambda column: Column(column.value).names and not (column.where and column.aggregates)
)


@given(COLUMNS)
@settings(max_examples=300)
def test_what_is_written_is_read_as_the_same_column(column: Column) -> None:
    assert parse_column(str(column)) == column


A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c", Operation(A, "+", Operation(B, "*", C))),
        ("(a + b) * c", Operation(Operation(A, "+", B), "*", C)),
        ("a - b - c", Operation(Operation(A, "-", B), "-", C)),
        ("a - (b - c)", Operation(A, "-", Operation(B, "-", C))),
        ("a / b / c", Operation(Operation(A, "/", B), "/", C)),
        ("a / (b * c)", Operation(A, "/", Operation(B, "*", C))),
        ("-a * b", Operation(Negative(A), "*", B)),
        ("-(a + b)", Negative(Operation(A, "+", B))),
        ("a * -0.5", Operation(A, "*", Negative(Number(Decimal("0.5"))))),
        ("log(1 + a)", Call("log", (Operation(Number(Decimal(1)), "+", A),))),
        ("mean(a, b)", Call("mean", (A, B))),
        ("sd(a where b = x)", Call("sd", (A,), parse_condition("b = x"))),
        ("mean(a wrong)", Call("mean", (parse_condition("a wrong"),))),
        ("a = x or y and b > 3", parse_condition("a = x or y and b > 3")),
        ("import physiology.rsa", Import("physiology.rsa")),
    ],
)
def test_what_binds_to_what(text: str, expected: object) -> None:
    column = parse_column(text)
    assert column == Column(expected)  # type: ignore[arg-type]
    assert str(column) == text


def test_brackets_that_say_nothing_are_not_written() -> None:
    assert str(parse_column("((a)) + (b*c)")) == "a + b * c"
    assert str(parse_column("(a + b) + c")) == "a + b + c"


@pytest.mark.parametrize(
    ("text", "row_names", "names", "aggregates"),
    [
        ("distress_after - distress_before", "distress_after distress_before", "", False),
        ("mean(rt where place = other)", "", "rt place", True),
        ("mean(a where k = x) - mean(b where k = y)", "", "a k b", True),
        ("sum(daily.practised) / 60", "", "daily.practised", True),
        ("rt - mean(rt where place = same)", "rt", "rt place", False),
        ("log(rt)", "rt", "", False),
        ("min(after.threat, after.soothing)", "after.threat after.soothing", "", False),
        ("max(a)", "", "a", True),
        ("max(a, mean(b))", "a", "a b", False),
        ("mean(min(a, b))", "", "a b", True),
        (
            "change - resting where period = viewing",
            "change resting",
            "change resting period",
            False,
        ),
        ("request = asked or sure", "request", "", False),
        (
            "line = outside and kind = sad where period = rest",
            "line kind",
            "line kind period",
            False,
        ),
        ("a * a", "a", "", False),
        ("import physiology.rsa", "", "", False),
    ],
)
def test_a_column_says_whose_rows_it_has(
    text: str, row_names: str, names: str, aggregates: bool
) -> None:
    column = parse_column(text)
    assert column.row_names == tuple(row_names.split())
    assert column.names == tuple((names or row_names).split())
    assert column.aggregates is aggregates


ONE_NAME = "Only a name can be tested: compute the rest in a column of its own, and test that."
WHERE = "Write 'where' at the end of the column, or in an aggregate such as mean(x)."
ALLOWED = "Allowed here: log, mean, sum, min, max, sd, count, first, last."
SIGN = "Write '+', '-', '*' or '/' between two names."
OPERAND = "Write a name or a number here."
NO_NAME = "Write the name of a measure or another column."


@pytest.mark.parametrize(
    ("text", "at", "found", "remedy"),
    [
        ("5", 0, "found '5'", NO_NAME),
        ("1 + 2", 0, "found '1 + 2'", NO_NAME),
        ("mean(1) where kind = sad", 0, "found 'mean(1)'", NO_NAME),
        ("a b", 2, "found 'b'", SIGN),
        ("a +", 3, "found nothing after '+'", OPERAND),
        ("a + * b", 4, "found '*'", OPERAND),
        ("(a + b", 6, "found nothing after 'b'", "Close the bracket with ')'."),
        ("a + b)", 5, "found ')'", "Leave out the bracket."),
        ("median(a)", 0, "found the function 'median'", ALLOWED),
        ("average(a)", 0, "found the function 'average'", "Write 'mean'."),
        ("SD(a)", 0, "found the function 'SD'", "Write 'sd'."),
        ("sqrt(a)", 0, "found the function 'sqrt'", ALLOWED),
        ("ln(a)", 0, "found the function 'ln'", "Write 'log'."),
        ("sum(a, b)", 0, "found 2 arguments of 'sum'", "Write a + b."),
        ("count(a, b)", 0, "found 2 arguments of 'count'", "Write one argument: count(x)."),
        ("mean(a, b where c = d)", 10, "found 'where' in 'mean'", WHERE),
        ("log(a where c = d)", 6, "found 'where' in 'log'", WHERE),
        (
            "mean(a) where c = d",
            8,
            "found 'where' after an aggregate",
            "Write it inside the brackets: mean(a where c = d).",
        ),
        (
            "mean(a) - mean(b) where c = d",
            18,
            "found 'where' after an aggregate",
            "Write 'where' inside the brackets of the aggregate.",
        ),
        ("mean(a where c == d)", 15, "found '=='", "Write '='."),
        (
            "mean(a where c)",
            13,
            "found 'c' without a test",
            "Write what is tested: 'c = LEVEL', 'c > 3', 'c wrong' or 'c missing'. Levels of one name are joined by 'or'.",
        ),
        ("mean(a where (c = d))", 13, "found '('", "Leave out the bracket."),
        ("mean()", 0, "found 'mean()'", "Write what it is of: mean(x)."),
        ("a ^ 2", 2, "found '^'", "Write the product: x * x."),
        ("a ** 2", 2, "found '**'", "Write the product: x * x."),
        ("a × 2", 2, "found '×'", "Write '*'."),
        ("a + b > 3", 6, "found '>'", ONE_NAME),
        (
            "a > b + 3",
            4,
            "found 'b'",
            "Write a number: a > 3. A level is compared with '=' or '!='.",
        ),
        ("a 10%", 2, "found '10'", SIGN),
        (
            "0,5 * a",
            1,
            "found a comma in the number '0,5'",
            "Write a decimal point, as in 0.5, and no comma between thousands, as in 1000.",
        ),
        ("a, b", 1, "found ','", "Only mean, min, max and sd have several arguments: mean(a, b)."),
        (
            "import",
            6,
            "found nothing after 'import'",
            "Write what is imported: import physiology.lnhf.",
        ),
        ("import physiology.rsa - 3", 22, "found '-'", "Write the import in a column of its own."),
        ("mean(a if c = d)", 7, "found 'if'", "Write 'where'."),
        ('a = "b"', 4, "found '\"'", "Leave out the quotation marks inside the phrase."),
        ("where c = d", 0, "found 'where'", OPERAND),
        ("a where", 7, "found nothing after 'where'", "Write a name here: NAME = LEVEL."),
        ("a - – b", 4, "found '–'", "Write the minus of the keyboard: '-'."),
        ("(a = b) + 1", 3, "found '='", ONE_NAME),
        ("mean(a, b = c)", 0, "found a test among several arguments", ONE_NAME),
        ("log(a = b)", 0, "found the logarithm of a test", "Write log(x) of a number."),
    ],
)
def test_wrong_columns(text: str, at: int, found: str, remedy: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_column(text)
    assert (error.value.at, error.value.found, error.value.remedy) == (at, found, remedy)
