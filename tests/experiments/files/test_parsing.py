"""What a model finds wrong in values as they were typed, and what follows from faults of YAML is not reported."""

from __future__ import annotations

import pickle
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, model_validator

from experiments.files.faults import Fault, InvalidFileError, ValueFault
from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.scalars import Text, Words


class Part(Model):
    page: Text
    order: Literal["random", "as written"] = "random"


class Study(Model):
    title: Words
    parts: tuple[Part, ...] = ()
    levels: tuple[Words, ...] = ("a",)
    words: dict[Words, Text] = {}

    @model_validator(mode="after")
    def _has_parts(self) -> Study:
        if not self.parts:
            raise ValueError("there are no parts; add one")
        return self


def faults(tmp_path, text: str) -> tuple[Fault, ...]:
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Study, read(file))
    return caught.value.faults


@pytest.mark.parametrize(
    ("text", "column", "found", "remedy"),
    [
        (
            "- page: [Please]",
            11,
            "found a list (Please)",
            'Write a text; if the brackets belong to it, in quotes: "[Please]".',
        ),
        (
            "- page: {a: b, c: d}",
            11,
            "found the keys a, c",
            "Write a text; if it begins with a brace, in quotes.",
        ),
        ("- {page: x, order: randm}", 22, "found 'randm'", "Did you mean 'random'?"),
        ("page: x", 3, "found the keys page", "Write a list, each entry after a dash."),
        ("- [a]", 5, "found a list (a)", "Write keys with values; the keys are page, order."),
        ("- page:x", 5, "a space is missing after the colon of 'page'", "Write 'page: x'."),
        (
            "-page",
            3,
            "found a text that begins with a dash",
            "Write a space after each dash: '- page'.",
        ),
        ("page", 3, "found 'page'", "Write a list: [page]."),
    ],
)
def test_another_form_than_the_key_wants(tmp_path, text, column, found, remedy):
    (fault,) = faults(tmp_path, f"title: x\nparts:\n  {text}\n")
    assert (fault.line, fault.column) == (3, column)
    assert (fault.found, fault.remedy) == (found, remedy)


def test_a_list_below_a_key_that_wants_a_text(tmp_path):
    (fault,) = faults(tmp_path, "title:\n  - x\nparts: [{page: x}]\n")
    assert (fault.line, fault.column) == (2, 3)
    assert fault.remedy == "Write a text, without a dash before it."


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("title: a: b\nparts: [{page: x}]\n", [1]),
        ("title: a: b\nparts: [{pgae: x}]\n", [1, 2, 2]),
        ("title: x\nparts: [{page: x\n", [2]),
        ("title: x\nparts: {page: x\nwords: [a]\n", [2, 3]),
        ("title:\nparts: [{page: x}]\n", [1]),
        ("title: x\nparts:\n  - page:\n  - order: randm\n", [3, 4, 4]),
        ("title: x\nparts:\n  -page: x\n", [3]),
        ("title: x\ntitle: y\nparts: [{page: [x]}]\n", [2, 3]),
        ("title: x\nparts: [{page: {text}}]\n", [2]),
    ],
)
def test_what_follows_from_a_fault_of_yaml_is_not_reported(tmp_path, text, lines):
    assert [fault.line for fault in faults(tmp_path, text)] == lines


def test_a_fault_of_yaml_alone_is_enough(tmp_path):
    (fault,) = faults(tmp_path, "title: &x y\nparts: [{page: x}]\n")
    assert "reference" in fault.found


def _real(text: str) -> str:
    if "rael" in text:
        raise ValueFault("found 'rael'", "Did you mean 'real'?", text.index("rael"))
    return text


class Step(Model):
    when: Annotated[Words, AfterValidator(_real)]


def test_a_validator_points_at_a_character_of_its_value(tmp_path):
    file = tmp_path / "step.yaml"
    file.write_text('when: "mode = rael"\n', encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Step, read(file))
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == (1, 15)
    assert (fault.found, fault.remedy) == ("found 'rael'", "Did you mean 'real'?")


def _one_real(values: dict[str, str]) -> dict[str, str]:
    for key, text in values.items():
        if "rael" in text:
            raise ValueFault("found 'rael'", "Did you mean 'real'?", text.index("rael"), key)
    return values


def test_a_fault_of_a_value_can_be_sent_to_another_process():
    fault = pickle.loads(pickle.dumps(ValueFault("found 'rael'", "Did you mean 'real'?", 7, "b")))
    assert (fault.at, fault.key, str(fault)) == (7, "b", "found 'rael'; Did you mean 'real'?")


class Contrast(Model):
    levels: Annotated[dict[Words, Words], AfterValidator(_one_real)]


def test_a_validator_points_at_one_of_several_keys(tmp_path):
    file = tmp_path / "contrast.yaml"
    file.write_text("levels: {a: real, b: 1 - rael}\n", encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        parse(Contrast, read(file))
    (fault,) = caught.value.faults
    assert (fault.line, fault.column, fault.key) == (1, 26, "levels.b")
