"""Each trap of YAML is named, with the line and column of the mistake rather than of where the parser gave up."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.files.faults import Fault
from experiments.files.reading import read


def only_fault(tmp_path: Path, text: str) -> Fault:
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    (fault,) = read(file).faults
    assert fault.file == str(file)
    assert fault.remedy
    return fault


SIGNS = [
    "{name} is here",
    "[Please] read",
    "*Important* news",
    "> 5 people",
    "| people",
    '"Hello" she said',
    "'Hello' she said",
    "@home",
    "`code`",
    "%d people",
    "? people",
    ", people",
]


@pytest.mark.parametrize("text", SIGNS)
def test_a_text_that_begins_with_a_sign_of_yaml(tmp_path, text):
    fault = only_fault(tmp_path, f"study: a\nflow:\n  - page: {text}\n    time: 5 s\n")
    assert (fault.line, fault.column, fault.key) == (3, 11, "page")
    assert "begins with" in fault.found
    assert text in fault.remedy


@pytest.mark.parametrize(
    ("text", "sign"), [("&Important news", "&"), ("!Important news", "!"), ("*Important", "*")]
)
def test_a_text_that_yaml_accepts_but_shortens(tmp_path, text, sign):
    fault = only_fault(tmp_path, f"study: a\nflow:\n  - page: {text}\n")
    assert (fault.line, fault.column, fault.key) == (3, 11, "flow[0].page")
    assert sign in fault.found
    assert "needs quotes" in fault.remedy or "in quotes" in fault.remedy


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("How warm is {name}?, points: 7", "How warm is {name}?"),
        ("How warm is {name}?", "How warm is {name}?"),
        ("Hello {name}", "Hello {name}"),
        ("You and {name.first}, points: 7", "You and {name.first}"),
        ("Was {name} like {other}?, points: 7", "Was {name} like {other}?"),
    ],
)
def test_a_name_in_braces_within_braces(tmp_path, entry, text):
    fault = only_fault(tmp_path, f"study: a\nask: {{q: {{rating: {entry}}}}}\n")
    assert (fault.line, fault.column) == (2, 19 + text.index("{"))
    assert fault.found.startswith("a text without quotes has '{name")
    assert fault.remedy == f'Put the text in quotes: "{text}".'


@pytest.mark.parametrize("sign", ["> 5", "| x", "@home", "`x`", "%x"])
def test_a_sign_within_braces(tmp_path, sign):
    fault = only_fault(tmp_path, f"study: a\nask: {{q: {{choice: {sign}, points: 7}}}}\n")
    assert (fault.line, fault.column) == (2, 19)
    assert fault.remedy == f'Put the text in quotes: "{sign}".'


@pytest.mark.parametrize(
    ("text", "line", "column", "found"),
    [
        # A colon in a text.
        ("a: 1\npage: Please note: read\n", 2, 18, "has a colon in it, after 'Please note'"),
        ("a:\n  - page: Note: read\n", 2, 15, "has a colon in it, after 'Note'"),
        ("a: {rating: Say: how, points: 7}\n", 1, 16, "has a colon in it, after 'Say'"),
        ("a: [x, mode: real: no]\n", 1, 18, "has a colon in it, after 'real'"),
        ("a: Why\n  Note: because\n", 2, 7, "has a colon in it, after 'Note'"),
        # Indentation.
        ("a:\n  - x: 1\n   y: 2\nb: 1\n", 3, 4, "this line begins in column 4"),
        ("a:\n  - x: p\n     y: 2\n", 3, 6, "this line begins in column 6"),
        ('a:\n  - x: "p"\n     y: 2\n', 3, 6, "this line begins in column 6"),
        ("a:\n  b: [x]\n    c: 1\n", 3, 5, "this line begins in column 5"),
        ("a:\n    b: 1\n  c: 1\nd: 2\n", 3, 3, "this line begins in column 3"),
        ("a:\n  - x\n b: 1\n", 3, 2, "this line begins in column 2"),
        (
            "a: |\n   x\n  y\nb: 1\n",
            2,
            4,
            "the first line of this text begins further to the right",
        ),
        (
            "a:\n  b: |\n    One\n    Two\n   Three\n",
            5,
            4,
            "further to the left than its first line",
        ),
        ("a:\n  b: |\n    One\n   Two\n", 4, 4, "further to the left than its first line"),
        ("a:\n  b: |\n     # One\n    Two\n", 3, 6, "first line of this text begins further to"),
        (
            "a: |\n    # One\n\n  Two\n  Three\nb: 1\n",
            2,
            5,
            "first line of this text begins further to the",
        ),
        (
            "a: |\n     # One\n\n  **Two**\nb: 1\n",
            2,
            6,
            "first line of this text begins further to",
        ),
        (
            "a: |\n     # One\n\n  This is one more thing: x\nb: 1\n",
            2,
            6,
            "first line of this text",
        ),
        ("a:\n   b: 1\n  c: 1\n  d: 1\n", 2, 4, "this line begins in column 4"),
        ("a:\n    b: 1\n  c: 1\n  d: 1\n", 2, 5, "this line begins in column 5"),
        ("a:\n b: 1\n  c: 1\n", 2, 2, "this line begins in column 2"),
        ("a: x\n b: 1\n", 2, 2, "this line begins in column 2"),
        ("  a: 1\nb: 2\n", 1, 3, "this line begins in column 3"),
        ("a: b\n- c: d\n", 2, 1, "a list item is below 'a', which has a value already"),
        # A colon that is not there, or without a space.
        ("a:\n  b: 1\n  points:7\n  c: 1\n", 3, 9, "space is missing after the colon of 'points'"),
        ("points:7\nb: 1\n", 1, 7, "a space is missing after the colon of 'points'"),
        ("a:\n  b: 1\n  take 1\n  c: 1\n", 3, 3, "a colon is missing after 'take'"),
        ("a:\n  b\n  c: 1\n", 2, 3, "a colon is missing after 'b'"),
        ("title A study\nb: 1\n", 1, 1, "a colon is missing after 'title'"),
        ("b: 1\ntitle A study\n", 2, 1, "a colon is missing after 'title'"),
        ("- a\nb: 1\n", 1, 1, "a list begins without a key"),
        ("a:\n  - name:stories\n    b: c\n", 2, 9, "a space is missing after the colon of 'name'"),
        ("b: 1\na\n  c: d\n", 2, 1, "a colon is missing after 'a'"),
        ("a:\n  - page |\n    One\n    Two: three\n", 2, 5, "a colon is missing after 'page'"),
        ("a: {b: 1, contrasts:[x, y]}\n", 1, 20, "space is missing after the colon of 'contrasts'"),
        ("a:\n  - page:|\n      # One\n      Two\n", 2, 9, "missing after the colon of 'page'"),
        ("a:\n  b [x, y]  # z\n  c: [z]\n", 2, 3, "a colon is missing after 'b'"),
        # Dashes.
        ("a:\n  - x\n  -page: y\n", 3, 3, "a space is missing after the dash"),
        ("a:\n- x: 1\n-page: y\n", 3, 1, "a space is missing after the dash"),
        ("a:\n  - {b: x}\n  -{b: y}\n", 3, 3, "a space is missing after the dash"),
        ("a: - b\n", 1, 4, "a list begins on the line of its key"),
        # Quotation marks.
        ('a: "open\nb: 1\n', 1, 4, 'the quotation mark " that opens here is not closed'),
        ('a:\n  - b: "open\n  - c: "x"\nd: 1\n', 2, 8, 'mark " that opens here is not closed'),
        ('a:\n  - b: "open\n  - c: "x"\n  - d: "y"\n', 2, 8, 'mark " that opens here is not'),
        ("a: 'Tis late\nb: 1\n", 1, 4, "the quotation mark ' that opens here is not closed"),
        ("a: {b: 'x, c: 1}\n", 1, 8, "the quotation mark ' that opens here is not closed"),
        ("a: 'it's late'\nb: 1\n", 1, 4, "a text begins with ' and goes on after the next '"),
        ('a: ["x" y]\n', 1, 5, 'a text begins with " and goes on after the next "'),
        ('a: {b: "c" d}\n', 1, 8, 'a text begins with " and goes on after the next "'),
        ('a: "50 \\% more"\n', 1, 8, "'\\%' has no meaning within double quotes"),
        # Brackets.
        ("a: {b: 1\nc: 2\n", 1, 4, "the bracket '{' that opens here is not closed"),
        ('a: {b: "x"\nc: 2\n', 1, 4, "the bracket '{' that opens here is not closed"),
        ("a: [b, c\nd: 2\n", 1, 4, "the bracket '[' that opens here is not closed"),
        ("a:\n  - {x: [1, 2}\n", 2, 9, "the bracket '[' that opens here is not closed"),
        ("a:\n  - {y: 1\n  - z: 1\n", 2, 5, "the bracket '{' that opens here is not closed"),
        ("a: {b: 1\n", 1, 4, "the bracket '{' that opens here is not closed"),
        ("a:\n  b: {\n\nc: d\n", 2, 6, "the bracket '{' that opens here is not closed"),
        ("a: {b: 1, c: '2']}\n", 1, 17, "the bracket ']' closes nothing"),
        ("a: {b: 1}}\n", 1, 10, "the bracket '}' closes nothing"),
        ("a: [b]]\n", 1, 7, "the bracket ']' closes nothing"),
        ('a: {b: "x" c: 1}\n', 1, 12, "a comma is missing here"),
        ('a: {b: "x",\n    c: "y"\n    d: "z"}\n', 2, 11, "a comma is missing here"),
        ("a: {b: 1,, c: 2}\n", 1, 10, "nothing is between two commas"),
        (
            'a:\n  - {b: "x, c: 1}\n  - {b: "y", c: 2}\n',
            2,
            9,
            'mark " that opens here is not closed',
        ),
        ("a:\n  - {b: x\n  - {b: y}\n", 2, 5, "the bracket '{' that opens here is not closed"),
        # A comment that cuts a text on several lines.
        ("a: Room #1 is\n  here\nb: 1\n", 1, 9, "what follows ' #' is a comment"),
        # Curly quotation marks.
        ("a: “Note: read”\nb: 1\n", 1, 4, "curly quotation marks do not quote a text"),
        ("a: {b: “Note: read”, c: 1}\n", 1, 8, "curly quotation marks do not quote a text"),
    ],
)
def test_a_mistake_is_named_where_it_is(tmp_path, text, line, column, found):
    fault = only_fault(tmp_path, text)
    assert found in fault.found
    assert (fault.line, fault.column) == (line, column)


def test_the_remedy_shows_the_text_in_quotes(tmp_path):
    fault = only_fault(tmp_path, 'page: She said: "Go"\n')
    assert fault.remedy == "Put the text in quotes: 'She said: \"Go\"'."


def test_the_remedy_names_the_columns_of_the_neighbours(tmp_path):
    fault = only_fault(tmp_path, "factors:\n  between:\n      a: [x]\n    b: [y]\n")
    assert fault.remedy == "Begin it in column 3 (as 'between') or 7 (as 'a')."


def test_what_a_text_below_a_key_has_is_no_neighbour(tmp_path):
    fault = only_fault(tmp_path, "a:\n  page: |\n     # Title\n       x: y\n   ask: {}\n")
    assert (fault.line, fault.remedy) == (5, "Begin it in column 3 (as 'page').")
