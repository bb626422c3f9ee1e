"""The typed text: movement as the eye sees it, whole characters, selection, undo, the longest text."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF

from experiments.lab.text import Style, lay_out
from experiments.lab.typed_text import TypedText

FAMILY, HAND, FLAG, KEYCAP = "👩‍👩‍👧", "👍🏽", "🇩🇪", "1️⃣"
HEART, ENGLAND, DOCTOR = (
    "❤️",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "👨🏽‍⚕️",
)
PICTURES = [FAMILY, HAND, FLAG, KEYCAP, HEART, ENGLAND, DOCTOR, "😀"]


def typed(
    text: str = "", rtl: bool = False, longest: int = 2000, lines: bool = True, width: float = 600.0
) -> TypedText:
    return TypedText(text, Style(20, "he" if rtl else "en", rtl=rtl), width, longest, lines)


def go(text: TypedText, *motions, select: bool = False) -> TypedText:
    for motion in motions:
        text.move(motion, select)
    return text


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize(
    "text",
    ["one two", "ab אבג cd", "אב abc 12 גד", f"א{FAMILY}ב x{HAND}y", "שָׁלוֹם", "温暖 ab"],
)
def test_arrows_go_where_they_point(text, rtl):
    made = go(typed(text, rtl), *["left"] * len(text))
    places = [made.caret().x()]
    for _ in text:
        made.move("right")
        places.append(made.caret().x())
    assert places == sorted(places)
    style = Style(20, "he" if rtl else "en", rtl=rtl)
    wide = lay_out(text, style, 600.0).width
    assert places[-1] - places[0] == pytest.approx(wide, abs=1.0)


@pytest.mark.parametrize(
    ("text", "rtl", "motions", "left"),
    [
        ("one two", False, ["start", "word right"], "one |two"),
        ("one two", False, ["word left", "word left"], "|one two"),
        ("אחת שתים", True, ["start", "word left"], "אחת |שתים"),
        ("אחת שתים", True, ["word right"], "אחת |שתים"),
    ],
)
def test_word_by_word(text, rtl, motions, left):
    made = go(typed(text, rtl), *motions)
    made.insert("|")
    assert made.text == left


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_one_step_and_deleted_as_a_whole(picture, rtl):
    before, after = ("א", "ב") if rtl else ("a", "b")
    back, onward = ("right", "left") if rtl else ("left", "right")
    made = typed(before + picture + after, rtl)
    go(made, back, back)
    made.insert("-")
    assert made.text == f"{before}-{picture}{after}"
    go(made, onward, "backspace")
    assert made.text == f"{before}-{after}"
    go(made, "undo")
    assert made.text == f"{before}-{picture}{after}"
    go(made, "start", onward, onward, "delete")
    assert made.text == f"{before}-{after}"


def test_of_two_flags_one_is_deleted():
    assert go(typed("🇩🇪🇫🇷"), "backspace").text == "🇩🇪"
    assert go(typed("🇩🇪🇫🇷"), "start", "delete").text == "🇫🇷"


@pytest.mark.parametrize(
    ("text", "left"),
    [("कि", "क"), ("שָׁ", "שָ"), ("e\u0301", "e"), ("é", ""), ("각", ""), ("ab", "a"), ("a\n", "a")],
)
def test_backspace_takes_an_accent_or_vowel_sign_and_leaves_its_letter(text, left):
    assert go(typed(text), "backspace").text == left


def test_home_and_end_are_those_of_the_line_start_and_finish_of_the_text():
    made = typed("one\ntwo\nthree")
    for motions, text in [
        (["up", "home"], "one\n|two\nthree"),
        (["up", "end"], "one\ntwo|\nthree"),
        (["start"], "|one\ntwo\nthree"),
        (["start", "finish"], "one\ntwo\nthree|"),
    ]:
        go(made, "finish", *motions)
        made.insert("|")
        assert made.text == text
        go(made, "backspace")


def test_what_is_selected_is_replaced_or_deleted():
    made = typed("one two")
    go(made, "left", "left", select=True)
    made.insert("en")
    assert made.text == "one ten"
    go(made, "word left", select=True)
    go(made, "backspace")
    assert made.text == "one "
    go(made, "all")
    made.insert("x")
    assert made.text == "x"


def test_the_mouse_selects():
    made = typed("one two")
    made.point(QPointF(0.0, 5.0))
    made.point(QPointF(599.0, 5.0), select=True)
    assert go(made, "delete").text == ""


def test_undo_stops_at_the_first_text():
    made = typed("before")
    made.insert(" after")
    assert go(made, "undo").text == "before"
    assert go(made, "undo", "undo").text == "before"
    assert go(made, "redo").text == "before after"
    assert not made.move("redo")


@pytest.mark.parametrize(
    ("text", "there", "longest", "left"),
    [
        ("abc", "", 2, "ab"),
        ("abc", "xy", 2, "xy"),
        (FAMILY, "", 5, FAMILY),
        ("a\rb\x00\x1b\u2028c", "", 9, "a\nbc"),
        ("a\u00a0b", "", 9, "a\u00a0b"),
        ("one\n\n**two**", "", 20, "one\n\n**two**"),
    ],
)
def test_no_more_than_the_longest_and_no_control_characters(text, there, longest, left):
    made = typed(there, longest=longest)
    made.insert(text)
    assert made.text == left


def test_a_full_text_takes_as_much_as_is_selected():
    made = typed(f"ab{FLAG}", longest=4)
    go(made, "left", select=True)
    made.insert("xyz")
    assert made.text == "abxy"


def test_a_line_has_no_line_breaks():
    made = typed(lines=False)
    made.insert("a\rb\nc")
    assert made.text == "abc"


@pytest.mark.parametrize("text", ["a\nb\nc", "א\nb\n温", ""])
def test_lines_are_as_far_apart_as_in_other_texts(text):
    pitch = lay_out("x", Style(20, "en"), 600.0).height
    made = typed()
    made.insert(text)
    assert made.height == pitch * len(text.split("\n"))
    go(made, "all", "delete")
    made.insert("a\rb")
    assert made.height == 2 * pitch


def test_letters_are_as_high_as_in_other_texts():
    _, layout = lay_out("x", Style(20, "en"), 600.0).paragraphs[0]
    made = typed("x")
    assert made.caret().y() - made.raised == layout.lineAt(0).y()
    assert typed().caret() == go(typed("x"), "backspace").caret()


@pytest.mark.parametrize(("rtl", "x"), [(False, 0.0), (True, 600.0)])
def test_an_empty_text_starts_where_its_script_does(rtl, x):
    assert typed(rtl=rtl).caret().x() == x
