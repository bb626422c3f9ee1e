"""The editor: every script, emoji in halves, a caret, a longest text, whole numbers in words."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF

from experiments.lab.editor import whole_number
from experiments.lab.inputs import Caret, Mouse, Typed
from experiments.lab.steering import take
from experiments.screen import Ask


def kind(page, *texts: str) -> None:
    for text in texts:
        take(page, Typed(text, 1.0), onset=0.0)


def move(page, *ways: str) -> None:
    for way in ways:
        take(page, Caret(way, 1.0), onset=0.0)


@pytest.mark.parametrize("text", ["warm", "חום ואהבה", "温暖", "naïve é", "👩‍👩‍👧 ok", '=1+1 "x"'])
def test_what_is_typed_is_the_answer(page, text):
    made = page("write.line")
    kind(made, *text)
    assert made.form.answers == {"word": text}


def test_emoji_that_come_in_halves_are_joined(page):
    made = page("write.line")
    high, low = "\ud83d", "\ude00"
    kind(made, "a", high)
    assert made.form.answers == {"word": "a"}
    kind(made, low)
    assert made.form.answers == {"word": "a😀"}


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


def test_arrows_go_as_the_script_does(page):
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
    editor = lines.control("thoughts")
    move(lines, "up", "home")
    assert editor.caret == 0
    move(lines, "down")
    assert editor.text[: editor.caret].count("\n") == 1


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
    box = made.place(editor)
    take(made, Mouse("press", QPointF(box.x() + 3, box.center().y()), 2.0), onset=0.0)
    kind(made, "a")
    assert made.form.answers["word"].startswith("a")


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
    assert whole_number(text, Ask("age", low=18.0, high=120.0, entry="integer")) == number


def test_a_number_out_of_range_is_told_in_words(page, strike, english):
    made = page("write.age")
    kind(made, "7")
    assert made.notice() == ""
    strike(made, "return", start=2.0)
    assert made.done == ""
    assert made.notice() == "Please type a whole number from 18 to 120."
    kind(made, "1")
    assert made.notice() == ""
    strike(made, "return", start=3.0)
    assert (made.done, made.form.answers) == ("on", {"age": 71})
    assert isinstance(made.form.answers["age"], int)


def test_what_was_typed_before_an_interruption_stands_there_again(page):
    made = page("write.line", answers={"word": "warm"})
    kind(made, "th")
    assert made.form.answers == {"word": "warmth"}


def test_a_long_text_scrolls_inside_its_box(page):
    from PyQt6.QtCore import QRectF

    from experiments.lab.preview import drawn

    made = page("write.lines")
    kind(made, *["line\r"] * 40)
    editor = made.control("thoughts")
    box: QRectF = made.place(editor)
    picture = drawn(made)
    below = picture.crop(
        (int(box.x()), int(box.bottom()) + 6, int(box.right()), int(box.bottom()) + 9)
    )
    assert len(below.getcolors()) == 1
