"""Faults of loops: each is found where it is written, with what would do."""

from __future__ import annotations

import pytest

STUDY = """\
study: design
title: A design
factors:
  {factors}
flow:
  - each: {each}
    page: Thing.
    {loop}
    ask: {{liking: {{slider: L, from: f, to: t}}}}
analysis: {{formula: liking ~ x, contrasts: [a - b]}}
sample: {{participants: 24}}
"""
WITHIN = "within: {x: [a, b]}"
THINGS = "item,kind,y\n" + "".join(
    f"i{n},{'sad' if n < 5 else 'glad'},{'cd'[n % 2]}\n" for n in range(1, 7)
)  # four sad, two glad


def study(loop: str, factors: str = WITHIN, each: str = "things.csv") -> str:
    return STUDY.format(factors=factors, loop=loop, each=each)


@pytest.mark.parametrize(
    ("loop", "factors", "key", "found", "remedy"),
    [
        ("rotate: z", WITHIN, "rotate", "there is no factor 'z'", "x"),
        ("rotate: x\n    order: shuffled", WITHIN, "order", "found 'shuffled'", "as written"),
        ("rotate: x\n    order: blocks of kin", WITHIN, "order", "'kin' is no column", "kind"),
        ("rotate: x\n    first: i9", WITHIN, "first", "there is no item 'i9'", "i1"),
        (
            "rotate: x\n    first: i2\n    last: i2",
            WITHIN,
            "last",
            "'i2' is already in 'first'",
            "one of them",
        ),
        ("rotate: x\n    where: knd = sad", WITHIN, "where", "'knd' is no column", "kind"),
        (
            "rotate: x\n    where: x = a",
            WITHIN,
            "where",
            "its level is not known when items are drawn",
            "kind",
        ),
        (
            "rotate: x\n    where: kind = sad and y = c and item != i2 and item != i4",
            WITHIN,
            "where",
            "no item that participants can meet",
            "Change",
        ),
        (
            "rotate: x\n    practice: {where: kind = glad and item = i1}",
            WITHIN,
            "practice.where",
            "no item is for practice",
            "items",
        ),
        ("rotate: x\n    take: 7", WITHIN, "take", "but there are 6 items", "Take 1 to 6 items"),
        (
            "rotate: x\n    where: item = i1\n    take: 2",
            WITHIN,
            "take",
            "but there is 1 item",
            "Take 1 to 1 item",
        ),
        (
            "rotate: x\n    take: 1",
            WITHIN,
            "take",
            "1 item cannot be divided equally into 2 (x) cells",
            "Take 2 items",
        ),
        (
            "rotate: x\n    take: 5",
            WITHIN,
            "take",
            "5 items cannot be divided equally into 2 (x)",
            "Take 4 or 6",
        ),
        (
            "rotate: x\n    take: {by: liking, else: 2}",
            WITHIN,
            "take.by",
            "cannot differ by 'liking'",
            "the mode",
        ),
        (
            "rotate: x\n    runs: {kinds: 2}",
            WITHIN,
            "runs.kinds",
            "'kinds' is no factor",
            "kind",
        ),
        (
            "rotate: x\n    runs: {kind: 1}",
            WITHIN,
            "runs.kind",
            "4 of 6 trials have the same 'kind'",
            "runs of 2",
        ),
        (
            "rotate: x\n    order: as written\n    runs: {kind: 2}",
            WITHIN,
            "runs",
            "no effect",
            "random",
        ),
        (
            "rotate: x\n    order: blocks of kind\n    runs: {kind: 2}",
            WITHIN,
            "runs.kind",
            "'kind' has blocks",
            "random",
        ),
        (
            "rotate: x",
            "{within: {x: [a, b], kind: [sad, glad, calm]}}",
            "each",
            "no item has 'calm' in the column 'kind'",
            "glad, sad",
        ),
        (
            "rotate: x",
            "{within: {x: [a, b], kind: [sad, happy]}}",
            "each",
            "the column 'kind' has 'glad'",
            "sad",
        ),
        (
            "rotate: x\n    take: 3",
            "{within: {x: [a, b], kind: [sad, glad]}}",
            "take",
            "3 items cannot be divided equally among 2 levels of kind",
            "Take 2 or 4",
        ),
        (
            "rotate: x\n    take: 6",
            "{within: {x: [a, b], kind: [sad, glad]}}",
            "take",
            "only 2 items have 'glad'",
            "at most 4",
        ),
        (
            # Three items of each level in the column y, for two cells of x.
            "rotate: x",
            "{within: {x: [a, b], y: [c, d]}}",
            "rotate",
            "3 items of each level of y cannot be divided equally into 2 (x)",
            "Take 4",
        ),
        (
            "rotate: [x, y]",
            "{within: {x: [a, b], y: [c, d]}}",
            "rotate[1]",
            "'y' is a column of the items",
            "rename the column",
        ),
        (
            "rotate: x\n    cross: x",
            WITHIN,
            "cross",
            "'x' is already in 'rotate'",
            "one of the two",
        ),
        (
            "rotate: x",
            "between: {x: [a, b]}",
            "rotate",
            "'x' varies between participants",
            "within",
        ),
        (
            "rotate: x",
            "counterbalanced: {x: [a, b]}",
            "rotate",
            "'x' is counterbalanced between participants",
            "within",
        ),
        (
            "take: 6",
            "{between: {x: [a, b]}, sealed: {kind: [sad, glad]}}",
            "each",
            "'kind' is a column of the items, but it is sealed",
            "Rename",
        ),
    ],
)
def test_each_fault_is_found_where_it_is_written(desk, loop, factors, key, found, remedy):
    desk.write("things.csv", THINGS)
    faults = desk.faults(study(loop, factors))
    matching = [fault for fault in faults if found in fault.found]
    assert len(matching) == 1, "\n".join(map(str, faults)) or "no fault"
    assert matching[0].key == f"flow[0].{key}"
    assert remedy in matching[0].remedy


