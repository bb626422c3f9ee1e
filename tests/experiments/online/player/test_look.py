"""How pages look where they must differ, and the surroundings of the screens: titles, hints, other devices."""

from __future__ import annotations

from typing import Any

import hand
import pytest
from hand import PATIENCE
from places import begin, start
from stub import Stub

pytestmark = pytest.mark.browser


def style_of(element: Any, name: str) -> str:
    """Return the computed style of an element."""
    return str(element.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def test_every_page_has_a_title_that_reveals_nothing_of_the_hypothesis(
    context: Any, stub: Stub
) -> None:
    page = start(context, stub, "")
    page.get_by_role("button", name="English").wait_for()
    assert page.title() == "Language · שפה · 语言"
    page.get_by_role("button", name="English").click()
    assert hand.screen_of(page) == "welcome"
    assert page.title() == "Welcome · Part 1 of 9"
    begin(context, stub, "mark.2", page=page)
    assert page.title() == "Part 6 of 9"
    assert "Every kind" not in page.content()


def test_without_javascript_every_language_says_so(browser: Any, stub: Stub) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(stub.address)
    notice = page.locator("noscript p")
    assert [notice.nth(place).get_attribute("lang") for place in range(3)] == ["en", "he", "zh"]
    assert notice.nth(1).get_attribute("dir") == "rtl"
    assert all("JavaScript" in text for text in notice.all_inner_texts())
    assert not page.get_by_text("Please wait").is_visible()
    context.close()


def test_a_hint_explains_how_until_there_is_an_answer_and_nothing_moves(
    context: Any, stub: Stub
) -> None:
    page = begin(context, stub, "mark.2")
    hint = page.get_by_text("Click on the line or use the arrow keys.")
    assert hint.is_visible()
    before = page.locator(".card").bounding_box()
    hand.answer(page, "line1", 30)
    assert not hint.is_visible()
    assert page.locator(".card").bounding_box() == before
    page.keyboard.press("Tab")
    assert page.get_by_text("Keyboard: Tab to move").is_visible()


@pytest.mark.parametrize("language", ["en", "he", "zh"])
def test_the_last_screen_shows_the_code_by_which_answers_are_deleted(
    context: Any, stub: Stub, language: str
) -> None:
    page = begin(context, stub, "end", language)
    sentence = {"en": "Your code: p1.", "he": "הקוד שלכם: p1.", "zh": "您的代码：p1。"}[language]
    assert page.get_by_text(sentence).is_visible()


def test_money_lies_in_one_tray_until_it_is_divided(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "give.five")
    given = page.locator(".tray.given")
    undivided = style_of(given, "backgroundColor")
    assert undivided == style_of(page.locator(".tray.kept"), "backgroundColor")
    hand.answer(page, "donation", 2)
    assert style_of(given, "backgroundColor") != undivided
    hand.press(page.locator("button.skip"), keyboard=False)
    assert style_of(given, "backgroundColor") == undivided


def test_choices_are_seen_where_the_system_forces_its_colours(browser: Any, stub: Stub) -> None:
    context = browser.new_context(forced_colors="active")
    context.set_default_timeout(PATIENCE)
    page = begin(context, stub, "give.five")
    hand.answer(page, "donation", 2)
    colours = [style_of(each, "backgroundColor") for each in page.locator(".amount").all()]
    assert [colour != colours[0] for colour in colours] == [False, False, True, False, False, False]
    begin(context, stub, "rate.seven", page=page)
    # A native radio button shows its state in any colours.
    assert style_of(page.locator(".point input").first, "appearance") == "auto"
    context.close()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_button_fills_while_it_waits_unless_motion_is_unwanted(
    browser: Any, stub: Stub, motion: str
) -> None:
    context = browser.new_context(reduced_motion=motion)
    context.set_default_timeout(PATIENCE)
    # Checked as soon as the button waits: on a slow machine it may be over before a frame shows it.
    context.add_init_script(
        """new MutationObserver((changes) => {
          for (const { target } of changes) window.filling ??= getComputedStyle(target).animationName;
        }).observe(document, { subtree: true, attributeFilter: ["aria-disabled"] });"""
    )
    page = begin(context, stub, "consent.text")
    page.locator("button.proceed:not([aria-disabled])").wait_for()
    assert page.evaluate("filling") == ("none" if motion == "reduce" else "waiting")
    context.close()


def test_the_look_is_the_same_at_night(browser: Any, stub: Stub) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        context.set_default_timeout(PATIENCE)
        page = begin(context, stub, "write.age")
        grounds.add(
            tuple(
                style_of(page.locator(each), "backgroundColor")
                for each in ("html", ".card", "input")
            )
        )
        context.close()
    assert len(grounds) == 1


@pytest.mark.parametrize("size", [(667, 375), (640, 400), (375, 667), (1280, 800)])
def test_what_shows_for_a_moment_is_seen_whole(
    context: Any, stub: Stub, size: tuple[int, int]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
          const card = document.querySelector("form.look.is-shown:has(img) .card");
          if (card) window.lowest ??= card.getBoundingClientRect().bottom;
        }).observe(document, { subtree: true, attributes: true }));"""
    )
    begin(context, stub, "read.eight", page=page)
    hand.go_on(page)
    page.wait_for_function("() => window.lowest !== undefined")
    assert page.evaluate("lowest") <= size[1], "a part of it is out of sight"


def test_an_amount_is_beside_its_choices_on_a_phone(context: Any, stub: Stub) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    begin(context, stub, "decide.list", page=page)
    for item in page.locator(".item").all():
        prompt, scale, skip = (
            item.locator(part).bounding_box() for part in (".prompt", ".scale", ".skip")
        )
        assert scale["y"] < prompt["y"] + prompt["height"]
        assert scale["x"] >= max(each["x"] + each["width"] for each in (prompt, skip)) - 1
        for label, point in zip(
            item.locator(".label").all(), item.locator("input").all(), strict=True
        ):
            words, dot = label.bounding_box(), point.bounding_box()
            middle = words["x"] + words["width"] / 2
            assert abs(middle - dot["x"] - dot["width"] / 2) < 2, "a label is not below its point"
