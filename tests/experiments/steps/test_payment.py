"""The receipt: the decision that is paid, and its amounts."""

from __future__ import annotations

from collections import Counter

import pytest
from step_desk import STAKES, Desk

from experiments.files.faults import InvalidFileError
from experiments.timeline.timeline import amount_of

FLOW = """
  - name: people
    each: people.csv
    practice: {where: item = p3}
    times: 2
    ask: {gift: {allocation: "How much?"}}
  - use: receipt
    of: gift
"""


def test_every_decision_but_those_of_practice_is_paid_equally_often(desk: Desk) -> None:
    study = desk.study(FLOW, STAKES)
    paid: Counter[str] = Counter()
    for slot in study.slots("main"):
        screens = study.timeline(slot).screens
        (receipt,) = [screen for screen in screens if screen.task == "pay"]
        paid[receipt.fills[0].screen] += 1
    assert set(paid) <= {f"people.{number}" for number in range(1, 7)}
    assert len(paid) > 3


@pytest.mark.parametrize(
    ("paid", "beginning"),
    [
        ("everyone", ["Your receipt", "You keep **[[kept]]** and give **[[given]]** to"]),
        ("nobody", ["Thank you", "You decided to keep **[[kept]]** and to give **[[given]]**."]),
    ],
)
def test_the_text_is_that_of_the_stakes(desk: Desk, paid: str, beginning: list[str]) -> None:
    stakes = STAKES.replace("everyone", paid)
    receipt = desk.screens(FLOW, stakes)[-1]
    assert [
        block.text[: len(text)] for block, text in zip(receipt.content, beginning, strict=True)
    ] == beginning


def test_who_is_drawn_reads_so(desk: Desk) -> None:
    study = desk.study(FLOW, STAKES.replace("everyone", "1 in 2"))
    for slot in study.slots("main"):
        (receipt,) = [s for s in study.timeline(slot).screens if s.task == "pay"]
        drawn = "You have been drawn" in receipt.content[1].text
        assert drawn == slot.draws["implemented"]


def test_an_allocation_with_its_own_amount_is_paid_from_it(desk: Desk) -> None:
    flow = FLOW.replace('"How much?"', '"How much?", of: 6 EUR, step: 0.50 EUR')
    receipt = desk.screens(flow, STAKES)[-1]
    assert {fill.of for fill in receipt.fills} == {6.0}
    assert [(fill.name, fill.part) for fill in receipt.fills] == [
        ("given", "given"),
        ("kept", "kept"),
    ]
    assert receipt.fills[0].money == {"prefix": "€", "suffix": "", "decimals": 2}


BOXES = (
    FLOW.replace("gift:", "pools:")
    .replace('"How much?"', "Divide it., boxes: {keep: I keep, own: Ours, against: Theirs}")
    .replace("of: gift", "of: pools\n    amounts: '{boxes}.'\n    decided: '{boxes}.'")
)


def test_the_boxes_of_the_decision_that_is_paid_are_listed(desk: Desk) -> None:
    study = desk.study(BOXES, STAKES)
    paid = set()
    for slot in study.slots("main"):
        (receipt,) = [screen for screen in study.timeline(slot).screens if screen.task == "pay"]
        given, _kept, *boxes = receipt.fills
        paid.add(given.screen)
        assert {fill.screen for fill in receipt.fills} == {given.screen}
        assert (given.measure, given.others) == ("people.pools.own", ("people.pools.against",))
        assert [(box.name, box.part, box.measure) for box in boxes] == [
            ("pay.keep", "kept", "people.pools.own"),
            ("pay.own", "given", "people.pools.own"),
            ("pay.against", "given", "people.pools.against"),
        ]
    assert len(paid) > 3
    assert receipt.content[1].text.startswith(
        "I keep: [[pay.keep]]; Ours: [[pay.own]]; Theirs: [[pay.against]]."
    )


def test_without_a_box_to_keep_all_of_it_is_given(desk: Desk) -> None:
    receipt = desk.screens(BOXES.replace("keep: I keep, ", ""), STAKES)[-1]
    answers = {(receipt.fills[0].screen, f"people.pools.{box}"): 5 for box in ("own", "against")}
    assert [amount_of(fill, answers) for fill in receipt.fills] == [10, 0, 5, 5]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "of: pools",
            "of: pools.own",
            "'pools.own' is one of several boxes, which are paid together",
        ),
        (
            "amounts: '{boxes}.'",
            "amounts: You keep {kept}.",
            "participants do not read what is in the boxes",
        ),
    ],
)
def test_a_receipt_of_boxes_shows_all_of_them(desk: Desk, old: str, new: str, found: str) -> None:
    with pytest.raises(InvalidFileError, match=found):
        desk.study(BOXES.replace(old, new), STAKES)
