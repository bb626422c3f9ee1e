"""Which screens are in a period of imported signals."""

from __future__ import annotations

import pytest
from step_desk import Desk

from experiments.steps.not_yet import NotYetError

FLOW = """
  - {name: baseline, wait: "+", time: 60 s, period: rest}
  - name: people
    each: people.csv
    period: trial
    practice: {where: item = p1, page: Now we begin.}
    flow:
      - {wait: "+", time: 5 s, period: pause}
      - {page: "{text}", time: 9 s, period: viewing}
      - ask: {sad: {rating: How sad?, from: Not, to: Very}}
"""


def test_the_innermost_period_counts_and_practice_has_none(desk: Desk) -> None:
    screens = desk.screens(FLOW)
    assert screens[0].period == "baseline.rest"
    practised = [each for each in screens if each.phase == "practice"]
    assert len(practised) == 4
    assert {each.period for each in practised} == {""}
    rest = [each for each in screens[1:] if each.phase != "practice"]
    assert [each.period for each in rest] == [
        "people.pause",
        "people.viewing",
        "people.trial",
    ] * 3
    assert {(each.trial, each.stimulus != "") for each in rest} == {(n, True) for n in (1, 2, 3)}


def test_all_screens_of_a_step_are_in_its_period(desk: Desk) -> None:
    asks = "{a: {slider: How?, from: A, to: B}, b: {number: How many?}}"
    screens = desk.screens(f"  - {{page: Please answer., ask: {asks}, period: asked}}")
    assert [each.period for each in screens] == ["asked", "asked"]


def test_a_timed_trial_is_in_one_period_as_a_whole(desk: Desk) -> None:
    flow = '  - {show: "+", time: 1 s, period: flash}\n  - {show: "x", time: 1 s, period: flash}'
    (screen,) = desk.screens(flow)
    assert screen.period == "flash"
    with pytest.raises(NotYetError, match="a period of a part of a timed trial"):
        desk.screens(flow.replace(", period: flash}\n", "}\n"))
