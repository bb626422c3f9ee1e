"""Numbers, yes and no, names and texts from what was typed."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from experiments.files.faults import Fault, InvalidFileError, ValueFault
from experiments.files.model import NAME, PATTERNS, Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.scalars import (
    FileSchema,
    Flag,
    Name,
    Note,
    Number,
    QuotedText,
    Range,
    Scalar,
    Selection,
    ShownText,
    Text,
    Whole,
    Words,
    YesNo,
)


def wrong(kind: Any, value: object) -> ValueFault:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    (error,) = caught.value.errors()
    reason = error["ctx"]["error"]
    assert isinstance(reason, ValueFault)
    return reason


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (Whole, "7", 7),
        (Whole, "-3", -3),
        (Whole, "0", 0),
        (Whole, 7, 7),
        (Selection, "8", 8),
        (Selection, "2 to 9", "2 to 9"),
        (Number, "7", 7.0),
        (Number, ".20", 0.2),
        (Number, "0.095", 0.095),
        (Number, "-1.5", -1.5),
        (Number, "1e-3", 0.001),
        (Number, 0.5, 0.5),
        (YesNo, "yes", True),
        (YesNo, "no", False),
        (YesNo, True, True),
        (Name, "gave_last_year", "gave_last_year"),
        (Words, "mode = real", "mode = real"),
        (Words, "089", "089"),
        (Text, "One\n\ntwo", ShownText("One\n\ntwo")),
        (Text, "", ShownText("")),
        (Note, "", ""),
        (Note, "1.10", "1.10"),
        (Flag, "yes", True),
        (Scalar, "8", 8),
        (Scalar, "-3", -3),
        (Scalar, "1.50", 1.5),
        (Scalar, ".5", 0.5),
        (Scalar, "1e3", 1000.0),
        (Scalar, "007", "007"),
        (Scalar, "1_000", "1_000"),
        (Scalar, "1,5", "1,5"),
        (Scalar, "+5", "+5"),
        (Scalar, "9" * 20, "9" * 20),
        (Scalar, "true", "true"),
        (Scalar, "Asha", "Asha"),
        (Scalar, QuotedText("8"), "8"),
        (Scalar, 8, 8),
    ],
)
def test_a_value_from_what_was_typed(kind, typed, value):
    read = TypeAdapter(kind).validate_python(typed)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "typed", "remedy"),
    [
        (Whole, "1_000", "Write a whole number: 1000."),
        (Whole, "1,000", "Write a whole number: 1000."),
        (Whole, "1.000.000", "Write a whole number: 1000000."),
        (Whole, "1e3", "Write a whole number: such as 12, with digits alone."),
        (Whole, "7.0", "Write a whole number: 7."),
        (Whole, "7.5", "Write a whole number: such as 12, with digits alone."),
        (Whole, "089", "Write a whole number: 89."),
        (Whole, "+5", "Write a whole number: 5."),
        (Whole, "−5", "Write a whole number: -5."),
        (Whole, "seven", "Write a whole number: such as 12, with digits alone."),
        (Whole, "７", "Write a whole number: such as 12, with digits alone."),
        (Whole, "9" * 5000, "Write a whole number: such as 12, with digits alone."),
        (Selection, "9 to 2", "Write the lower number first, such as 2 to 9; the first is 1."),
        (Selection, "2-9", "Write a whole number: such as 12, with digits alone."),
        (Number, "1_000", "Write a number: 1000."),
        (Number, "1,5", "Write a number: 1.5."),
        (Number, "-0,095", "Write a number: -0.095."),
        (Number, "1,000", "Write a number: 1000 or 1.000."),
        (Number, "089", "Write a number: 89."),
        (Number, "−1.5", "Write a number: -1.5."),
        (Number, "10 %", "Write a number: such as 12 or 0.5."),
        (Number, "1.", "Write a number: 1."),
        (Number, "nan", "Write a number: such as 12 or 0.5."),
        (Number, ".inf", "Write a number: such as 12 or 0.5."),
        (YesNo, "true", "Write yes or no."),
        (YesNo, "Yes", "Write yes or no."),
        (YesNo, "on", "Write yes or no."),
        (Name, "Gave", PATTERNS[NAME]),
        (Name, "gave\n", PATTERNS[NAME]),
        (Words, " ", "Write something here, or remove the key."),
        (Words, "one\ntwo", "Write it on one line."),
        (Words, "mode\u00a0= real", "Replace it by a common space, or delete it."),
    ],
)
def test_what_cannot_be_meant_alone_is_refused(kind, typed, remedy):
    assert wrong(kind, typed).remedy == remedy


def test_an_invisible_character_is_pointed_at():
    assert wrong(Words, "mode\u00a0= real").at == 4


@pytest.mark.parametrize(
    ("limits", "typed", "remedy"),
    [
        (Range(2, 11), "1", "Write a number from 2 to 11."),
        (Range(2, 11), "12", "Write a number from 2 to 11."),
        (Range(least=1), "0", "Write a number of at least 1."),
        (Range(most=1), "1.5", "Write a number of at most 1."),
    ],
)
def test_a_number_outside_its_range(limits, typed, remedy):
    kind = Annotated[Whole, limits] if "." not in typed else Annotated[Number, limits]
    assert wrong(kind, typed).remedy == remedy


def test_a_number_at_the_edge_of_its_range():
    adapter = TypeAdapter(Annotated[Whole, Range(2, 11)])
    assert [adapter.validate_python(typed) for typed in ("2", "11")] == [2, 11]


class Entry(Model):
    text: Text
    """What participants read."""
    words: Words = "x"
    points: Annotated[Whole, Range(2, 11)] = 7
    required: YesNo = False
    share: Number = 0.5
    name: Name = "a"


def faults(tmp_path, text: str) -> tuple[Fault, ...]:
    file = tmp_path / "entry.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Entry, read(file))
    return caught.value.faults


@pytest.mark.parametrize(
    ("text", "column"),
    [("text: Room #1\n", 12), ("text: Room   # one\n", 14), ("words: x\ntext: a\n  b # c\n", 5)],
)
def test_a_text_for_participants_that_a_comment_may_cut(tmp_path, text, column):
    (fault,) = faults(tmp_path, text)
    assert (fault.line, fault.column) == (text.count("\n"), column)
    assert "cut here" in fault.found


def test_a_comment_is_a_comment_elsewhere(tmp_path):
    file = tmp_path / "entry.yaml"
    file.write_text(
        'text: "Room #1"   # one\nwords: a   # two\npoints: 5  # three\nrequired: yes # four\n',
        encoding="utf-8",
    )
    entry = parse(Entry, read(file))
    assert entry == Entry(text="Room #1", words="a", points=5, required=True)
    assert type(entry.words) is str


class Item(Model):
    fields: dict[Note, Scalar]


def test_a_number_in_quotes_is_a_text_where_both_can_be(tmp_path):
    file = tmp_path / "item.yaml"
    text = "fields: {a: 8, b: '8', c: \"1.50\", d: 1.50}\n"
    file.write_text(text + "  # years\n", encoding="utf-8")
    fields = parse(Item, read(file)).fields
    assert fields == {"a": 8, "b": "8", "c": "1.50", "d": 1.5}
    assert [type(value) for value in fields.values()] == [int, str, str, float]


def test_the_hash_of_a_content_has_true_and_false():
    class Entry(Model):
        practice: Flag = False

    assert Entry(practice=True).model_dump(mode="json") == {"practice": True}
    schema = Entry.model_json_schema(schema_generator=FileSchema)["properties"]["practice"]
    assert (schema["enum"], schema["default"]) == (["yes", "no"], "no")


def test_a_fault_points_at_the_value(tmp_path):
    found = faults(tmp_path, "text: a\npoints: 1_000\nshare:   1,5\nrequired: true\nname: 'A'\n")
    assert [(fault.line, fault.column, fault.key) for fault in found] == [
        (2, 9, "points"),
        (3, 10, "share"),
        (4, 11, "required"),
        (5, 8, "name"),
    ]


def test_the_json_schema_is_about_what_is_typed():
    schema = Entry.model_json_schema(schema_generator=FileSchema)
    properties = schema["properties"]
    assert properties["text"]["type"] == ["string", "number", "boolean"]
    assert properties["text"]["description"] == "What participants read."
    assert properties["points"] == {
        "default": 7,
        "minimum": 2,
        "maximum": 11,
        "title": "Points",
        "type": "integer",
    }
    assert properties["required"]["enum"] == ["yes", "no"]
    assert properties["required"]["default"] == "no"
    assert properties["share"]["type"] == "number"
    assert properties["name"]["pattern"]


def test_a_model_is_dumped_as_it_would_be_typed():
    assert Entry(text="a", required=True).model_dump(mode="json")["required"] == "yes"
    assert Entry(text="a", required=True).required is True
