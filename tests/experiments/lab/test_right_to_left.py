"""Right-to-left pages mirror as a whole: what is written at an end is what a click there records."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF

from experiments.lab.input_handling import handle_input
from experiments.lab.inputs import Mouse
from experiments.lab.parts import TextPart


def words_at(page, text: str) -> TextPart:
    found = [
        part
        for part in page.layout.content
        if isinstance(part, TextPart) and part.laid.paragraphs[0][1].text() == text
    ]
    assert len(found) >= 1, text
    return found[0]


def ink(part: TextPart) -> float:
    """The middle of the words themselves in the window."""
    _, layout = part.laid.paragraphs[0]
    box = layout.lineAt(0).naturalTextRect()
    return part.box.x() + box.center().x()


def click(page, point: QPointF) -> None:
    for what in ("press", "release"):
        handle_input(page, Mouse(what, point, 5.0), onset=0.0)


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_click_beside_the_low_label_records_low(page, timelines, language):
    made = page("mark.2", language)
    ask = made.screen.asks[0]
    line = made.control(ask.measure)
    for label, value in ((ask.low_label, ask.low), (ask.high_label, ask.high)):
        x = ink(words_at(made, label))
        assert (x < 512) == ((language == "en") == (value == ask.low))
        at = min(max(x, line.box.left() + 1), line.box.right() - 1)
        click(made, QPointF(at, made.box_in_window(line).center().y()))
        assert abs(made.form.value(ask) - value) <= 15
        click(made, made.target(ask.measure, value))
        assert made.form.value(ask) == value


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("screen", ["rate.feelings", "rate.seven", "rate.required"])
def test_points_are_under_their_labels(page, language, screen):
    made = page(screen, language)
    ask = made.screen.asks[0]
    for option in (ask.options[0], ask.options[-1]):
        label = words_at(made, option.label)
        target = made.target(ask.measure, option.value)
        same_side = (ink(label) < 512) == (target.x() < 512)
        assert same_side
        click(made, target)
        assert made.form.value(ask) == option.value
    first, last = (made.target(ask.measure, ask.options[place].value).x() for place in (0, -1))
    assert (first < last) == (language == "en")


@pytest.mark.parametrize("language", ["en", "he"])
def test_amounts_and_trays_follow_the_reading_direction(page, language):
    made = page("give.five", language, answers={"donation": 2})
    xs = [made.target("donation", amount).x() for amount in range(6)]
    assert xs == sorted(xs, reverse=language == "he")
    division = next(part for part in made.layout.content if hasattr(part, "trays"))
    kept, given = division.trays()
    assert (kept.x() < given.x()) == (language == "en")
    assert division.sums() == ("$3", "$2")


@pytest.mark.parametrize(("language", "key", "value"), [("en", "right", 51), ("he", "left", 51)])
def test_arrows_follow_the_direction_of_the_line(page, press_key, language, key, value):
    made = page("mark.2", language)
    press_key(made, key, key)
    assert made.form.answers["line1"] == value


def test_the_page_mirrors(page):
    english, hebrew = page("choose.3"), page("choose.3", "he")
    assert english.control("go_on").box.x() > 512
    assert hebrew.control("go_on").box.right() < 512
    assert hebrew.control("leave").box.right() < hebrew.control("pause").box.x()
    option = hebrew.control("thought")
    assert option.words(0).x() < option.cell(0).center().x()
