"""Formulas: outcomes, effects in the order of R, random terms, and the sentences for wrong formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.language.formulas import Formula, Product, RandomTerm, parse_formula
from experiments.language.phrases import PhraseError

PREDICTORS = st.sampled_from(["group", "severity", "before.threat", "dose", "trial"])
TERMS = st.lists(PREDICTORS, min_size=1, max_size=3).map(tuple)
PRODUCTS = st.lists(TERMS, min_size=1, max_size=3).map(lambda terms: Product(tuple(terms)))
SUMS = st.lists(PRODUCTS, max_size=3).map(tuple)
UNITS = st.sampled_from([("participant",), ("item",), ("item", "group")])
FORMULAS = st.builds(
    Formula,
    st.lists(st.sampled_from(["a", "b", "felt.mean"]), min_size=1, unique=True).map(tuple),
    SUMS,
    st.lists(st.builds(RandomTerm, SUMS, UNITS), max_size=3).map(tuple),
)


@given(FORMULAS)
def test_what_is_written_is_read_as_the_same_formula(formula: Formula) -> None:
    assert parse_formula(str(formula)) == formula


@given(FORMULAS)
def test_each_effect_is_there_once_and_its_parts_come_first(formula: Formula) -> None:
    sets = [frozenset(effect) for effect in formula.effects]
    assert len(sets) == len(set(sets))
    assert [len(effect) for effect in formula.effects] == sorted(map(len, formula.effects))


@pytest.mark.parametrize(
    ("right", "effects"),
    [
        ("a", "a"),
        ("a + b", "a b"),
        ("a * b", "a b a:b"),
        ("a * b + c", "a b c a:b"),
        ("a * b * c", "a b c a:b a:c b:c a:b:c"),
        ("c + a * b", "c a b a:b"),
        ("a:b + a", "a a:b"),
        ("a * b:c", "a b:c a:b:c"),
        ("a:b * c", "c a:b a:b:c"),
        ("a * b + b * c", "a b c a:b b:c"),
        ("b:a + a:b", "b:a"),
        ("a * a", "a"),
        ("1 + a", "a"),
        ("1", ""),
    ],
)
def test_effects_are_those_of_terms_in_r_and_in_its_order(right: str, effects: str) -> None:
    # attr(terms(y ~ ...), "term.labels") of R 4; `b:c` after `a` in `a * b:c` is also R's order.
    formula = parse_formula(f"y ~ {right}")
    assert [":".join(effect) for effect in formula.effects] == effects.split()


def test_outcomes_predictors_and_random_terms() -> None:
    formula = parse_formula("a and b ~ x*y + before.z + (1|participant) + (1 + x*y | item:x)")
    assert formula.outcomes == ("a", "b")
    assert formula.predictors == ("x", "y", "before.z")
    first, second = formula.random
    assert (first.effects, first.unit) == ((), ("participant",))
    assert (second.effects, second.unit) == ((("x",), ("y",), ("x", "y")), ("item", "x"))
    assert formula.names == ("a", "b", "x", "y", "before.z", "participant", "item")
    assert str(formula) == "a and b ~ x * y + before.z + (1 | participant) + (x * y | item:x)"


def test_random_terms_without_correlations_and_without_an_intercept() -> None:
    text = "a ~ x + (1 + x || participant) + (0 + x + y | item) + (0 + x + y || item:x)"
    formula = parse_formula(text)
    terms = [(term.intercept, term.independent, term.effects) for term in formula.random]
    assert terms == [
        (True, True, (("x",),)),
        (False, False, (("x",), ("y",))),
        (False, True, (("x",), ("y",))),
    ]
    again = "a ~ x + (x || participant) + (0 + x + y | item) + (0 + x + y || item:x)"
    assert str(formula) == again
    assert parse_formula(again) == formula


def test_a_formula_may_have_no_predictor() -> None:
    formula = parse_formula("donation ~ 1 + (1 | item)")
    assert formula.effects == ()
    assert str(formula) == "donation ~ 1 + (1 | item)"
    assert str(parse_formula("donation ~ (1 | item)")) == "donation ~ 1 + (1 | item)"


FUNCTION = "Compute it under 'columns', such as 'n: log(victims)', and write its name here."
JOIN = "Write '+', '*' or ':' between two names."
IN_BRACKETS = "Write a random term in brackets: (1 | participant)."
VARYING = "Write 1, or the predictors whose effects vary: (x | participant)."
ALONE = "Write '|': nothing else varies that it could be independent of."
OUT_OF_BRACKETS = "Only random terms have brackets: (1 | participant). Write the terms out."
INTERCEPT = "Leave it out: the intercept is always in the model."
TILDE = "Write '~' between outcome and predictors."
TAKEN = "Write the terms that are in the model; none can be taken away."
OUTCOMES = "Write 'and' between outcomes; each has a model of its own."


@pytest.mark.parametrize(
    ("text", "at", "found", "remedy"),
    [
        ("rating group", 7, "found 'group'", "Write '~' after the outcome: rating ~ PREDICTORS."),
        ("rating = group", 7, "found '='", TILDE),
        ("rating == group", 7, "found '=='", TILDE),
        ("rating is group", 7, "found 'is'", TILDE),
        ("rating ~", 8, "found nothing after '~'", "Write a predictor, or 1 if there is none."),
        (
            "~ group",
            0,
            "found nothing before '~'",
            "Write the outcome first: OUTCOME ~ PREDICTORS.",
        ),
        ("a, b ~ x", 1, "found ',' after an outcome", OUTCOMES),
        ("a + b ~ x", 2, "found '+' after an outcome", OUTCOMES),
        ("a & b ~ x", 2, "found '&'", "Write 'and'."),
        ("a and a ~ x", 6, "found the outcome 'a' twice", "Write each outcome once."),
        (
            "rating ~ rating + group",
            0,
            "found 'rating' as outcome and predictor",
            "Write it on one side of '~' only.",
        ),
        (
            "rating ~ a and b",
            11,
            "found 'and'",
            "Write '+' between predictors; 'and' joins outcomes.",
        ),
        ("rating ~ a, b", 10, "found ','", "Write '+' between predictors, 'and' between outcomes."),
        ("rating ~ a b", 11, "found 'b'", JOIN),
        ("rating ~ a - b", 11, "found '-'", TAKEN),
        ("rating ~ a / b", 11, "found '/'", "Write both terms: a + a:b."),
        ("rating ~ (a + b)^2", 15, "found brackets without '|'", OUT_OF_BRACKETS),
        ("rating ~ a^2", 10, "found '^'", "Write the terms: a * b has a, b and a:b."),
        ("rating ~ log(a)", 9, "found 'log(...)'", FUNCTION),
        ("log(rating) ~ a", 3, "found '('", FUNCTION),
        ("rating ~ C(a)", 9, "found 'C(...)'", FUNCTION),
        ("rating ~ 0 + a", 9, "found '0'", INTERCEPT),
        ("rating ~ -1 + a", 9, "found '-'", TAKEN),
        ("rating ~ 2 * a", 9, "found '2'", "Write a name; a number is no predictor."),
        ("rating ~ group + 1|participant", 17, "found a random term without brackets", IN_BRACKETS),
        ("rating ~ group + x | participant", 19, "found '|'", IN_BRACKETS),
        ("rating ~ group + (1 || participant)", 20, "found '||'", ALONE),
        ("rating ~ group + (0 + x || participant)", 24, "found '||'", ALONE),
        ("rating ~ group + x || participant", 19, "found '||'", IN_BRACKETS),
        (
            "rating ~ group + (1 | participant",
            33,
            "found nothing after 'participant'",
            "Close the random term with ')'.",
        ),
        ("rating ~ group + (participant)", 29, "found brackets without '|'", OUT_OF_BRACKETS),
        (
            "rating ~ group + (1 | participant/item)",
            33,
            "found '/' in a random term",
            "Write both terms: (1 | participant) + (1 | participant:b).",
        ),
        ("rating ~ group + (0 | participant)", 18, "found '0' alone", VARYING),
        (
            "rating ~ group + (x + 0 | participant)",
            22,
            "found '0'",
            "Write it first: (0 + x | participant).",
        ),
        ("rating ~ group + ( || participant)", 19, "found nothing before '||'", VARYING),
        ("rating ~ group + (1 |)", 21, "found ')'", "Write the unit after '|': (1 | participant)."),
        (
            "rating ~ group + ( | participant)",
            19,
            "found nothing before '|'",
            VARYING,
        ),
        ("rating ~ (1 | participant) + group", 29, "found 'group'", "Write the random terms last."),
        ("rating ~ a ~ b", 11, "found '~'", "Write '~' once: OUTCOME ~ PREDICTORS."),
        (
            "rating ~ a * b * c * d * e * f * g * h * i",
            9,
            "found 9 predictors joined by '*'",
            "Join at most 8.",
        ),
        ("rating ~ a + + b", 13, "found '+'", "Write a predictor, or 1 if there is none."),
        ('rating ~ "a"', 9, "found '\"'", "Leave out the quotation marks inside the phrase."),
        ("rating ~ a:", 11, "found nothing after ':'", "Write a name after ':'."),
        ("rating ~ a > b", 11, "found '>'", JOIN),
    ],
)
def test_wrong_formulas(text: str, at: int, found: str, remedy: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_formula(text)
    assert (error.value.at, error.value.found, error.value.remedy) == (at, found, remedy)
