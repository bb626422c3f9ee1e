"""Values stay as they were typed; what YAML would do to a text without a word is a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.files.faults import Fault
from experiments.files.reading import read
from experiments.files.scalars import CommentedText
from experiments.files.source import Source


def read_text(tmp_path: Path, text: str) -> Source:
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


def only_fault(tmp_path: Path, text: str) -> Fault:
    (fault,) = read_text(tmp_path, text).faults
    return fault


TYPED = [
    "no",
    "null",
    "089",
    "1_000",
    "1.10",
    "12:30",
    "true",
    "~",
    "1e3",
    "0x1F",
    "2026-01-01",
    ".inf",
    "it's",
    "-1",
    "<5",
    "=",
    "x:y",
    "a#b",
]


@pytest.mark.parametrize("value", [*TYPED, "How much?", "50 %", "a - b"])
def test_a_value_is_what_was_typed(tmp_path, value):
    source = read_text(tmp_path, f"a: {value}\nb: [{value}]\n{value}: c\n")
    assert source.faults == []
    assert source.tree == {"a": value, "b": [value], value: "c"}


def test_an_empty_text_is_in_quotes(tmp_path):
    source = read_text(tmp_path, "a: \"\"\nb: ['']\n")
    assert (source.tree, source.faults) == ({"a": "", "b": [""]}, [])


def test_a_question_mark_needs_no_quotes_within_braces(tmp_path):
    source = read_text(tmp_path, "a: {rating: How much?, points: 7}\n")
    assert source.tree == {"a": {"rating": "How much?", "points": "7"}}
    assert source.faults == []


@pytest.mark.parametrize(
    ("text", "line", "column", "key", "found"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "a", "the key occurs twice (first in line 1)"),
        ("x:\n  a: {b: 1, b: 2}\n", 2, 13, "x.a.b", "the key occurs twice (first in line 2)"),
        ("a: &x {b: 1}\n", 1, 4, "a", "'&x' is a reference for YAML"),
        ("a: [1, *x]\n", 1, 8, "a[1]", "'*x' is a reference for YAML"),
        ("a:\n  <<: {b: 1}\n", 2, 3, "a", "'<<' is no key here"),
        ("a: !!int 5\n", 1, 4, "a", "a text without quotes begins with '!'"),
        ("a: 1\n? [b, c]\n: 2\n", 2, 3, "", "a key is a list"),
        ("a: {{text}}\n", 1, 5, "a", "a key is a list, has keys itself"),
        ("a: 1\n---\nb: 2\n", 2, 1, "", "'---' begins another document"),
        # Nothing where a value belongs.
        ("a:\nb: 1\n", 1, 1, "a", "'a' has no value"),
        ("ask:\nrating: x\n", 1, 1, "ask", "'ask' has no value"),
        ("a: {b: , c: 1}\n", 1, 5, "a.b", "'b' has no value"),
        ("a: {b, c: 1}\n", 1, 5, "a.b", "'b' has no value"),
        ("a:\n  - x\n  -\n", 3, 4, "a[1]", "this item of the list is empty"),
        ("a: >5\nb: 1\n", 1, 4, "a", "there is no text here"),
        # Texts within brackets.
        ("a:\n  - {rating: How much, do you feel?, points: 7}\n", 2, 22, "a[0].rating", "a comma"),
        ("a: {page: One, two, three, b: 1}\n", 1, 14, "a.page", "a comma ends it"),
        ("a: [x, mean(b, c), d]\n", 1, 14, "a[1]", "a comma ends it"),
        ("a: {of: mean(b, c)}\n", 1, 15, "a.of", "a comma ends it"),
        ("a: {b: 1, points:7}\n", 1, 17, "a.points", "a space is missing after the colon"),
        ("a: {points:7}\n", 1, 11, "a.points", "a space is missing after the colon"),
        ('a: {b: x, c:"One, two, three", d: 1}\n', 1, 12, "a.c", "a space is missing"),
        ('a: {b: x, c "One, two, three", d: 1}\n', 1, 12, "a.c", "a colon is missing after 'c'"),
        ("page: {text}\n", 1, 7, "page", "a text without quotes begins with '{'"),
        ("a: {b: {text}, c: 1}\n", 1, 8, "a.b", "a text without quotes begins with '{'"),
        # Quotation marks and dashes.
        ("a: 1\ntitle: “A study”\n", 2, 8, "title", "curly quotation marks"),
        ("a: {rating: “How much, now?”, points: 7}\n", 1, 13, "a.rating", "curly quotation"),
        ('a: "One\nb: Two"\n', 1, 4, "a", "goes on over lines with keys"),
        ("a: “x”\n", 1, 4, "a", "curly quotation marks"),
    ],
)
def test_what_yaml_would_accept_in_silence(tmp_path, text, line, column, key, found):
    fault = only_fault(tmp_path, text)
    assert found in fault.found
    assert (fault.line, fault.column, fault.key) == (line, column, key)
    assert fault.remedy


@pytest.mark.parametrize("text", ["a: {b, b: 1}\n", "a: {b:7, b: 1}\n", "a: {b 'x', b: 1}\n"])
def test_a_key_that_occurs_twice_and_has_another_fault(tmp_path, text):
    faults = read_text(tmp_path, text).faults
    assert len(faults) == 2
    assert faults[1].found == "the key occurs twice (first in line 1)"


def test_a_dash_without_a_space_in_every_item(tmp_path):
    source = read_text(tmp_path, "flow:\n  -page: x\n  -ask: y\n")
    assert [(fault.line, fault.column) for fault in source.faults] == [(2, 3), (3, 3)]
    assert source.unread == {("flow",)}


def test_a_text_that_was_cut_is_whole_in_the_tree(tmp_path):
    text = "a: {rating: How much, in all, is it?, points:7}\nb: [mean(x, y), z]\nc: {text}\n"
    assert read_text(tmp_path, text).tree == {
        "a": {"rating": "How much, in all, is it?", "points": "7"},
        "b": ["mean(x, y)", "z"],
        "c": "{text}",
    }


def test_lists_and_texts_with_brackets_that_are_meant(tmp_path):
    text = 'a: [x, "mean(b, c)", d]\nb: ["a) x", "(b"]\nc: {}\nd: []\ne: "“x”"\nf: “a” and “b”\n'
    assert read_text(tmp_path, text).faults == []


@pytest.mark.parametrize(
    ("text", "key", "place"),
    [
        ("a: some text  # more\n", ("a",), (1, 15)),
        ("a: {b: text # more\n  }\n", ("a", "b"), (1, 13)),
        ("a:\n  - x\n  - y #2\n", ("a", 1), (3, 7)),
        ("a: one\n  two # three\n", ("a",), (2, 7)),
        ("a: some text#more\n", ("a",), None),
        ('a: "some text" # more\n', ("a",), None),
        ("a: | # more\n  text # more\n", ("a",), None),
        ("a: [b] # more\n", ("a", 0), None),
    ],
)
def test_a_comment_behind_a_text_is_known(tmp_path, text, key, place):
    source = read_text(tmp_path, text)
    value = source.value(key)
    assert isinstance(value, CommentedText) is (place is not None)
    if isinstance(value, CommentedText):
        fault = source.fault(key, "found", "remedy", at=value.comment)
        assert (fault.line, fault.column) == place
    assert source.faults == []


def test_the_places_of_keys_and_values(tmp_path):
    text = "a:\n  b: {c: [x, 'yy']}\n  d: |\n    one\n    two\n"
    source = read_text(tmp_path, text)
    assert source.marks["a", "b"] == (2, 3)
    assert source.values["a", "b"][:2] == (2, 6)
    assert source.values["a", "b", "c"].raw == "[x, 'yy']"
    assert source.values["a", "b", "c", 1][:2] == (2, 14)


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("a: mode = rael\n", 7, (1, 11)),
        ('a: "mode = rael"\n', 7, (1, 12)),
        ("a: '  mode'\n", 2, (1, 7)),
        ("a: |\n    one\n    two three\n", 8, (3, 9)),
        ("a: |\n    one\n    two three\n", 0, (2, 5)),
        ("a: one\n  two\n", 4, (1, 4)),
    ],
)
def test_a_fault_can_point_at_a_character_of_a_value(tmp_path, text, at, place):
    fault = read_text(tmp_path, text).fault(("a",), "found", "remedy", at=at)
    assert (fault.line, fault.column) == place
