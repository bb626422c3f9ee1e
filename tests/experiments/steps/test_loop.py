"""Loops: names and numbers of trials, practice, breaks, and texts of the items."""

from __future__ import annotations

import pytest
from step_desk import Desk

from experiments.screen import Response
from experiments.steps.not_yet import NotYetError
from experiments.timeline.session_run import SessionIdentity, SessionRun

ORDERED = '  - {each: people.csv, order: as written, page: "{text} {kind}"'


def test_each_trial_has_its_item_and_number(desk: Desk) -> None:
    screens = desk.screens(f"{ORDERED}}}")
    assert [(s.id, s.trial, s.stimulus, s.task) for s in screens] == [
        (f"people.{n}", n, f"p{n}", "each") for n in range(1, 5)
    ]
    assert screens[0].content[0].text == "Story 1. b"


def test_a_loop_of_several_steps_names_its_screens(desk: Desk) -> None:
    flow = """
  - name: person
    each: people.csv
    order: as written
    flow:
      - page: "{text}"
      - ask: {a: {slider: A?}}
      - page: On we go.
"""
    screens = desk.screens(flow)
    assert [screen.id for screen in screens[:4]] == [
        "person.1",
        "person.1.a",
        "person.1.3",
        "person.2",
    ]
    assert {screen.asks[0].measure for screen in screens if screen.asks} == {"person.a"}


def test_practice_comes_first_and_is_no_trial(desk: Desk) -> None:
    practice = ", practice: {where: item = p3, page: That was practice.}, ask: {a: {slider: A?}}}"
    screens = desk.screens(ORDERED + practice)
    assert [(s.id, s.phase, s.trial) for s in screens] == [
        ("people.practice.1", "practice", 1),
        ("people.practised", "practice", None),
        ("people.1", "trials", 1),
        ("people.2", "trials", 2),
        ("people.3", "trials", 3),
    ]
    assert screens[0].stimulus == "p3"


def test_practice_is_repeated_until_enough_answers_are_correct(desk: Desk) -> None:
    flow = """
  - each: people.csv
    order: as written
    practice: {where: item = p1 or p2, again: {below: 80 %, most: 3}, page: Now it begins.}
    ask: {answer: {choice: Well?, options: {a: A, b: B}, correct: {by: kind}}}
"""
    study = desk.study(flow)
    timeline = study.timeline(study.slots(study.modes[0])[0])

    def course(*answers: str) -> list[str]:
        """Return the screens up to the first trial, if practice is answered so."""
        run = SessionRun(timeline, SessionIdentity("p", "1", True, "none"), lambda: "")
        seen, given = [], iter(answers)
        while (screen := run.current()) is not None and screen.phase == "practice":
            seen.append(screen.id.removeprefix("people.practice."))
            asked = {ask.measure: next(given) for ask in screen.asks}
            run.take(Response(asked, {}, 0.0, "none"))
        return seen

    assert course("b", "a") == ["1", "2", "people.practised"]
    assert course("b", "b", "b", "a") == ["1", "2", "again", "1", "2", "people.practised"]
    often = ["1", "2", "again", "1", "2", "again", "1", "2", "people.practised"]
    assert course(*["b", "b"] * 3) == often


def test_breaks_come_after_so_many_trials_but_not_at_the_end(desk: Desk) -> None:
    screens = desk.screens(ORDERED + ", break: {every: 2, page: Rest.}}")
    assert [screen.id for screen in screens] == [
        "people.1", "people.2", "people.break.2", "people.3", "people.4",
    ]  # fmt: skip


def test_a_loop_over_the_levels_of_a_factor(desk: Desk) -> None:
    flow = '  - {name: people, each: person, order: as written, page: "This is {person}."}'
    screens = desk.screens(flow, factors=", within: {person: {ann: Ann, ben: my friend Ben}}")
    assert [screen.content[0].text for screen in screens] == [
        "This is Ann.",
        "This is my friend Ben.",
    ]
    assert [screen.cells["person"] for screen in screens if screen.cells] == ["ann", "ben"]


@pytest.mark.parametrize(
    ("more", "factors", "what"),
    [
        (", practice: {where: item = p1, again: {below: 80 %}}}", "", "have no correct answer"),
    ],
)
def test_what_cannot_be_shown_yet_is_said(desk: Desk, more: str, factors: str, what: str) -> None:
    with pytest.raises(NotYetError, match=what):
        desk.screens(ORDERED + more, factors=factors)
