"""What a loop offers: items of the participant's level, in groups by columns, taken in equal parts."""

from __future__ import annotations

from experiments.language.conditions import parse_condition
from experiments.protocol.loops import (
    can_hold,
    cells_of,
    offer,
    planned_number,
)


def condition(text):
    return parse_condition(text)


def test_conditions_on_items_compare_levels_and_numbers():
    known = {"kind": "sad", "size": "10"}
    assert can_hold([condition("kind = sad or glad and size > 9")], known)
    assert not can_hold([condition("size < 10")], known)
    assert not can_hold([condition("kind != sad")], known)
    assert not can_hold([condition("kind > 3")], known)
    assert can_hold(
        [condition("length < 2 min and accuracy > 80%")], {"length": "90", "accuracy": "0.9"}
    )
    assert not can_hold([condition("length < 60 s")], {"length": "90"})


def test_what_is_not_known_yet_can_hold():
    conditions = [condition("club = first and mode = real"), condition("attention wrong")]
    assert can_hold(conditions, {"mode": "real"})
    assert not can_hold(conditions, {"mode": "imagined"})


def test_conditions_of_steps_loops_and_questions_are_collected(desk):
    study = desk.open(
        desk.small(
            ('    page: "One of {group}: {text}"\n', "    when: cause = own\n"),
            (
                "    ask:\n      compassion: {rating: How much compassion?, points: 7, from: Not at all, to: Very much}",
                '    flow:\n      - when: severity = mild\n        page: "{text}"\n        ask:\n'
                "          compassion: {rating: How much?, points: 7, from: N, to: V, when: group = ours}",
            ),
        )
    )
    measure = study.names.measure("compassion")
    found = [str(each) for each in measure.given]
    assert found == ["cause = own", "severity = mild", "group = ours"]


def test_an_offer_has_equal_parts_of_each_level(desk):
    text = desk.small(
        (
            "within: {group: [ours, theirs]}",
            "within: {group: [ours, theirs], severity: [mild, severe]}",
        ),
        ("    rotate: group", "    rotate: group\n    take: 4"),
    )
    study = desk.open(text)
    (loop,) = study.names.loops
    of = offer(study.names, loop, "main", {"cause": "own"})
    assert of.parts(0) == {"mild": 2, "severe": 2}
    assert {name: [e.item for e in group] for name, group in of.groups.items()} == {
        "mild": ["a", "b"],
        "severe": ["c", "d"],
    }
    assert of.nested == ("severity",)
    rows = [(row["item"], row["severity"], row["group"]) for row in of.rows()]
    assert rows == [
        ("a", "mild", "ours"),
        ("b", "mild", "theirs"),
        ("c", "severe", "ours"),
        ("d", "severe", "theirs"),
    ]
    assert planned_number(study.names, "main") == 60


def test_no_factors_have_one_cell():
    assert cells_of({}) == [{}]
