"""The dial in the lab: keys and mouse move it, it stays in view, and an interrupted one begins again."""

from __future__ import annotations

from dataclasses import replace

from experiments.lab.kinds.trace import Dial
from experiments.screen import Block

SCREEN = "trace.short"
NONE = dict.fromkeys(("felt", "felt.mean", "felt.peak", "felt.slope"))


def test_keys_move_the_dial_and_the_others_scroll(page, press_key):
    made = page(SCREEN)
    dial = made.control("felt")
    assert made.focus is dial
    assert dial.value is None
    press_key(made, "right")
    assert dial.value == 50  # as far from both ends
    press_key(made, "right", "right", "left")
    assert dial.value == 51
    press_key(made, "3")
    assert dial.value == 30
    press_key(made, "left", repeated=True)
    assert dial.value == 27
    press_key(made, "home")
    assert dial.value == 0
    press_key(made, "end", "up", "pagedown", "space", "return")
    assert dial.value == 100
    assert not made.done


def test_the_trace_lasts_until_the_screen_ends(page):
    made = page(SCREEN)
    dial = made.control("felt")
    dial.press(dial.target(20), 0.25)
    dial.drag(dial.target(60), 0.71)
    assert made.form.answers == NONE | {"felt": "0.3: 20 20 20 20 20 60"}
    dial.ended(1.5)
    assert made.form.answers == {
        "felt": "0.3: 20 20 20 20 20 60 60 60 60 60 60 60",
        "felt.mean": 43.333,
        "felt.peak": 60,
        "felt.slope": made.form.answers["felt.slope"],
    }
    assert set(made.form.times.values()) == {1.5}


def test_nothing_has_to_be_moved(page):
    made = page(SCREEN)
    made.form.close()  # The time is over.
    made.control("felt").ended(1.5)
    assert made.form.answers == NONE


def test_what_was_moved_before_an_interruption_does_not_count(page):
    made = page(SCREEN, answers={"felt": "0.3: 20 20", "felt.mean": 20})
    assert made.form.answers == NONE
    assert made.control("felt").shown() is None


def test_the_dial_stays_in_view_below_a_long_text(page, timelines):
    screens = timelines["en"].screens
    screen = screens[timelines["en"].index[SCREEN]]
    story = Block("text", "A long story of a child and its mother. " * 200)
    made = page(replace(screen, content=(*screen.content, story)))
    assert made.layout.scrolls > 100
    (dial,) = [part for part in made.layout.fixed if isinstance(part, Dial)]
    before = made.box_in_window(dial)
    assert made.layout.view.bottom() <= before.top()
    assert before.bottom() < made.size[1]
    made.scroll_to(made.layout.scrolls)
    assert made.box_in_window(dial) == before
