"""The page can be used by everybody: screen readers, keyboards, small phones; focus follows the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hand
import pytest
from places import begin, start
from stub import Stub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCREENS = (
    "consent.text",
    "consent.agree",
    "read.eight",
    "choose.4",
    "choose.pictures.2",
    "rate.feelings",
    "rate.seven",
    "mark.2",
    "give.five",
    "give.twenty",
    "select.some",
    "rank.four",
    "split.ten",
    "decide.list",
    "rate.numbered",
    "write.lines",
    "write.least",
    "write.decimal",
    "write.age",
)
AXE = """async () => {
  const { violations } = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}"""


@pytest.fixture(scope="session")
def axe(modules: Path) -> str:
    """Return axe as a script; skip where it is not installed."""
    path = modules / "axe-core" / "axe.min.js"
    if not path.exists():
        pytest.skip("axe-core is not installed (npm ci)")
    return path.read_text("utf-8")


def findings(page: Any, axe: str) -> list[str]:
    """Return all violations that axe finds, serious or not."""
    page.evaluate(axe + "; undefined")
    return list(page.evaluate(AXE))


@pytest.mark.parametrize(("language", "width"), [("en", 1024), ("he", 375)])
def test_every_kind_is_accessible_and_fits(
    context: Any, stub: Stub, axe: str, language: str, width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 667})
    faults = {}
    for screen in SCREENS:
        begin(context, stub, screen, language, page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        focused = page.evaluate("document.activeElement.closest('form')?.dataset.screen")
        found = findings(page, axe)
        if found or wide > width or focused != screen:
            faults[screen] = (found, wide, focused)
    assert faults == {}


def test_complaints_dialogs_and_plain_pages_are_accessible(
    context: Any, stub: Stub, axe: str
) -> None:
    page = begin(context, stub, "mark.2")
    hand.go_on(page)
    assert page.get_by_text("Please choose an answer or skip the question.").count() == 2
    assert page.evaluate("document.activeElement.className") == "line"
    assert findings(page, axe) == []
    page.get_by_role("button", name="Leave the study").click()
    assert findings(page, axe) == []
    page.get_by_role("button", name="No, continue").click()
    other = start(context, stub, "")
    other.get_by_role("button", name="עברית").wait_for()
    assert other.evaluate("document.activeElement.tagName") == "H1"
    assert findings(other, axe) == []
    other.get_by_role("button", name="עברית").click()
    assert hand.screen_of(other) == "welcome"
    assert other.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
        "he",
        "rtl",
    ]


def test_tab_goes_through_a_page_in_reading_order(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "rate.seven")
    places = []
    for _ in range(6):
        page.keyboard.press("Tab")
        places.append(
            page.evaluate("document.activeElement.className || document.activeElement.type")
        )
    assert places == ["radio", "skip", "proceed", "back", "pause", "leave"]
    assert page.get_by_text("Keyboard: Tab to move").is_visible()


def test_keys_alone_answer_and_go_on(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "rate.seven")
    page.keyboard.press("Tab")
    page.keyboard.press("6")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    hand.wait_for_next(page, "rate.seven")
    assert hand.screen_of(page) == "rate.required"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_text("Please answer this question to continue.").is_visible()
    assert stub.row_of("impact")["number"] == 7


def test_what_is_typed_is_checked(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "write.age")
    for typed in ("twelve", "12", "121", "3.5"):
        page.get_by_role("textbox").fill(typed)
        hand.go_on(page)
        assert page.get_by_text("Please type a whole number from 18 to 120.").is_visible()
    page.get_by_role("textbox").fill("３４")
    hand.go_on(page)
    hand.wait_for_next(page, "write.age")
    assert hand.screen_of(page) == "end"
    assert stub.row_of("age")["number"] == 34


def test_nothing_is_preset(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "mark.2")
    assert page.locator(".handle:visible").count() == 0
    assert page.locator("[aria-valuenow]").count() == 0
    begin(context, stub, "give.five", "he", page)
    assert page.locator("input:checked").count() == 0
    assert page.locator(".trays > .pieces > *").count() == 5
    assert page.locator(".sum").all_inner_texts() == ["–", "–"]
