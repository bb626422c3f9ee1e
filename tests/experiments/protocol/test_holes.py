"""Blank cells, words of levels and texts of fill that would leave a hole in a sentence are faults of the study."""

from __future__ import annotations

import pytest

from experiments.protocol.holes import leaves_hole

PAGE = '"One of {group}: {text}"'


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("An arm was broken in {x}.", True),
        ("{x} broke an arm.", True),
        ("It was late ({x}).", True),
        ("Place: {x}", True),
        ("# {x}", True),
        ("{text} {x}", False),
        ("It was late. {x}", False),
        ("{text}\n\n{x}\n\nPlease read on.", False),
        ("{x} Please read on.", False),
        ("Nothing of the kind.", False),
    ],
)
def test_what_leaves_a_hole(text, hole):
    assert leaves_hole("x", text) is hole


def test_a_blank_cell_that_another_cell_of_its_row_uses(desk):
    desk.write(
        "people.csv", "item,text,place\na,A fell in {place}.,\nb,B is ill,\nc,C,Ulm\nd,D, \n"
    )
    fault = desk.fault(desk.small())
    assert (fault.line, fault.column, fault.key) == (2, 3, "place")
    assert fault.found == "the cell is blank, which leaves a hole in 'A fell in {place}.'"
    assert "{place}" in fault.remedy


def test_a_blank_cell_that_the_page_uses_in_a_sentence(desk):
    desk.write("people.csv", "item,text,place\na,A,Ulm\nb,B,\n")
    fault = desk.fault(desk.small((PAGE, '"{text} This was in {place}."')))
    assert (fault.line, fault.key) == (3, "place")
    assert desk.faults(desk.small((PAGE, '"{text} {place}"'))) == []
    only_some = '{by: group, ours: "{text} In {place}.", theirs: "{text}"}'
    assert desk.faults(desk.small((PAGE, only_some))) == []


@pytest.mark.parametrize("words", ["''", "' '", "{by: cause, own: me, chance: ''}"])
def test_a_level_without_words_that_stands_in_a_text(desk, words):
    levels = "[ours, theirs]", f"{{ours: us, theirs: {words}}}"
    fault = desk.fault(desk.small(levels))
    assert fault.key == "factors.within.group.theirs"
    assert fault.found == "the level 'theirs' has no words, but '{group}' is used in a text"
    assert desk.faults(desk.small(levels, (PAGE, '"{text}"'))) == []


@pytest.mark.parametrize(
    ("page", "keys"),
    [('"{who} fell: {text}"', ["flow[1].fill.who"]), ('"{text}\\n\\n{who}"', [])],
)
def test_a_blank_fill(desk, page, keys):
    rotate = "    rotate: group\n"
    fill = f"{rotate}    fill: {{who: {{by: group, ours: Kim, theirs: ''}}}}\n"
    found = desk.faults(desk.small((rotate, fill), (PAGE, page)))
    assert [fault.key for fault in found] == keys
