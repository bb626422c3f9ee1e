"""In either page direction, the end that was pressed is the end that is recorded."""

from __future__ import annotations

from typing import Any

import hand
import pytest
from places import begin
from stub import Stub

pytestmark = pytest.mark.browser


def middle_of(page: Any, element: Any) -> float:
    """Return where the middle of an element is, in pixels from the left."""
    box = element.bounding_box()
    return float(box["x"] + box["width"] / 2)


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_press_above_an_ends_label_gives_that_end(
    context: Any, stub: Stub, language: str
) -> None:
    page = begin(context, stub, "mark.2", language)
    item = hand.item(page, "line1")
    line = item.locator(".line")
    box = line.bounding_box()
    assert box is not None
    for label, is_low in (
        (item.locator(".ends span").first, True),
        (item.locator(".ends span").last, False),
    ):
        page.mouse.click(middle_of(page, label), box["y"] + box["height"] / 2)
        value = float(line.get_attribute("aria-valuenow") or "nan")
        assert (value < 20) if is_low else (value > 80)
        handle = middle_of(page, item.locator(".handle"))
        assert abs(handle - middle_of(page, label)) < 4


@pytest.mark.parametrize(("language", "onward"), [("en", "ArrowRight"), ("he", "ArrowLeft")])
def test_arrows_move_the_way_they_point(
    context: Any, stub: Stub, language: str, onward: str
) -> None:
    page = begin(context, stub, "mark.2", language)
    line = hand.item(page, "line1").locator(".line")
    line.focus()
    page.keyboard.press(onward)
    assert line.get_attribute("aria-valuenow") == "50"
    page.keyboard.press(onward)
    assert line.get_attribute("aria-valuenow") == "51"
    page.keyboard.press("9")
    assert line.get_attribute("aria-valuenow") == "90"


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_point_under_a_label_is_the_labels_point(
    context: Any, stub: Stub, language: str
) -> None:
    page = begin(context, stub, "rate.seven", language)
    points = page.locator(".point")
    for place, value in ((points.first, "1"), (points.last, "7")):
        label = place.locator(".label")
        radio = page.locator(f'input[data-value="{value}"]')
        label.click()
        assert radio.is_checked()
        assert abs(middle_of(page, label) - middle_of(page, radio)) < 120


@pytest.mark.parametrize("language", ["en", "he"])
def test_what_is_given_lies_on_the_side_of_giving(context: Any, stub: Stub, language: str) -> None:
    page = begin(context, stub, "give.five", language)
    hand.answer(page, "donation", 4)
    assert page.locator(".tray.given .pieces > *").count() == 4
    assert page.locator(".tray.given .sum").inner_text() == "$4"
    assert page.locator(".tray.kept .sum").inner_text() == "$1"
    kept, given = (middle_of(page, page.locator(f".tray.{name}")) for name in ("kept", "given"))
    least, most = (
        middle_of(page, page.locator(f'.amount:has([data-value="{n}"])')) for n in (0, 5)
    )
    assert (kept < given) == (least < most) == (language == "en")
