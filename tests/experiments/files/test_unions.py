"""One key of an entry says what it is; faults of such entries are as good as those of plain models."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter

from experiments.files.faults import Fault, InvalidFileError
from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.scalars import FileSchema, Name, Text, Whole, Words
from experiments.files.unions import one_of


class Rating(Model):
    rating: Text
    points: Whole = 7
    from_: Annotated[Text, Field(alias="from")] = ""


class Choice(Model):
    choice: Text
    options: dict[Words, Text]


class Slider(Model):
    slider: Text
    rating: Words = ""


Question = Annotated[Rating | Choice | Slider, one_of("rating", "choice", "slider")]


class Page(Model):
    page: Text
    ask: dict[Name, Question] = {}


class Ask(Model):
    ask: dict[Name, Question]
    time: Words = ""


class Loop(Model):
    each: Words
    page: Text = ""
    order: Words = ""
    flow: tuple[Step, ...] = ()


Step = Annotated[Page | Ask | Loop, one_of("each", "page", "ask")]


class Study(Model):
    flow: tuple[Step, ...]


Loop.model_rebuild()
Study.model_rebuild()


def faults(tmp_path, text: str) -> tuple[Fault, ...]:
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Study, read(file))
    return caught.value.faults


@pytest.mark.parametrize(
    ("entry", "model"),
    [
        ({"page": "x"}, Page),
        ({"ask": {}}, Ask),
        ({"page": "x", "ask": {}}, Page),
        ({"page": "x", "each": "y"}, Loop),
        ({"flow": [], "each": "y"}, Loop),
        (Loop(each="y"), Loop),
    ],
)
def test_the_key_says_which_model_it_is(entry, model):
    assert type(TypeAdapter(Step).validate_python(entry)) is model


def test_a_key_that_another_model_knows_is_no_kind():
    question = TypeAdapter(Question).validate_python({"rating": "x", "slider": "y"})
    assert question == Slider(slider="y", rating="x")


def test_loops_within_loops(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_text("flow:\n  - each: a\n    flow:\n      - each: b\n        page: x\n")
    study = parse(Study, read(file))
    assert study.flow == (Loop(each="a", flow=(Loop(each="b", page="x"),)),)


@pytest.mark.parametrize(
    ("entry", "column", "key", "found", "remedy"),
    [
        (
            "points: 7, ratng: How",
            26,
            "x.ratng",
            "found the keys points, ratng; one of rating, choice, slider must say what this is",
            "Did you mean 'rating'?",
        ),
        (
            "points: 7",
            11,
            "x",
            "found the keys points; one of rating, choice, slider must say what this is",
            "Add rating:, choice: or slider:.",
        ),
        (
            "",
            11,
            "x",
            "found no keys; one of rating, choice, slider must say what this is",
            "Add rating:, choice: or slider:.",
        ),
        (
            "rating: a, choice: b",
            26,
            "x.choice",
            "found the keys rating, choice, which do not go together",
            "Keep one of them here, or write two entries.",
        ),
        (
            "rating: a, pionts: 7",
            26,
            "x.pionts",
            "this key is unknown here",
            "Did you mean 'points'?",
        ),
        ("rating: a, form: b", 26, "x.form", "this key is unknown here", "Did you mean 'from'?"),
        ("choice: a", 11, "x", "the key 'options' is missing", "Add 'options:' here."),
        (
            "rating: a, points: 1e1",
            34,
            "x.points",
            "found '1e1', which is not a whole number",
            "Write a whole number: such as 12, with digits alone.",
        ),
    ],
)
def test_a_fault_of_an_entry(tmp_path, entry, column, key, found, remedy):
    (fault,) = faults(
        tmp_path, f"flow:\n  - ask:\n      y: {{rating: b}}\n  - ask: {{x: {{{entry}}}}}\n"
    )
    assert fault.line == 4
    assert fault.key == f"flow[1].ask.{key}"
    assert (fault.found, fault.remedy) == (found, remedy)
    assert fault.column == column


@pytest.mark.parametrize(
    ("value", "found", "remedy"),
    [
        ("hello", "found 'hello'", "Write keys, one of them rating:, choice: or slider:."),
        ("rating:How", "a space is missing after the colon of 'rating'", "Write 'rating: How'."),
        ("[a, b]", "found a list (a, b)", "Write keys, one of them rating:, choice: or slider:."),
    ],
)
def test_an_entry_without_keys(tmp_path, value, found, remedy):
    (fault,) = faults(tmp_path, f"flow:\n  - ask:\n      x: {value}\n")
    assert (fault.line, fault.column) == (3, 10)
    assert (fault.found, fault.remedy) == (found, remedy)


def test_a_misspelt_kind_beside_another(tmp_path):
    (fault,) = faults(tmp_path, "flow:\n  - page: x\n    eahc: a.csv\n")
    assert (fault.line, fault.column) == (3, 5)
    assert fault.remedy == "Did you mean 'each'?"


def test_a_key_that_belongs_to_the_entry_around_it(tmp_path):
    found = faults(
        tmp_path,
        "flow:\n  - ask:\n      x: {rating: a}\n      time: 5 s\n"
        "  - each: a\n    flow:\n      - page: x\n        order: random\n",
    )
    assert [(fault.line, fault.remedy) for fault in found] == [
        (4, "'time' goes with 'ask': begin it in column 5."),
        (8, "'order' goes with 'flow': begin it in column 5."),
    ]


def test_each_model_has_one_kind_of_its_own():
    with pytest.raises(TypeError, match="Choice must require one key of its own among rating"):
        TypeAdapter(Annotated[Rating | Choice, one_of("rating")])


def test_the_json_schema_offers_each_model():
    schema = Study.model_json_schema(schema_generator=FileSchema)
    items = schema["properties"]["flow"]["items"]
    assert [each["$ref"] for each in items["oneOf"]] == [
        "#/$defs/Page",
        "#/$defs/Ask",
        "#/$defs/Loop",
    ]


class Rest(Model):
    wait: Words
    name: Words = ""


class Game(Model):
    game: Words


class Steps(Model):
    flow: tuple[Annotated[Rest | Game, one_of("wait", "game")], ...]


def test_a_key_that_is_known_is_not_taken_for_a_misspelt_kind(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_text("flow:\n  - name: x\n", encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Steps, read(file))
    (fault,) = caught.value.faults
    assert fault.remedy == "Add wait: or game:."
