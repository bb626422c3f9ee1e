"""Timed trials: ``show`` steps that follow each other are one screen, with displays, keys and results."""

from __future__ import annotations

from pathlib import Path

import pytest
from step_desk import Desk

from experiments.screen import Screen
from experiments.steps.not_yet import NotYetError

WHOLE = """
  - name: main
    each: people.csv
    order: as written
    flow:
      - {show: "+", time: {one of: [500 ms, 750 ms, 1 s]}}
      - show: "{kind}"
        at: {by: group, us: left, them: right}
        ask: {answer: {key: {e: a, i: b}, correct: {by: kind}}}
        time: {least: 200 ms, most: 1500 ms}
      - {show: {by: answer.result, right: "", wrong: Wrong, late: Too slow}, time: 400 ms}
      - {show: "", time: 12 frames}
"""


def trials(screens: list[Screen]) -> list[Screen]:
    return [screen for screen in screens if screen.kind == "timed"]


def test_show_steps_that_follow_each_other_are_one_screen(desk: Desk) -> None:
    screens = desk.screens(WHOLE)
    assert [screen.id for screen in screens] == ["main.1", "main.2", "main.3", "main.4"]
    first = screens[0]
    assert (first.kind, first.phase, first.trial, first.stimulus) == ("timed", "trials", 1, "p1")
    assert [display.name for display in first.displays] == [f"show.{n}" for n in range(1, 5)]
    assert first.measures == ("show.1", "show.2", "show.3", "show.4", "main.answer")
    (ask,) = first.asks
    assert (ask.measure, ask.correct, ask.keys) == ("main.answer", "b", {"e": "a", "i": "b"})
    cross, word, feedback, blank = first.displays
    (stimulus,) = word.versions[0].stimuli
    assert stimulus.text == "b"
    assert stimulus.spot == {"us": "left", "them": "right"}[str((first.cells or {})["group"])]
    assert (word.ask, word.at_least, word.seconds, word.fixed) == ("main.answer", 0.2, 1.5, False)
    assert feedback.of == "main.answer"
    assert [(v.results, [s.text for s in v.stimuli]) for v in feedback.versions] == [
        (("right",), []),
        (("wrong",), ["Wrong"]),
        (("late",), ["Too slow"]),
    ]
    assert (blank.frames, blank.seconds, blank.versions[0].stimuli) == (12, 0.0, ())
    assert cross.seconds in (0.5, 0.75, 1.0)


def test_a_time_by_chance_is_that_of_the_slot(desk: Desk) -> None:
    def times(number: int) -> list[float]:
        return [each.displays[0].seconds for each in desk.screens(WHOLE, number=number)]

    assert times(1) == times(1)
    assert {seconds for number in range(1, 7) for seconds in times(number)} == {0.5, 0.75, 1.0}


def test_a_page_ends_a_trial_and_the_next_shows_begin_another(desk: Desk) -> None:
    flow = """
  - each: people.csv
    order: as written
    flow:
      - {show: "+", time: 500 ms}
      - {show: "{kind}", time: 1 s}
      - ask: {felt: {slider: How?}}
      - {show: "-", time: 500 ms}
"""
    screens = desk.screens(flow)[:4]
    assert [(screen.id, screen.kind) for screen in screens] == [
        ("people.1", "timed"),
        ("people.1.felt", "mark"),
        ("people.1.4", "timed"),
        ("people.2", "timed"),
    ]
    assert screens[0].measures == ("show.1", "show.2")


def test_a_step_can_depend_on_the_result_of_its_trial(desk: Desk) -> None:
    flow = """
  - each: people.csv
    flow:
      - {show: "{kind}", ask: {answer: {key: {e: a, i: b}, correct: {by: kind}}}}
      - {when: answer wrong, show: No, time: 1 s}
      - {when: answer.result = right or late, show: Well, time: 1 s}
      - {when: answer.result = right and group = us, show: Ours, time: 1 s}
"""
    screens = {
        str((each.cells or {})["group"]): each
        for number in range(1, 5)
        for each in desk.screens(flow, number=number)[:1]
    }
    results = [[v.results for v in each.versions] for each in screens["us"].displays]
    assert results == [[()], [("wrong", "late")], [("right", "late")], [("right",)]]
    assert [each.name for each in screens["them"].displays] == ["show.1", "show.2", "show.3"]


def test_a_fixed_time_with_a_question_is_kept(desk: Desk) -> None:
    flow = '  - {show: "E", time: 500 ms, ask: {answer: {key: {e: E, f: F}, correct: E}}}'
    (screen,) = trials(desk.screens(flow))
    assert (screen.displays[0].fixed, screen.displays[0].seconds) == (True, 0.5)
    assert screen.trial is None


def test_a_key_that_means_several_answers_is_the_one_beside_the_correct_one(desk: Desk) -> None:
    def keys(correct: str, meanings: str) -> dict[str, str]:
        flow = f"  - {{show: x, ask: {{answer: {{key: {meanings}, correct: {correct}}}}}}}"
        (screen,) = trials(desk.screens(flow))
        return screen.asks[0].keys

    pairs = "{e: [flower, good], i: [insect, bad]}"
    assert keys("flower", pairs) == {"e": "flower", "i": "insect"}
    assert keys("bad", pairs) == {"e": "good", "i": "bad"}
    assert keys("good", "{e: [flower, good], i: insect}") == {"e": "good", "i": "insect"}


def test_until_right_asks_for_the_first_key_too(desk: Desk) -> None:
    flow = "  - {show: x, ask: {answer: {key: {e: E, f: F}, correct: E, until: right}}}"
    (screen,) = trials(desk.screens(flow))
    assert [(ask.measure, ask.until_right, ask.first) for ask in screen.asks] == [
        ("answer", True, False),
        ("answer.first", False, True),
    ]
    assert screen.asking(screen.asks[1]) == "show.1"


def test_pictures_are_at_their_places(desk: Desk) -> None:
    for name in ("b", "a"):
        (desk.folder / f"{name}.png").write_bytes(b"")
    flow = """
  - each: people.csv
    order: as written
    flow:
      - {show: {left: {picture: "{kind}.png"}, up right: "{kind}"}, time: 1 s}
"""
    first = desk.screens(flow)[0].displays[0].versions[0]
    left, corner = first.stimuli
    assert (left.spot, Path(left.image)) == ("left", desk.folder / "b.png")
    assert (corner.spot, corner.text, corner.image) == ("up right", "b", "")


def test_what_a_display_cannot_depend_on_yet_is_said(desk: Desk) -> None:
    flow = """
  - ask: {before: {choice: Well?, options: {a: A, b: B}}}
  - {show: x, time: 1 s}
  - {when: before = a, show: y, time: 1 s}
"""
    with pytest.raises(NotYetError, match="the answer of its own trial only"):
        desk.screens(flow)
