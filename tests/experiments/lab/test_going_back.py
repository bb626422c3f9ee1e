"""The Back button at the window: where it is, what it keeps, and that nothing has to be answered before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from experiments.lab.form import Form
from experiments.lab.input_handling import handle_input
from experiments.lab.inputs import Mouse
from experiments.lab.page import Page


def click(page: Page, name: str) -> None:
    for what, time in (("press", 1.0), ("release", 1.1)):
        handle_input(page, Mouse(what, page.target(name), time), onset=0.0)


def test_a_click_goes_back_whatever_is_missing(page):
    made = page("rate.seven")
    click(made, "back")
    assert (made.done, made.notice()) == ("back", "")
    assert made.form.so_far() == ({}, {})


def test_keys_reach_it_after_the_button_that_goes_on(page, press_key):
    made = page("rate.seven")
    names = [control.name for control in made.controls()]
    assert names[-4:] == ["go_on", "back", "pause", "leave"]
    press_key(made, "4")
    press_key(made, *["tab"] * (names.index("back") - names.index("impact")), start=2.0)
    assert made.focus.name == "back"
    press_key(made, "return", start=3.0)
    assert made.done == "back"
    answers, times = made.form.so_far()
    assert answers == {"impact": 4}
    assert times["impact"] is not None


def test_return_goes_on_and_not_back(page, press_key):
    made = page("rate.seven")
    press_key(made, "4")
    press_key(made, "return", start=2.0)
    assert made.done == "on"


def test_a_screen_without_a_way_back_has_no_button(page):
    made = page("rate.numbered")
    with pytest.raises(KeyError, match="is not on this page"):
        made.control("back")


def test_one_can_go_back_before_one_can_go_on(page):
    made = page(replace(page("rate.seven").screen, at_least=20.0))
    made.go_on(1.0, "keys")
    assert made.done == ""
    made.go_back(1.0, "keys")
    assert made.done == "back"


def test_in_a_right_to_left_language_it_is_on_the_other_side(page):
    for language, sign in (("en", 1), ("he", -1)):
        made = page("rate.seven", language=language)
        on, back = (made.control(name).box.center().x() for name in ("go_on", "back"))
        assert (on - back) * sign > 0


def test_a_text_that_is_too_short_comes_back_and_is_still_too_short(page):
    made = page("write.least")
    screen = made.screen
    form = Form.begin(screen, {"reasons": "She"}, None)
    again = Page(screen, form, made.context, made.size)
    assert again.control("reasons").text == "She"
    again.tick(10.0)
    again.go_on(1.0, "keys")
    assert again.done == ""
    assert "still needed" in again.notice()
    assert form.so_far() == ({"reasons": "She"}, {"reasons": None})
