"""Keys and clicks on pages: every way to answer, to skip, to pause, to leave, and to be shown what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import QPointF

from experiments.lab.input_handling import handle_input
from experiments.lab.inputs import Key, Mouse, Typed


def mouse(page, what: str, point: QPointF, time: float = 1.0, **more) -> None:
    handle_input(page, Mouse(what, point, time, **more), onset=0.0)


def click(page, name: str, value=None, time: float = 1.0) -> None:
    point = page.target(name, value)
    mouse(page, "press", point, time)
    mouse(page, "release", point, time + 0.1)


@pytest.mark.parametrize(
    ("screen", "keys", "measure", "value"),
    [
        ("choose.5", ["down", "down"], "thought", "o2"),
        ("choose.5", ["up"], "thought", "o5"),
        ("choose.5", ["space"], "thought", "o1"),
        ("choose.5", ["4"], "thought", "o4"),
        ("choose.pictures.2", ["right", "right"], "preference", "b"),
        ("rate.seven", ["right", "right", "right"], "impact", 3),
        ("rate.seven", ["left"], "impact", 7),
        ("rate.seven", ["5", "9"], "impact", 5),
        ("rate.required", ["right", "right"], "closer", -2),
        ("mark.2", ["right"], "line1", 50),
        ("mark.2", ["7", "up", "up", "down"], "line1", 71),
        ("mark.2", ["end", "pagedown"], "line1", 90),
        ("give.five", ["right", "right"], "donation", 1),
        ("give.five", ["3"], "donation", 3),
        ("give.twenty", ["1", "5"], "donation", 15),
        ("give.twenty", ["9", "5"], "donation", 5),
        ("give.cents", ["home", "up"], "donation", 0.5),
        ("give.cents", ["end"], "donation", 3),
    ],
)
def test_keys_answer(page, press_key, screen, keys, measure, value):
    made = page(screen)
    press_key(made, *keys)
    assert made.form.answers == {measure: value}
    assert made.form.devices == {"keys"}
    press_key(made, "return", start=2.0)
    waits = len(made.screen.asks) > 1
    assert made.done == ("" if waits else "on")


def test_items_of_a_table_are_gone_through_by_arrows_and_digits(page, press_key):
    made = page("rate.feelings")
    press_key(made, "3", "down", "1", "down", "5", "up", "2")
    assert made.form.answers == {"feeling1": 3, "feeling2": 2, "feeling3": 5}


def test_a_held_arrow_repeats_on_lines_only(page, press_key):
    line, points = page("mark.2"), page("rate.seven")
    for made in (line, points):
        press_key(made, "right", "right")
        press_key(made, "right", "right", start=2.0, repeated=True)
    assert line.form.answers["line1"] == 53
    assert points.form.answers["impact"] == 2
    press_key(points, "return", start=3.0, repeated=True)
    assert points.done == ""


def test_tab_and_shift_tab_move_a_ring(page, press_key):
    made = page("give.five")
    assert not made.ring
    press_key(made, "tab", "tab")
    assert made.focus.name == "go_on"
    assert made.ring
    press_key(made, "tab", "tab", "tab", start=2.0)
    assert made.focus.name == "donation"
    press_key(made, "tab", start=3.0, shift=True)
    assert made.focus.name == "leave"
    click(made, "donation", 2, time=4.0)
    assert not made.ring


def test_a_page_says_what_is_missing_and_goes_there(page, press_key, english):
    made = page("mark.3", answers={"line1": 5})
    press_key(made, "return")
    assert made.done == ""
    assert made.notice() == english.interface["choose_one"]
    assert made.focus.name == "line2"
    assert made.ring
    press_key(made, "5", start=2.0)
    assert made.notice() == english.interface["choose_one"]
    click(made, "skip:line3", time=3.0)
    assert made.notice() == ""
    press_key(made, "return", start=4.0)
    assert made.done == "on"
    assert made.form.answers == {"line1": 5, "line2": 50, "line3": None}


def test_a_required_ask_can_not_be_skipped(page, press_key, english):
    made = page("consent.agree")
    press_key(made, "return")
    assert made.notice() == english.interface["required"]
    with pytest.raises(KeyError, match="skip:consent"):
        made.control("skip:consent")


def test_a_skip_is_taken_back_by_skipping_again_or_by_answering(page):
    made = page("give.five")
    click(made, "skip:donation")
    assert made.form.answers == {"donation": None}
    click(made, "skip:donation", time=2.0)
    assert made.form.answers == {}
    click(made, "skip:donation", time=3.0)
    click(made, "donation", 4, time=4.0)
    assert made.form.answers == {"donation": 4}


def test_an_answer_is_saved_at_each_change_with_its_time(page):
    saved = []
    made = page("mark.2", on_draft=lambda *draft: saved.append(draft))
    line = made.target("line1", 10)
    mouse(made, "press", line, 1.0)
    mouse(made, "drag", made.target("line1", 30), 1.5)
    mouse(made, "drag", made.target("line1", 30), 1.6)
    mouse(made, "release", made.target("line1", 30), 1.7)
    assert saved == [("line1", 10, 1.0)]
    made.tick(1.7)
    assert saved == [("line1", 10, 1.0)]
    made.tick(1.9)
    assert saved == [("line1", 10, 1.0), ("line1", 30, 1.5)]
    assert made.form.times == {"line1": 1.5}


def test_long_typing_is_saved_once_a_second(page):
    saved = []
    made = page("write.lines", on_draft=lambda measure, value, time: saved.append(len(value)))
    for letter in range(40):
        time = 1.0 + 0.1 * letter
        handle_input(made, Typed("x", time), onset=0.0)
        made.tick(time + 0.05)
    assert 3 <= len(saved) <= 5
    made.tick(10.0)
    assert saved[-1] == 40


@pytest.mark.parametrize("by", ["keys", "mouse"])
def test_pause_covers_the_page_and_its_time_does_not_count(page, press_key, by):
    events = []
    made = page("give.five", on_event=lambda what, **more: events.append((what, more)))
    if by == "mouse":
        click(made, "pause", time=2.0)
    else:
        press_key(made, "tab", "tab", "tab", "return", start=2.0 - 0.03)
    assert made.overlay.purpose == "pause"
    assert [control.name for control in made.controls()] == ["resume"]
    press_key(made, "3", start=3.0)
    assert made.form.answers == {}
    if by == "mouse":
        click(made, "resume", time=12.0)
    else:
        press_key(made, "return", start=12.0)
    assert made.overlay is None
    click(made, "donation", 3, time=13.0)
    assert made.form.times["donation"] == pytest.approx(3.0)
    assert [what for what, _ in events] == ["pause", "resume"]
    assert events[0][1] == {"screen": "give.five", "seconds": pytest.approx(2.0)}
    assert events[1][1] == {"screen": "give.five", "paused": pytest.approx(10.0)}
    press_key(made, "return", start=14.0)
    assert made.done_at == pytest.approx(4.0)


def test_escape_asks_whether_to_leave_and_goes_back(page, press_key):
    made = page("choose.3")
    press_key(made, "escape")
    assert made.overlay.purpose == "leave"
    assert made.focus.name == "stay"
    press_key(made, "return", start=2.0)
    assert made.overlay is None
    assert made.done == ""
    press_key(made, "escape", "escape", start=3.0)
    assert made.overlay is None
    press_key(made, "escape", "tab", "return", start=4.0)
    assert made.done == "leave"


def test_the_last_page_can_not_be_left_or_paused(page, press_key):
    made = page("end")
    press_key(made, "escape")
    assert made.overlay is None
    press_key(made, "return", start=2.0)
    assert made.done == "on"


def test_stray_keys_do_not_stop_a_look(page, press_key):
    made = page("look.pictures")
    press_key(made, "space", "return", "3", "left")
    assert (made.overlay, made.done) == (None, "")
    press_key(made, "tab", "return", start=2.0)
    assert made.overlay.purpose == "pause"


def test_what_happens_before_or_right_after_onset_does_not_count(page):
    made = page("choose.3")
    for time in (-0.5, 0.0, 0.15):
        handle_input(made, Key("2", time, "keys"), onset=0.0)
        mouse(made, "press", made.target("go_on"), time)
    assert made.form.answers == {}
    handle_input(made, Key("2", 0.25, "keys"), onset=0.0)
    assert made.form.answers == {"thought": "o2"}


def test_letting_go_elsewhere_does_not_press_a_button(page):
    made = page("welcome")
    mouse(made, "press", made.target("go_on"))
    mouse(made, "release", QPointF(5, 5), 2.0)
    assert made.done == ""
    mouse(made, "release", made.target("go_on"), 3.0)
    assert made.done == ""
    click(made, "go_on", time=4.0)
    assert (made.done, made.done_at) == ("on", 4.0)


def test_going_on_waits_for_the_least_time(page, press_key):
    made = page("consent.text")
    made.tick(0.1)
    press_key(made, "return", start=0.21)
    click(made, "go_on", time=0.22)
    assert made.done == ""
    made.tick(0.3)
    press_key(made, "return")
    assert made.done == "on"


def test_a_long_page_is_read_to_its_end_before_it_goes_on(page, press_key, english):
    consent = english.screens[english.index["consent.text"]]
    long = replace(consent.content[1], text="\n\n".join([consent.content[1].text] * 4))
    made = page(replace(consent, content=(long,), at_least=0.0))
    presses = 0
    while not made.done and presses < 30:
        before = made.scroll
        press_key(made, "return", start=1.0 + presses)
        presses += 1
        assert made.done or made.scroll > before
    assert made.scroll == pytest.approx(made.layout.scrolls)
    assert presses > 3
    mouse(made, "wheel", QPointF(500, 300), 50.0, steps=3.0)
    assert made.scroll < made.layout.scrolls
    press_key(made, "home", start=60.0)
    assert made.scroll == 0.0
    bar = made.layout.view.right() + 20
    mouse(made, "press", QPointF(bar, made.layout.view.bottom() - 2), 70.0)
    assert made.scroll == pytest.approx(made.layout.scrolls)


def test_what_is_out_of_sight_can_not_be_clicked(page):
    from experiments.screen import Ask, Option, Screen

    points = tuple(Option(n, f"an unusually long label {n}") for n in range(1, 8))
    asks = tuple(Ask(f"m{n}", "An item " * 9, options=points) for n in range(12))
    made = page(Screen("s", "rate", "scales", "t", (), asks))
    last = made.target("m11", 3)
    assert not made.in_sight(last, "m11")
    mouse(made, "press", last)
    assert made.form.answers == {}
    made.show(made.control("m11"))
    assert made.in_sight(made.target("m11", 3), "m11")


def test_digits_typed_into_an_editor_are_text_not_points(page, press_key):
    made = page("write.line")
    press_key(made, "3", "space", "left")
    handle_input(made, Typed("3", 2.0), onset=0.0)
    assert made.form.answers == {"word": "3"}
    assert made.done == ""
    press_key(made, "return", start=3.0)
    assert made.done == "on"
