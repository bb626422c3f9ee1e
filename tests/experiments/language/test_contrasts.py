"""Contrasts, orders and claims: exact weights, maps, and the sentences for wrong ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.language.contrasts import (
    KINDS,
    Contrast,
    CurveName,
    Levels,
    Line,
    Order,
    parse_claim,
    parse_contrast,
    parse_order,
)
from experiments.language.phrases import PhraseError

LEVEL = st.sampled_from(
    [
        "in",
        "out",
        "none",
        "with",
        "for",
        "mean",
        "slopes",
        "two",
        "1",
        "8",
        "10000",
        "0.5",
        "-2",
        "1st",
    ]
)


@st.composite
def sides(draw: st.DrawFn) -> Levels:
    levels = draw(st.lists(LEVEL, min_size=1, max_size=6, unique=True))
    cut = draw(st.integers(1, len(levels)))
    return Levels(tuple(levels[:cut]), tuple(levels[cut:]))


PARTS = sides() | st.sampled_from(KINDS).map(Line)
NAMES = st.sampled_from(["victims", "cost", "before.threat", "trial"])
CONTRASTS = st.one_of(
    sides().map(lambda part: Contrast(((None, part),))),
    st.dictionaries(NAMES, PARTS, min_size=1).map(lambda parts: Contrast(tuple(parts.items()))),
)


@given(CONTRASTS)
def test_what_is_written_is_read_as_the_same_contrast(contrast: Contrast) -> None:
    assert parse_contrast(str(contrast)) == contrast
    assert parse_contrast(contrast.as_map) == contrast


@given(sides())
def test_weights_of_a_difference_sum_to_zero_and_of_a_mean_to_one(levels: Levels) -> None:
    weights = levels.weights
    assert sum(weights.values()) == (0 if levels.minus else 1)
    assert set(weights) == {*levels.plus, *levels.minus}


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("a", {"a": 1}),
        ("8 - 1", {"8": 1, "1": -1}),
        ("a - mean(b, c, d)", {"a": 1, "b": "-1/3", "c": "-1/3", "d": "-1/3"}),
        ("mean(a,b) - c", {"a": "1/2", "b": "1/2", "c": -1}),
        ("mean(with, for)", {"with": "1/2", "for": "1/2"}),
        ("mean(1,8) - -2", {"1": "1/2", "8": "1/2", "-2": -1}),
        ("-2 - 1", {"-2": 1, "1": -1}),
    ],
)
def test_weights_are_exact(text: str, weights: dict[str, str]) -> None:
    [(name, part)] = parse_contrast(text).parts
    assert name is None
    assert isinstance(part, Levels)
    assert part.weights == {level: Fraction(weight) for level, weight in weights.items()}


def test_a_map_names_what_is_compared() -> None:
    contrast = parse_contrast({"victims": "8 - 1", "trait": "slope  of log", "cost": "asked"})
    assert contrast.names == ("victims", "trait", "cost")
    assert [part for _, part in contrast.parts] == [
        Levels(("8",), ("1",)),
        Line("slope of log"),
        Levels(("asked",)),
    ]
    assert contrast.as_map == {"victims": "8 - 1", "trait": "slope of log", "cost": "asked"}
    assert str(contrast) == "{victims: 8 - 1, trait: slope of log, cost: asked}"


def test_an_order_has_groups_of_equal_levels() -> None:
    order = parse_order("in>none = out > 1")
    assert order == Order((("in",), ("none", "out"), ("1",)))
    assert order.levels == ("in", "none", "out", "1")
    assert parse_order("active = placebo").groups == (("active", "placebo"),)


@given(st.lists(LEVEL, min_size=2, max_size=6, unique=True), st.data())
def test_what_is_written_is_read_as_the_same_order(levels: list[str], data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(1, len(levels) - 1)))
    edges = [0, *sorted(cuts), len(levels)]
    groups = tuple(tuple(levels[a:b]) for a, b in pairwise(edges))
    assert parse_order(str(Order(groups))) == Order(groups)


def test_a_claim_is_a_curve_an_order_or_a_contrast() -> None:
    assert parse_claim("inverted_u") == CurveName("inverted_u")
    assert parse_claim("a > b = c") == parse_order("a > b = c")
    assert parse_claim("a - b") == parse_contrast("a - b")
    assert parse_claim("mean(a, b)") == parse_contrast("mean(a, b)")
    assert parse_claim({"trait": "slope"}) == parse_contrast({"trait": "slope"})


BLANKS = "found a minus without blanks around it", "Write a blank on each side: a - b."
ONE_MINUS = "Write one minus; for several levels mean(a, b): a - mean(b, c)."
A_LEVEL = "Write a level, or mean(a, b) for several."
KEYBOARD = "Write the minus of the keyboard: '-'."
LINES = "Write 'slope', 'slope of log' or 'two lines'."
CLOSE = "Write commas between the levels and close the bracket: mean(a, b)."


@pytest.mark.parametrize(
    ("text", "at", "found", "remedy"),
    [
        ("a-b", 1, *BLANKS),
        ("a -b", 2, *BLANKS),
        ("a- b", 1, *BLANKS),
        ("a - b - c", 6, "found '-'", ONE_MINUS),
        ("a + b", 2, "found '+'", "Write mean(a, b)."),
        ("a > b", 2, "found '>'", "Write 'a - b'; '>' is for a claim."),
        ("a = b", 2, "found '='", "Write 'a - b'."),
        ("a vs b", 2, "found 'vs'", "Write a minus between blanks: a - b."),
        ("a versus b", 2, "found 'versus'", "Write a minus between blanks: a - b."),
        (
            "a - mean(b)",
            9,
            "found the mean of one level, 'b'",
            "Write 'b', or several levels: mean(a, b).",
        ),
        ("a - mean b, c", 9, "found 'b'", "Write the levels in brackets: mean(a, b)."),
        ("a - mean(b c)", 11, "found 'c'", CLOSE),
        ("a - mean(b, b)", 12, "found 'b' twice", "Write each level once."),
        ("a - a", 4, "found 'a' on both sides of the minus", "Write different levels."),
        ("mean(a, b) - b", 13, "found 'b' on both sides of the minus", "Write different levels."),
        ("a - (b + c)/2", 4, "found '('", "Brackets belong to mean(a, b) only."),
        (
            "2 * a - b",
            2,
            "found '*'",
            "Write levels with one minus, and mean(a, b) for several of them.",
        ),
        ("a –b", 2, "found '–'", KEYBOARD),
        ("a – b", 2, "found '–'", KEYBOARD),
        ("slope", 0, "found 'slope' without a name", "Write what it is of: {NAME: slope}."),
        ("slope of x", 6, "found 'of'", LINES),
        ("two_lines", 0, "found 'two_lines'", "Write 'two lines'."),
        ('a - "b"', 4, "found '\"'", "Leave out the quotation marks inside the phrase."),
        ("a -", 3, "found nothing after '-'", A_LEVEL),
        ("- b", 0, "found '-'", A_LEVEL),
        ("a b", 2, "found 'b'", "Write a minus between two levels: a - b."),
        ("a and b", 2, "found 'and'", "Write mean(a, b)."),
        ("a, b", 1, "found ','", "Write mean(a, b), or one contrast for each entry of the list."),
        ("a - mean(b, c", 13, "found nothing after 'c'", CLOSE),
        ("log(a)", 0, "found 'log(...)'", "Write 'slope of log'."),
        ("{victims: 8 - 1", 15, "found '{' without '}'", "Close the map with '}'."),
        ("{}", 0, "found an entry without a name", "Write {NAME: a - b}."),
        ("{victims 8}", 0, "found 'victims 8' without a colon", "Write {NAME: a - b}."),
        ("{a: b, a: c}", 0, "found 'a' twice", "Write each name once."),
        ("avg(a, b) - c", 0, "found 'avg(...)'", "Only mean(a, b) has brackets."),
    ],
)
def test_wrong_contrasts(text: str, at: int, found: str, remedy: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_contrast(text)
    assert (error.value.at, error.value.found, error.value.remedy) == (at, found, remedy)
    assert error.value.key == ""


@pytest.mark.parametrize(
    ("entries", "key", "at", "found", "remedy"),
    [
        ({"victims": "8-1", "cost": "asked"}, "victims", 1, *BLANKS),
        ({"victims": "8 - 1", "cost": "asked == none"}, "cost", 6, "found '=='", "Write 'a - b'."),
        ({}, "", 0, "found an empty map", "Write {NAME: a - b}."),
        ({"two words": "a"}, "two words", 4, "found 'words'", "Write one name before the colon."),
        ({"trait": "slope of log(x)"}, "trait", 6, "found 'of'", LINES),
    ],
)
def test_wrong_maps(entries: dict[str, str], key: str, at: int, found: str, remedy: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_contrast(entries)
    cause = error.value
    assert (cause.key, cause.at, cause.found, cause.remedy) == (key, at, found, remedy)


IN_ORDER = "Write levels with '>' and '=' between them."


@pytest.mark.parametrize(
    ("text", "at", "found", "remedy"),
    [
        ("a < b", 2, "found '<'", "Write the higher level first: a > b."),
        ("a >= b", 2, "found '>='", "Write '>' or '='."),
        ("a", 0, "found 'a' alone", "Write at least two levels: a > b."),
        ("a > a", 4, "found 'a' twice", "Write each level once."),
        ("a >", 3, "found nothing after '>'", "Write a level after '>'."),
        ("a > b, c", 5, "found ','", IN_ORDER),
        ("a - b > c", 2, "found '-'", IN_ORDER),
        ("a > b and b > c", 6, "found 'and'", IN_ORDER),
        ("a == b", 2, "found '=='", "Write '='."),
    ],
)
def test_wrong_orders(text: str, at: int, found: str, remedy: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_order(text)
    assert (error.value.at, error.value.found, error.value.remedy) == (at, found, remedy)


def test_two_words_are_no_claim() -> None:
    with pytest.raises(PhraseError) as error:
        parse_claim("inverted u")
    assert error.value.found == "found 'inverted u'"
    assert "an order (a > b)" in error.value.remedy
