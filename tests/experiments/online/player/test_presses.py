"""Presses by mouse and finger: a scroll marks nothing, a double click answers once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hand
import pytest
from hand import PATIENCE
from places import begin
from stub import Stub

pytestmark = pytest.mark.browser


@pytest.fixture
def telephone(browser: Any) -> Iterator[Any]:
    """Return the browser of a small telephone."""
    made = browser.new_context(
        viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True
    )
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


def draw_finger(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a finger over the page, by the events of a touch screen."""
    devtools = page.context.new_cdp_session(page)

    def dispatch(what: str, *points: dict[str, float]) -> None:
        devtools.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": list(points)})

    (x0, y0), (x1, y1) = start, end
    dispatch("touchStart", {"x": x0, "y": y0})
    for step in range(1, 13):
        dispatch("touchMove", {"x": x0 + (x1 - x0) * step / 12, "y": y0 + (y1 - y0) * step / 12})
    dispatch("touchEnd")


def middle_of(line: Any) -> tuple[float, float, float]:
    """Return left end, middle height and width of a line."""
    box = line.bounding_box()
    return box["x"], box["y"] + box["height"] / 2, box["width"]


def wait_for_mark(page: Any, value: float) -> None:
    """Wait until one line is marked, and at a value: the page receives touch events with a delay."""
    page.wait_for_function(
        """(value) => {
          const marked = document.querySelectorAll(".line.is-set");
          return marked.length === 1 && Math.abs(marked[0].getAttribute("aria-valuenow") - value) <= 1;
        }""",
        arg=value,
    )


def test_a_finger_marks_where_it_is_lifted_or_drawn_and_not_where_it_scrolls(
    telephone: Any, stub: Stub
) -> None:
    page = begin(telephone, stub, "mark.4")
    line = page.locator(".line").nth(1)
    assert page.get_by_text("Tap the line.").is_visible()
    x, y, wide = middle_of(line)
    page.evaluate("() => addEventListener('scrollend', () => { window.rests = true; })")
    draw_finger(page, (x + 60, y), (x + 63, y - 150))
    page.wait_for_function("() => window.rests && scrollY > 50")
    assert line.get_attribute("aria-valuenow") is None
    x, y, wide = middle_of(line)
    draw_finger(page, (x + 40, y), (x + 0.75 * wide, y + 3))
    wait_for_mark(page, 75)
    page.touchscreen.tap(x + 0.25 * wide, y)
    wait_for_mark(page, 25)


def test_a_mouse_draws_the_mark_along(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "mark.2")
    line = page.locator(".line").first
    x, y, wide = middle_of(line)
    page.mouse.move(x + 0.2 * wide, y)
    page.mouse.down()
    assert abs(float(line.get_attribute("aria-valuenow")) - 20) <= 1
    page.mouse.move(x + 0.6 * wide, y + 200)
    page.mouse.up()
    page.mouse.move(x, y)
    assert abs(float(line.get_attribute("aria-valuenow")) - 60) <= 1


def test_a_double_click_goes_on_once(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "read.one")
    # The second press is on the next screen as soon as that is shown.
    page.evaluate(
        """() => {
          const press = (detail) => document.querySelector("button.proceed").dispatchEvent(
            new MouseEvent("click", { bubbles: true, cancelable: true, detail }));
          const seen = new MutationObserver(() => {
            if (document.querySelector("form.is-shown")?.dataset.screen !== "read.eight") return;
            seen.disconnect();
            press(2);
          });
          seen.observe(document, { subtree: true, childList: true, attributeFilter: ["class"] });
          press(1);
        }"""
    )
    hand.wait_for_next(page, "read.one")
    assert stub.row_of("read")["screen"] == "read.one"
    assert hand.screen_of(page) == "read.eight"
    hand.go_on(page)
    hand.wait_for_next(page, "read.eight")


def test_a_participant_goes_on_once_the_least_time_is_over(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "consent.text")
    page.locator("button.proceed").scroll_into_view_if_needed()
    box = page.locator("button.proceed").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    for count in range(1, 2_000):
        page.mouse.down(click_count=count)
        page.mouse.up(click_count=count)
        if page.locator("form.is-shown[data-screen='consent.agree']").count():
            break
    assert hand.screen_of(page) == "consent.agree"
    assert stub.row_of("read")["response_time"] >= 0.2
