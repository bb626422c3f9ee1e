"""The appeals for one child or eight differ in what they say that they differ in, and in nothing else."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from experiments.stimuli.sets import load_set
from experiments.stimuli.stimulus_set import Item

APPEALS, PORTRAITS = load_set("singularity"), load_set("portraits")
NAMED = re.compile(r"(\w+) \(age (\d+)\)")
GIRLS = {item.id for item in PORTRAITS.items if item.fields["gender"] == "girl"}


def text(item: Item, variant: str) -> str:
    return APPEALS.text(item, "en", variant, {})


def children(item: Item, variant: str) -> list[tuple[str, int]]:
    """Return the names and ages in a text."""
    return [(name, int(age)) for name, age in NAMED.findall(text(item, variant))]


@pytest.mark.parametrize("item", APPEALS.items, ids=lambda item: item.id)
def test_named_and_unnamed_differ_in_names_and_ages_alone(item: Item) -> None:
    for number, how_many in (("one", 1), ("eight", 8)):
        named, unnamed = text(item, f"{number}_named"), text(item, f"{number}_unnamed")
        listed = r", (?:and )?".join([NAMED.pattern] * how_many)
        assert re.sub(f", {listed},", "", named) == unnamed
        assert len(children(item, f"{number}_named")) == how_many
        assert NAMED.search(unnamed) is None


@pytest.mark.parametrize("item", APPEALS.items, ids=lambda item: item.id)
def test_one_and_eight_differ_in_number_alone(item: Item) -> None:
    one, eight = text(item, "one_unnamed"), text(item, "eight_unnamed")
    for singular, plural in (
        ("One child is", "Eight children are"),
        ("The child is", "The children are"),
    ):
        assert one.count(singular) == eight.count(plural) == 1
        one = one.replace(singular, plural)
    verbs = {"needs": "need", "has": "have", "faints": "faint"}
    first, second = ([verbs.get(word, word) for word in each.split()] for each in (one, eight))
    assert first == second
    assert one.count(str(item.fields["sum"])) == eight.count(str(item.fields["sum"])) == 1


@pytest.mark.parametrize("item", APPEALS.items, ids=lambda item: item.id)
def test_the_one_child_is_none_of_the_eight_who_are_as_old_on_average(item: Item) -> None:
    (one,), eight = children(item, "one_named"), children(item, "eight_named")
    assert one == (item.fields["name"], item.fields["age"])
    assert one[0] not in dict(eight)
    assert len(dict(eight)) == 8
    assert sum(age for _, age in eight) / 8 == one[1]
    portraits = [picture.of.removeprefix("portraits/") for picture in item.images]
    assert len(set(portraits)) == 9
    assert (portraits[0] in GIRLS) == (item.fields["gender"] == "girl")
    assert sum(name in GIRLS for name in portraits[1:]) == 4


def test_names_and_portraits_are_those_of_girls_or_boys_in_every_case() -> None:
    girl: dict[str, set[bool]] = {}
    for item in APPEALS.items:
        named = [*children(item, "one_named"), *children(item, "eight_named")]
        for (name, _), picture in zip(named, item.images, strict=True):
            girl.setdefault(name, set()).add(picture.of.removeprefix("portraits/") in GIRLS)
    assert {len(found) for found in girl.values()} == {1}


def test_each_portrait_and_name_is_the_one_childs_once() -> None:
    assert set(Counter(item.images[0].of for item in APPEALS.items).values()) == {1}
    assert set(Counter(item.fields["name"] for item in APPEALS.items).values()) == {1}
