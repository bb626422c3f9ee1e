"""The text under each field of a model is found where it is written, without running the class."""

from __future__ import annotations

from experiments.files.descriptions import descriptions
from experiments.files.model import Model
from experiments.language.by import By
from experiments.protocol.sections import Sample


class Parent(Model):
    inherited: int
    """From the parent,
    in two lines."""
    replaced: int
    """Of the parent."""
    bare: int


class Child(Parent):
    own: int = 1
    """Of the child."""
    replaced: str


def test_a_class_has_its_own_and_those_of_its_parents():
    assert descriptions(Parent) == {
        "inherited": "From the parent,\nin two lines.",
        "replaced": "Of the parent.",
    }


def test_a_field_that_is_declared_again_has_no_other_text():
    assert descriptions(Child) == {
        "inherited": "From the parent,\nin two lines.",
        "own": "Of the child.",
    }


def test_classes_of_the_same_name_in_functions_are_told_apart():
    def one():
        class Here(Model):
            here: int
            """Of the first."""

        return Here

    def other():
        class Here(Model):
            here: int
            """Of the second."""

        return Here

    assert descriptions(one()) == {"here": "Of the first."}
    assert descriptions(other()) == {"here": "Of the second."}


def test_a_model_of_a_kind_has_those_of_the_generic_model():
    assert descriptions(By[int]) == descriptions(By)
    assert descriptions(By[int])["by"].startswith("What the value depends on")


def test_every_key_of_the_sample_is_described():
    assert descriptions(Sample).keys() == Sample.model_fields.keys()
