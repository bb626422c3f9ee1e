"""A screen: what its rows are, whose levels its questions are about, and how it is written as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from experiments.screen import Ask, Block, Display, Given, Option, Panel, Screen, Version

HEADING, STORY, OTHER = Block("heading", "A child"), Block("text", "One"), Block("text", "Eight")
GIFT = Ask("gift", high=5, money={"prefix": "$", "suffix": "", "decimals": 0})
JOINT = Screen(
    "appeals.1",
    "give",
    "trials",
    "appeals",
    (HEADING,),
    (Ask("why"), GIFT.in_panel(1), GIFT.in_panel(2)),
    cells={"name": "Rokia"},
    panels=(Panel({"victims": 1}, (STORY,)), Panel({"victims": 8}, (OTHER,))),
    given=(Given("consent", "agree", ("yes",)),),
)


def test_a_question_in_a_panel_is_about_the_levels_of_the_panel() -> None:
    levels = [JOINT.cells_of(ask) for ask in JOINT.asks]
    assert levels == [{"name": "Rokia"}, {"victims": 1}, {"victims": 8}]


def test_the_same_question_has_one_address_and_a_name_in_each_panel() -> None:
    assert [ask.measure for ask in JOINT.asks] == ["why", "gift@1", "gift@2"]
    assert [ask.address for ask in JOINT.asks] == ["why", "gift", "gift"]
    assert [ask.measure for ask in JOINT.asks_in(2)] == ["gift@2"]


def test_the_content_includes_that_of_the_panels() -> None:
    assert JOINT.blocks == (HEADING, STORY, OTHER)


def test_json_keeps_all_of_a_screen() -> None:
    choice = replace(GIFT, options=(Option(1, "Yes"), Option(0, "No")), keys={"e": "kind"})
    display = Display("show.1", (Version(results=("late",)),), ask="gift")
    screen = replace(JOINT, asks=(choice,), displays=(display,))
    assert Screen.from_json(json.loads(json.dumps(screen.to_json()))) == screen


def test_a_screen_without_questions_has_a_row_of_its_kind() -> None:
    assert replace(JOINT, kind="read", asks=()).measures == ("read",)


def test_the_displays_of_a_timed_trial_have_rows_before_its_answers() -> None:
    first = Ask("word.first", first=True)
    shown = (Display("show.1", ()), Display("show.2", (), ask="word"))
    trial = Screen("t", "timed", "trials", "each", asks=(Ask("word"), first), displays=shown)
    assert trial.measures == ("show.1", "show.2", "word", "word.first")
    assert [trial.asking(ask) for ask in trial.asks] == ["show.2", "show.2"]
    assert JOINT.asking(JOINT.asks[0]) == ""


def test_a_screen_that_ends_by_itself_has_no_button() -> None:
    assert JOINT.has_button
    assert replace(JOINT, at_least=2.0, at_most=5.0).has_button
    assert not replace(JOINT, at_least=5.0, at_most=5.0).has_button
    assert not replace(JOINT, kind="look", asks=(), duration=2.0).has_button
