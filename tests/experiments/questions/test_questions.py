"""Kinds of question: one file each, told apart by the key that has the question."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

import experiments.questions
from experiments.files.descriptions import descriptions
from experiments.questions import BASE, KINDS, AnyQuestion, kind_of

QUESTION = TypeAdapter(AnyQuestion)
SMALLEST = {
    "allocation": {},
    "choice": {"options": "yes_no"},
    "choices": {"options": {"a": "A", "b": "B"}},
    "dial": {"from": "None", "to": "Much"},
    "number": {},
    "price_list": {"amounts": ["5", "10"]},
    "ranking": {"options": {"a": "A", "b": "B"}},
    "rating": {},
    "slider": {},
    "text": {},
}


def test_each_file_is_a_kind_of_the_same_name():
    files = {path.stem for path in Path(experiments.questions.__file__).parent.glob("*.py")}
    assert set(KINDS) == files - {"__init__", *BASE}


@pytest.mark.parametrize("kind", sorted(SMALLEST))
def test_the_key_says_the_kind_and_has_the_question(kind):
    question = QUESTION.validate_python({kind: "How much?", **SMALLEST[kind]})
    assert (kind_of(question), question.prompt) == (kind, "How much?")


def test_every_kind_but_the_key_press_asks_something():
    assert set(KINDS) - set(SMALLEST) == {"key"}
    pressed = QUESTION.validate_python({"key": {"e": "E", "i": ["F", "G"]}})
    assert pressed.key == {"e": "E", "i": ("F", "G")}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_key_has_a_sentence(kind):
    assert set(KINDS[kind].model_fields) == set(descriptions(KINDS[kind]))


def test_two_kinds_do_not_go_together():
    with pytest.raises(ValidationError, match="no key says what this is"):
        QUESTION.validate_python({"rating": "A?", "slider": "B?"})


def test_a_shared_list_is_named():
    question = QUESTION.validate_python({"choice": "Well?", "options": "yes_no_unsure"})
    assert list(question.options) == ["yes", "no", "unsure"]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ({"rating": "I feel", "items": {"calm": "calm"}, "scores": {"ease": ["calm"]}}, ("time", "calm", "ease")),
        ({"allocation": "Divide.", "boxes": {"keep": "Keep", "give": "Give"}}, ("time", "keep", "give")),
        ({"choice": "Well?", "options": "yes_no", "correct": "yes"}, ("time", "correct")),
        ({"dial": "How?", "from": "Not", "to": "Very"}, ("time", "mean", "peak", "slope")),
        ({"key": {"e": "E"}, "correct": "E"}, ("time", "correct", "result")),
        ({"key": {"e": "E"}, "correct": "E", "until": "right"}, ("time", "correct", "result", "first")),
    ],
)  # fmt: skip
def test_what_an_answer_has_besides_its_value(written, parts):
    assert QUESTION.validate_python(written).parts == parts
