"""The editor: every script, a caret, a selection, a longest text, whole numbers in words."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF

from experiments.lab.input_handling import handle_input
from experiments.lab.inputs import Caret, Mouse, Typed
from experiments.lab.kinds.write import typed_number
from experiments.screen import Ask


def kind(page, *texts: str) -> None:
    for text in texts:
        handle_input(page, Typed(text, 1.0), onset=0.0)


def move(page, *ways: str) -> None:
    for way in ways:
        handle_input(page, Caret(way, 1.0), onset=0.0)


@pytest.mark.parametrize("text", ["warm", "חום ואהבה", "温暖", "naïve é", "👩‍👩‍👧 ok", '=1+1 "x"'])
def test_what_is_typed_is_the_answer(page, text):
    made = page("write.line")
    kind(made, *text)
    assert made.form.answers == {"word": text}


def test_the_caret_moves_and_deletes(page):
    made = page("write.line")
    kind(made, "helo")
    move(made, "left")
    kind(made, "l")
    assert made.form.answers == {"word": "hello"}
    move(made, "home", "delete", "end", "backspace")
    assert made.form.answers == {"word": "ell"}
    move(made, *["backspace"] * 5)
    assert made.form.answers == {}


def test_arrows_follow_the_direction_of_the_script(page):
    made = page("write.line", "he")
    kind(made, "אב")
    move(made, "right")
    kind(made, "ג")
    assert made.form.answers == {"word": "אגב"}


def test_lines_are_kept_in_lines_and_only_there(page):
    line, lines = page("write.line"), page("write.lines")
    for made in (line, lines):
        kind(made, "a", "\r", "b", "\x1b", "\x08")
    assert line.form.answers == {"word": "ab"}
    assert lines.form.answers == {"thoughts": "a\nb"}
    move(lines, "up", "home")
    kind(lines, "c")
    assert lines.form.answers == {"thoughts": "ca\nb"}
    move(lines, "down")
    kind(lines, "d")
    assert lines.form.answers == {"thoughts": "ca\nbd"}


def test_no_text_is_longer_than_the_longest(page, english):
    made = page("write.line")
    kind(made, "x" * 100)
    assert made.form.answers == {"word": "x" * 40}
    many = page("write.lines")
    kind(many, "y" * 450)
    assert english.interface["characters_left"].format(n=50) == "50 characters left"


def test_a_click_puts_the_caret_where_it_is(page):
    made = page("write.line")
    kind(made, "mmmmmmmm")
    editor = made.control("word")
    box = made.box_in_window(editor)
    handle_input(made, Mouse("press", QPointF(box.x() + 3, box.center().y()), 2.0), onset=0.0)
    kind(made, "a")
    assert made.form.answers["word"].startswith("a")


def drag(page, *points: QPointF) -> None:
    for what, point in zip(("press", "drag", "release"), (*points, points[-1]), strict=True):
        handle_input(page, Mouse(what, point, 2.0), onset=0.0)


def test_dragging_selects_and_typing_replaces_it(page):
    made = page("write.line")
    kind(made, "mmmmmmmm")
    box = made.box_in_window(made.control("word"))
    left, right = (QPointF(x, box.center().y()) for x in (box.x() + 3, box.right() - 3))
    drag(made, left, right)
    kind(made, "a")
    assert made.form.answers == {"word": "a"}
    drag(made, right, left)
    move(made, "backspace")
    assert made.form.answers == {}


def test_undo_and_redo_change_the_answer(page):
    made = page("write.line")
    kind(made, "warm")
    move(made, "all")
    kind(made, "cold")
    move(made, "undo")
    assert made.form.answers == {"word": "warm"}
    handle_input(made, Caret("redo", 4.0), onset=0.0)
    assert made.form.answers == {"word": "cold"}
    assert made.form.times["word"] == 4.0


def test_looking_around_in_a_text_is_no_answer(page):
    made = page("write.line", answers={"word": "warm"})
    move(made, "home", "word right", "all", "delete", "undo")
    assert made.form.answers == {"word": "warm"}
    assert made.form.times["word"] == 1.0
    again = page("write.line", answers={"word": "warm"})
    move(again, "home", "end", "left", "redo", "undo", "all")
    assert again.form.times["word"] is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("34", 34),
        ("18", 18),
        ("120", 120),
        ("٣٤", 34),
        ("３４", 34),
        ("17", None),
        ("121", None),
        ("3.4", None),
        ("ab", None),
        ("9" * 40, None),
        ("²", None),
    ],
)
def test_whole_numbers(text, number):
    assert typed_number(text, Ask("age", low=18.0, high=120.0, entry="integer")) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("10.5", 10.5), ("10,5", 10.5), ("٤٫٥", None), ("٤.٥", 4.5), ("7", 7), ("7.0", 7), ("10.555", None), (".5", None), ("1,000.5", None), ("99.9", None)],
)  # fmt: skip
def test_numbers_with_decimals(text, number):
    ask = Ask("price", low=0.0, high=20.0, step=0.01, entry="decimal")
    assert typed_number(text, ask) == number


def test_a_number_out_of_range_is_explained(page, press_key, english):
    made = page("write.age")
    kind(made, "7")
    assert made.notice() == ""
    press_key(made, "return", start=2.0)
    assert made.done == ""
    assert made.notice() == "Please type a whole number from 18 to 120."
    kind(made, "1")
    assert made.notice() == ""
    press_key(made, "return", start=3.0)
    assert (made.done, made.form.answers) == ("on", {"age": 71})
    assert isinstance(made.form.answers["age"], int)


def test_what_was_typed_before_an_interruption_is_there_again(page):
    made = page("write.line", answers={"word": "warm"})
    kind(made, "th")
    assert made.form.answers == {"word": "warmth"}


def ink_of(picture, box) -> tuple[int, int] | None:
    """The first and the last row of a box in which something is drawn, from its top."""
    inside = picture.crop(
        (int(box.x()) + 9, int(box.y()) + 4, int(box.right()) - 9, int(box.bottom()) - 4)
    )
    white = inside.getpixel((inside.width - 1, inside.height // 2))
    rows = [
        row
        for row in range(inside.height)
        if any(inside.getpixel((x, row)) != white for x in range(0, inside.width, 3))
    ]
    return (rows[0], rows[-1]) if rows else None


def test_a_long_text_scrolls_inside_its_box(page):
    from PyQt6.QtCore import QRectF

    from experiments.lab.preview import drawn

    made = page("write.lines")
    kind(made, *["line\r"] * 40)
    editor = made.control("thoughts")
    box: QRectF = made.box_in_window(editor)
    picture = drawn(made)
    below = picture.crop(
        (int(box.x()), int(box.bottom()) + 6, int(box.right()), int(box.bottom()) + 9)
    )
    assert len(below.getcolors()) == 1


def test_the_caret_is_always_in_sight(page):
    from experiments.lab.preview import drawn

    made = page("write.lines")
    editor = made.control("thoughts")
    box = made.box_in_window(editor)
    kind(made, *["x\r"] * 30)
    made.now = 0.0
    for motions in ([], ["up"] * 20, ["up"] * 20, ["finish"], ["start"], ["down"] * 25):
        move(made, *motions)
        with_caret = drawn(made)
        made.focus = None
        without = drawn(made)
        made.focus = editor
        inside = (int(box.x()) + 9, int(box.y()) + 4, int(box.right()) - 9, int(box.bottom()) - 4)
        assert with_caret.crop(inside).tobytes() != without.crop(inside).tobytes(), motions


def test_moving_within_what_is_seen_does_not_scroll(page):
    from experiments.lab.preview import drawn

    made = page("write.lines")
    editor = made.control("thoughts")
    kind(made, *["line\r"] * 30)
    made.focus = None
    before = drawn(made)
    made.focus = editor
    move(made, "up", "up")
    made.focus = None
    assert drawn(made).tobytes() == before.tobytes()


def test_the_wheel_moves_a_long_text_and_then_the_page(page):
    made = page("write.lines")
    kind(made, *["line\r"] * 30)
    editor = made.control("thoughts")
    inside = made.box_in_window(editor).center()

    def turn(steps: float):
        before = editor.state(made)
        handle_input(made, Mouse("wheel", inside, 2.0, steps=steps), onset=0.0)
        return editor.state(made) != before

    assert not turn(-1.0)
    assert turn(2.0)
    assert turn(99.0)
    assert not turn(1.0)
    short = page("write.lines")
    kind(short, "line")
    state = short.control("thoughts").state(short)
    handle_input(short, Mouse("wheel", inside, 2.0, steps=3.0), onset=0.0)
    assert short.control("thoughts").state(short) == state


def test_a_line_longer_than_its_box_shows_where_the_caret_is(page, english):
    from dataclasses import replace

    from experiments.lab.preview import drawn

    screen = english.screens[english.index["write.age"]]
    ask = replace(screen.asks[0], entry="text", longest=200)
    made = page(replace(screen, asks=(ask,)), size=(640, 480))
    editor = made.control("age")
    kind(made, "W" * 200)
    box = made.box_in_window(editor)
    assert ink_of(drawn(made), box) is not None
    made.focus = None
    end = drawn(made)
    made.focus = editor
    move(made, "start")
    kind(made, "")
    made.focus = None
    start = drawn(made)
    assert ink_of(start, box) is not None
    assert start.tobytes() != end.tobytes()


def test_what_is_selected_has_a_ground(page):
    from experiments.lab.preview import drawn

    made = page("write.line")
    kind(made, "mmmm")
    before = drawn(made)
    move(made, "all")
    assert drawn(made).tobytes() != before.tobytes()


def test_a_text_is_an_answer_once_it_is_long_enough(page, press_key):
    made = page("write.least")
    made.focus_on(made.control("reasons"))
    kind(made, "too short ")
    assert made.form.answers == {}
    made.go_on(2.0, "mouse")
    assert (made.done, made.notice()) == ("", "Characters still needed: 3")
    kind(made, "for it")
    assert made.form.answers == {"reasons": "too short for it"}
    assert made.notice() == ""
    made.go_on(2.0, "mouse")
    assert made.done == "on"
