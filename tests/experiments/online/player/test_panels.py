"""Levels together in the browser: side by side, on a phone one below the other, each with answers of its own."""

from __future__ import annotations

from typing import Any

import hand
import pytest
from places import begin
from stub import Stub

pytestmark = pytest.mark.browser


def boxes(page: Any, selector: str) -> list[dict[str, float]]:
    return [each.bounding_box() for each in page.locator(selector).all()]


def test_levels_are_side_by_side_with_their_questions_at_the_same_height(
    context: Any, stub: Stub
) -> None:
    page = begin(context, stub, "joint.gift")
    first, second = boxes(page, ".panel")
    assert first["y"] == second["y"]
    assert first["x"] + first["width"] < second["x"]
    one, other = boxes(page, ".panel .item")
    assert one["y"] == other["y"]
    names = [each.get_attribute("aria-labelledby") for each in page.locator(".panel").all()]
    assert len(set(names)) == 2
    assert all(page.locator(f"#{name}").count() for name in names)


def test_on_a_phone_they_are_one_below_the_other_and_nothing_is_cut(
    context: Any, stub: Stub
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 375, "height": 720})
    for screen in ("joint.gift", "joint.felt", "joint.pools"):
        begin(context, stub, screen, page=page)
        first, second = boxes(page, ".panel")
        assert first["x"] == second["x"]
        assert first["y"] + first["height"] < second["y"]
        assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_in_hebrew_the_first_is_on_the_right(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "joint.gift", "he")
    first, second = boxes(page, ".panel")
    assert first["x"] > second["x"]


def test_the_answers_for_each_level_are_kept_over_a_reload(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "joint.gift")
    hand.answer(page, "joint.gift@1", 4)
    hand.answer(page, "joint.gift@2", 1)
    page.reload()
    assert hand.screen_of(page) == "joint.gift"
    assert page.locator(".panel .given .sum").all_inner_texts() == ["$4", "$1"]
    hand.answer(page, "joint.gift@2", None)
    hand.go_on(page)
    stub.row_of("joint.gift")
    found = [row for row in stub.rows() if row["measure"] == "joint.gift"]
    assert [(row["position"], row["cells"]["n"], row["number"]) for row in found] == [
        (1, 8, 4),
        (2, 1, None),
    ]
