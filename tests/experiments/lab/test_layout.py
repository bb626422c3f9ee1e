"""No part of any page leaves the window or lies on another, in any language, at any size."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from PyQt6.QtCore import QRectF

from experiments.lab.kinds.choose import Options
from experiments.lab.layout import Layout
from experiments.lab.page import Page
from experiments.lab.parts import Card, Control, Part, TextPart
from experiments.screen import Ask, Block, Option, Screen

SIZES = [(1024, 768), (1280, 720), (1920, 1080), (3840, 2160)]


def leaves(layout: Layout) -> list[tuple[Part, QRectF]]:
    """The parts that lie on no other, with their boxes in the window, unscrolled."""
    inside = [(part, part.box.translated(0, layout.view.y())) for part in layout.content]
    outside = [(part, part.box) for part in layout.fixed]
    return [(part, box) for part, box in (*inside, *outside) if not isinstance(part, Card)]


def called(part: Part) -> str:
    text = part.laid.paragraphs[0][1].text()[:40] if isinstance(part, TextPart) else ""
    return f"{type(part).__name__} {getattr(part, 'name', text)}"


def assert_sound(page: Page) -> None:
    layout, window = page.layout, QRectF(0, 0, *page.size)
    for part, box in leaves(layout):
        within = layout.scrolls and part in layout.content
        seen = QRectF(box.x(), 0, box.width(), 1) if within else box
        assert window.contains(seen), f"{called(part)} leaves the window"
        if isinstance(part, TextPart):
            assert part.laid.width <= box.width() + 1, f"{called(part)} is wider than its place"
            assert part.laid.height <= box.height() + 1
        if isinstance(part, Options):
            for place, label in enumerate(part.labels):
                words = QRectF(part.words(place).x(), part.words(place).y(), 1, label.height)
                assert part.cell(place).contains(words), f"a label of {part.name} leaves its option"
    for (one, first), (other, second) in combinations(leaves(layout), 2):
        if layout.scrolls and (one in layout.content) != (other in layout.content):
            continue  # content that scrolls is clipped to its view
        shrunk = first.adjusted(0.6, 0.6, -0.6, -0.6)
        assert not shrunk.intersects(second), f"{called(one)} lies on {called(other)}"
    for part in layout.content:
        view = layout.view.adjusted(-0.6, 0, 0.6, 0)
        assert view.left() <= part.box.left()
        assert part.box.right() <= view.right()
        assert part.box.top() >= 0
        assert part.box.bottom() <= layout.length + 0.6


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "he", "zh"])
def test_every_kind_of_screen_is_sound(page, timelines, language, size):
    for screen in timelines[language].screens:
        made = page(screen, language, size)
        assert_sound(made)
        assert not made.layout.scrolls, f"'{screen.id}' does not fit although it could"


@pytest.mark.parametrize("what", ["pause", "leave"])
@pytest.mark.parametrize("language", ["en", "he", "zh"])
def test_what_covers_a_page_is_sound(page, language, what):
    made = page("rate.feelings", language)
    (made.pause if what == "pause" else made.ask_leave)(1.0)
    controls = [part for part in made.overlay.parts if not isinstance(part, Card)]
    for part in controls:
        assert QRectF(0, 0, 1024, 768).contains(part.box)
    for one, other in combinations(controls, 2):
        assert not one.box.intersects(other.box)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "he", "zh"])
def test_a_text_that_is_too_long_scrolls(page, timelines, language, size):
    screen = timelines[language].screens[timelines[language].index["consent.text"]]
    long = replace(screen.content[1], text="\n\n".join([screen.content[1].text] * 5))
    made = page(replace(screen, content=(screen.content[0], long)), language, size)
    assert made.layout.scrolls > 0
    assert_sound(made)
    assert made.layout.view.bottom() < size[1]


def test_words_without_end_do_not_leave_the_window(page):
    endless = "W" * 400
    options = (Option("a", endless), Option("b", "b"))
    for kind, ask in (
        ("choose", Ask("m", endless, options=options)),
        ("rate", Ask("m", endless, options=tuple(Option(n, endless) for n in range(1, 6)))),
        ("mark", Ask("m", endless, high=100.0, low_label=endless, high_label=endless)),
        ("write", Ask("m", endless, entry="lines", longest=200)),
    ):
        screen = Screen("s", kind, "trials", "t", (Block("heading", endless),), (ask,), endless)
        assert_sound(page(screen))


def test_a_battery_that_fits_no_table_is_laid_out_item_below_item(page):
    points = tuple(Option(n, f"an unusually long label of point {n}") for n in range(1, 8))
    asks = tuple(
        Ask(f"m{n}", f"An item that takes a whole line or two to read, number {n}", options=points)
        for n in range(12)
    )
    made = page(Screen("s", "rate", "scales", "t", (), asks))
    assert made.layout.scrolls > 0
    assert_sound(made)


def test_a_wide_window_does_not_make_long_lines(page):
    layout = page("consent.text", size=(3440, 1440)).layout
    assert layout.view.width() < 0.55 * 3440


def test_tab_goes_through_the_asks_then_on_then_pause_and_leave(page):
    names = [control.name for control in page("mark.2").layout.controls()]
    assert names == ["line1", "skip:line1", "line2", "skip:line2", "go_on", "pause", "leave"]


def test_required_asks_have_no_skip_and_last_pages_no_way_out(page):
    def names(screen: str) -> set[str]:
        return {control.name for control in page(screen).layout.controls()}

    assert "skip:consent" not in names("consent.agree")
    assert names("end") == {"go_on"}
    # A screen that ends by itself, and not before its time, has no button; it keeps the others.
    assert names("trace.short") == {"felt", "pause", "leave"}
    assert names("look.pictures") == {"pause", "leave"}


def test_the_hint_is_that_of_what_is_there(page):
    from experiments.lab.footer import Notice

    def hint(high: float) -> str:
        dollars = {"prefix": "$", "suffix": "", "decimals": 0}
        ask = Ask("m", "How much?", high=high, low_label="Keep", high_label="Give", money=dollars)
        made = page(Screen("s", "give", "trials", "t", (), (ask,)))
        return next(part.hint for part in made.layout.fixed if isinstance(part, Notice))

    assert hint(5.0).startswith("Use the buttons")
    assert hint(100.0).startswith("Click on the line")


def test_the_last_page_shows_the_code_to_users_of_the_mouse_and_of_the_keys(page):
    from experiments.lab.footer import Notice

    for screen, shown in (("end", True), ("left", True), ("welcome", False)):
        made = page(screen)
        (notice,) = (part for part in made.layout.fixed if isinstance(part, Notice))
        for made.ring in (False, True):
            assert ("Your code: p01." in notice.text(made)) is shown


@pytest.mark.parametrize("count", [1, 8])
def test_pictures_keep_their_shape(page, count):
    from experiments.lab.parts import Picture

    made = page("read.one" if count == 1 else "read.eight")
    pictures = [part for part in made.layout.content if isinstance(part, Picture)]
    assert len(pictures) == count
    for part in pictures:
        assert part.box.width() / part.box.height() == pytest.approx(240 / 300)
    assert len({round(part.box.height(), 3) for part in pictures}) == 1


def test_all_controls_are_large_enough_to_hit(page, timelines):
    for screen in timelines["en"].screens:
        for control in page(screen).layout.controls():
            assert isinstance(control, Control)
            assert control.box.height() >= 22, control.name
