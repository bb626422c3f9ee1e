"""Values by condition: read, looked up, written back."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from experiments.files.scalars import Whole
from experiments.language.by import By, Varied, values

WHOLE = TypeAdapter(Varied[Whole])


def test_a_value_or_one_for_each_level():
    assert WHOLE.validate_python("3") == 3
    varied = WHOLE.validate_python({"by": "photo", "shown": "1", "else": "0"})
    assert isinstance(varied, By)
    assert (varied.at({"photo": "shown"}), varied.at({"photo": "hidden"})) == (1, 0)
    assert values(varied) == [1, 0]
    assert values(7) == [7]


def test_the_levels_of_several_names_are_joined_in_the_order_named():
    varied = WHOLE.validate_python({"by": ["photo", "victims"], "shown 8": "8", "shown 1": "1"})
    assert varied.at({"victims": "8", "photo": "shown"}) == 8
    with pytest.raises(KeyError, match="hidden 1"):
        varied.at({"victims": "1", "photo": "hidden"})


def test_without_levels_it_is_the_level_itself():
    varied = WHOLE.validate_python({"by": "victims"})
    assert varied.at({"victims": "8"}) == "8"
    assert varied.missing([["1", "8"]]) == []


def test_what_is_missing_and_what_cannot_be():
    varied = WHOLE.validate_python({"by": ["a", "b"], "1 x": "1", "2 z": "2"})
    possible = [["1", "2"], ["x", "y"]]
    assert varied.missing(possible) == ["1 y", "2 x", "2 y"]
    assert varied.impossible(possible) == ["2 z"]


@pytest.mark.parametrize(
    "written",
    [
        {"by": "photo", "shown": 1, "else": 0},
        {"by": ["photo", "victims"], "shown 1": 1, "shown 8": 8},
        {"by": "victims"},
    ],
)
def test_it_is_written_back_as_it_was(written):
    assert WHOLE.validate_python(written).model_dump() == written


def test_a_fault_of_a_level_is_at_that_level():
    with pytest.raises(ValidationError) as error:
        WHOLE.validate_python({"by": "photo", "shown": "one", "else": "none"})
    assert [each["loc"][-1] for each in error.value.errors()] == ["shown", "else"]


def test_it_goes_by_one_name_at_least():
    with pytest.raises(ValidationError):
        WHOLE.validate_python({"by": [], "shown": "1"})
