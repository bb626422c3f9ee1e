"""A choice of many options in the lab: a list that scrolls, by wheel, arrow keys and typed letters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import QPointF

from experiments.lab.input_handling import handle_input
from experiments.lab.inputs import Mouse
from experiments.screen import Ask, Option, Screen

NAMES = ["Chad", "Chile", "China", "Cuba", "Cyprus", "Egypt", "Fiji", "Gabon", "Ghana", "Haiti"]
NAMES += ["India", "Iran", "Iraq", "Italy", "Japan", "Kenya"]
ASK = Ask("country", "Where?", options=tuple(Option(name.lower(), name) for name in NAMES))
SCREEN = Screen("s", "pick", "scales", "t", asks=(ASK,))


@pytest.fixture
def made(page):
    return page(SCREEN)


def chosen(made):
    return made.form.answers.get("country")


def test_arrow_keys_move_through_the_list_and_keep_the_option_in_view(made, press_key):
    listed = made.control("country")
    press_key(made, "down")
    assert chosen(made) == "chad"
    press_key(made, "down", "pagedown")
    assert chosen(made) == "haiti"
    assert listed.box.contains(listed.cell(9))
    assert not listed.box.contains(listed.cell(0))
    press_key(made, "end", "down")
    assert chosen(made) == "kenya"
    press_key(made, "home")
    assert (chosen(made), listed.scrolled) == ("chad", 0.0)


def test_letters_go_to_the_next_option_that_begins_with_them(made, press_key):
    press_key(made, "i")
    assert chosen(made) == "india"
    press_key(made, "i", start=5.0)
    assert chosen(made) == "iran"
    press_key(made, "c", "h", "i", "n", start=9.0)
    assert chosen(made) == "china"
    press_key(made, "z", start=14.0)
    assert chosen(made) == "china"


def test_the_wheel_scrolls_the_list_and_a_click_chooses_what_is_visible(made):
    listed = made.control("country")
    inside = made.box_in_window(listed).center()
    handle_input(made, Mouse("wheel", inside, 1.0, steps=-2.0), onset=0.0)
    assert listed.scrolled > 0
    place = listed.at(inside - made.shift(listed))
    handle_input(made, Mouse("press", inside, 2.0), onset=0.0)
    assert chosen(made) == ASK.options[place].value
    below = QPointF(inside.x(), made.box_in_window(listed).bottom() + 2)
    assert listed.at(below - made.shift(listed)) is None


def test_an_answer_from_before_an_interruption_is_in_view(page):
    listed = page(SCREEN, answers={"country": "kenya"}).control("country")
    assert listed.box.contains(listed.cell(15))


def test_on_a_right_to_left_page_it_works_the_same(page, press_key):
    made = page(replace(SCREEN), language="he")
    press_key(made, "down", "down")
    assert chosen(made) == "chile"