@pytest.mark.parametrize(
    ("loop", "factors"),
    [
        ("rotate: x\n    take: 5\n    uneven: yes", WITHIN),
        ("rotate: x\n    take: 4", WITHIN),
        ("cross: x\n    runs: {kind: 3, x: 4}", WITHIN),
        ("rotate: x\n    where: kind = sad", WITHIN),
        ("rotate: x\n    take: 4", "{within: {x: [a, b], kind: [sad, glad]}}"),
        ("cross: x\n    order: blocks of x", WITHIN),
    ],
)
def test_what_can_be_is_no_fault(desk, loop, factors):
    desk.write("things.csv", THINGS)
    assert desk.faults(study(loop, factors)) == []


def test_practice_items_need_no_level_of_a_factor(desk):
    desk.write("things.csv", "item,x\np1,\ni1,a\ni2,b\n")
    assert desk.faults(study("practice: {where: item = p1}")) == []
    fault = desk.fault(study("order: random"))
    assert "an empty cell" in fault.found


def test_a_loop_over_a_factor_cannot_vary_it(desk):
    fault = desk.fault(study("cross: x", each="x"))
    assert (fault.key, fault.found) == (
        "flow[0].cross",
        "the loop runs over the levels of 'x', so they do not vary over it",
    )


def test_loops_that_share_items_need_enough_of_them(desk):
    desk.write("things.csv", THINGS)
    text = study("rotate: x\n    take: 4").replace(
        "analysis",
        "  - {name: again, each: things.csv, take: 3, fresh: yes, page: Thing.}\nanalysis",
    )
    fault = desk.fault(text)
    assert fault.key == "flow[1].fresh"
    assert "need 7 different items in all loops over things.csv, but there are 6" in fault.found
    assert desk.faults(text.replace("take: 3", "take: 2")) == []


def test_a_within_factor_that_no_loop_uses_is_a_fault(desk):
    desk.write("things.csv", THINGS)
    fault = desk.fault(study("rotate: x", "within: {x: [a, b], z: [e, f]}"))
    assert fault.key == "factors.within.z"
    assert "no loop uses it" in fault.found
    text = study("take: 6", "between: {x: [a, b]}")
    text = text.replace("flow:", "modes: {one: {}, both: {within: [x]}}\nflow:")
    fault = desk.fault(text)
    assert fault.key == "modes.both.within"
    assert "'x' varies within participants, but no loop uses it" in fault.found
