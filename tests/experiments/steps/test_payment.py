"""The receipt: the decision that is paid, and its amounts."""

from __future__ import annotations

from collections import Counter

import pytest
from step_desk import STAKES, Desk

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
    assert [(fill.part, fill.of) for fill in receipt.fills] == [("given", 6.0), ("kept", 6.0)]
    assert receipt.fills[0].money == {"prefix": "€", "suffix": "", "decimals": 2}
