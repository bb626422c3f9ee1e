"""Versions of a screen by an earlier answer."""

from __future__ import annotations

import pytest
from step_desk import Desk

from experiments.screen import Given
from experiments.steps.not_yet import NotYetError

ASKED = "  - ask: {mood: {choice: How?, options: {good: Good, bad: Bad}}}\n"


def test_there_is_a_version_for_each_answer(desk: Desk) -> None:
    screens = desk.screens(f"{ASKED}  - page: {{by: mood, good: Glad., bad: Sorry.}}")[1:]
    assert [(s.id, s.content[0].text, s.given) for s in screens] == [
        ("step_2.good", "Glad.", (Given("mood", "mood", equals=("good",)),)),
        ("step_2.bad", "Sorry.", (Given("mood", "mood", equals=("bad",)),)),
    ]


def test_who_skipped_the_question_has_the_version_of_else(desk: Desk) -> None:
    screens = desk.screens(f"{ASKED}  - page: {{by: mood, good: Glad., else: Well.}}")[1:]
    assert [(s.content[0].text, s.given[0].equals, s.given[0].missing) for s in screens] == [
        ("Glad.", ("good",), False),
        ("Well.", ("bad",), False),
        ("Well.", (), True),
    ]


def test_answers_and_factors_go_together(desk: Desk) -> None:
    page = "{by: [mood, group], good us: A, good them: B, bad us: C, bad them: D}"
    flow = f"{ASKED}  - page: {page}"
    texts = {}
    for slot in desk.study(flow).slots("main")[:4]:
        screens = desk.screens(flow, number=slot.number)[1:]
        texts[slot.cells["group"]] = [screen.content[0].text for screen in screens]
    assert texts == {"us": ["A", "C"], "them": ["B", "D"]}


def test_trials_have_versions(desk: Desk) -> None:
    flow = f"""{ASKED}
  - each: people.csv
    where: item = p1
    page: {{by: mood, good: "Glad of {{text}}", bad: "Sorry, {{text}}"}}
    ask: {{liked: {{slider: How much?}}}}
"""
    screens = desk.screens(flow)[1:]
    assert [(screen.id, screen.content[0].text) for screen in screens] == [
        ("people.1.good", "Glad of Story 1."),
        ("people.1.bad", "Sorry, Story 1."),
    ]
    assert {screen.asks[0].measure for screen in screens} == {"people.liked"}


def test_an_answer_on_such_a_screen_cannot_be_used_later_yet(desk: Desk) -> None:
    flow = f"""{ASKED}
  - ask: {{liked: {{choice: {{by: mood, good: A?, bad: B?}}, options: yes_no}}}}
  - {{when: liked = yes, page: Shown.}}
"""
    with pytest.raises(NotYetError, match="'liked' is asked on a screen that differs"):
        desk.screens(flow)
