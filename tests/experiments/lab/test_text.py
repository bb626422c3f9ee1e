"""Text: bold, wrapping in every script, direction, and what no font can show."""

from __future__ import annotations

import pytest

from experiments.interface import interface, languages
from experiments.lab.text import Style, can_show, lay_out, least_width, unshown


def lines(text: str, style: Style, width: float) -> list[str]:
    """The text of each line, in their order on the page."""
    _, layout = lay_out(text, style, width).paragraphs[0]
    found = [layout.lineAt(number) for number in range(layout.lineCount())]
    assert [line.y() for line in found] == sorted(line.y() for line in found)
    return [text[line.textStart() : line.textStart() + line.textLength()] for line in found]


def test_bold_counts_behind_emoji():
    wide = lay_out("😀 **mmm** iii", Style(20, "en"), 500.0)
    plain = lay_out("😀 mmm iii", Style(20, "en"), 500.0)
    _, layout = wide.paragraphs[0]
    assert [(span.start, span.length) for span in layout.formats()] == [(3, 3)]
    assert wide.width > plain.width


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "他们都住在同一个村子里，等待同一种药。" * 5),
        ("he", "המחקר עוסק במה שאנשים חושבים ומרגישים. " * 5),
        ("en", "In this study you will read about people. " * 5),
        ("hi", "यह अध्ययन लोगों के बारे में है। " * 5),
        ("en", "W" * 300),
    ],
)
def test_every_script_wraps_in_order_within_the_width(language, text):
    style = Style(20, language, rtl=language == "he")
    broken = lines(text, style, 300.0)
    assert len(broken) > 2
    assert "".join(broken) == text
    assert lay_out(text, style, 300.0).width <= 300.0


def test_hebrew_starts_at_the_right_and_english_inside_it_stays_in_order():
    style = Style(20, "he", rtl=True)
    _, layout = lay_out("גרסה Lab 12 כאן", style, 400.0).paragraphs[0]
    line = layout.lineAt(0)
    assert line.naturalTextRect().right() == pytest.approx(400.0, abs=1.0)
    place = {position: line.cursorToX(position)[0] for position in (0, 5, 8, 11, 15)}
    # Hebrew runs to the left; within it "Lab 12" runs to the right.
    assert place[0] > place[15]
    assert line.cursorToX(6)[0] < line.cursorToX(7)[0] < line.cursorToX(10)[0]


def test_paragraphs_are_apart():
    style = Style(20, "en", paragraph=12.0)
    laid = lay_out("one\n\ntwo", style, 300.0)
    (first, _), (second, _) = laid.paragraphs
    assert (first, second) == (0.0, lay_out("one", style, 300.0).height + 12.0)


def test_the_least_width_is_that_of_the_longest_word():
    style = Style(20, "en")
    assert least_width("Somewhat a", style) == pytest.approx(lay_out("Somewhat", style, 999).width)
    assert least_width("很强烈", Style(20, "zh")) < lay_out("很强烈", Style(20, "zh"), 999).width


def test_fonts_are_looked_at(timelines):
    assert unshown(["a b\n\u200f\u0301"], "en") == []
    # Code points that are no character: fonts use the private ones for icons.
    assert unshown(["a\ufdd0b\U0010ffff"], "en") == ["\ufdd0", "\U0010ffff"]
    for language, timeline in timelines.items():
        texts = [block.text for screen in timeline.screens for block in screen.content]
        assert unshown(texts, language) == [] or not can_show(language)


def test_a_language_can_be_shown_if_no_letter_of_it_is_missing(monkeypatch):
    from experiments.lab import text

    assert can_show("en")
    letters = {code: set("".join(interface(code).texts.values())) for code in languages()}
    lacking = {min(letters[code] - letters["en"]) for code in languages() if code != "en"}
    original = text._is_missing
    monkeypatch.setattr(
        text, "_is_missing", lambda letter, face: letter in lacking or original(letter, face)
    )
    assert [code for code in languages() if can_show(code)] == ["en"]
