"""Screens look as in 0.1.0, in the lab and in the browser; ``test_timelines`` holds which screens there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing

import pytest
from drawn_screens import (
    EVERY_KIND,
    MOST_REFLOWED,
    REFLOWED,
    OneScreen,
    browser_screens,
    browser_screens_of_studies,
    drawn_in_browser,
    lab_screens,
    page_for_all,
    stored_index,
    unlike,
)
from PIL import Image, ImageDraw

#: Screens whose stored picture was taken before the least time was over: their button was grey, and is green now.
STILL_WAITING = ("groups_by_dots.feedback", "groups_by_paintings.feedback")
#: What the button alone makes of difference: in one place and on average (measured: 41.3 and 1.27).
WAITING = {"tile": 45.0, "mean": 1.4}

#: Screens whose part of the session comes later now, since it never goes back: what the longer bar alone makes of difference
#: (measured: 11.4).
FURTHER_ON = ("/choose.8", "/mark.4")
LONGER_BAR = {"tile": 12.0}


def earlier(names: Iterable[str], before: Mapping[str, str]) -> list[str]:
    """Return the names without those that the timelines of all kinds have gained since, as by a new kind."""
    return [name for name in names if name in before or not name.startswith(f"{EVERY_KIND}/")]


def test_every_screen_looks_in_the_lab_as_before():
    before, lines, reflowed = stored_index("lab"), [], []
    shown = {each.name: each for each in lab_screens() if each.file}
    assert {each.file for each in shown.values()} == set(before.values())
    for name, each in shown.items():
        picture = each.in_lab()
        if fault := unlike(each.file, picture):
            where = reflowed if not unlike(each.file, picture, REFLOWED) else lines
            where.append(f"{name} ({each.file}): {fault}")
    assert len(shown) > 400
    assert lines == []
    assert len(reflowed) <= MOST_REFLOWED, reflowed


def test_a_picture_that_lacks_something_is_not_like_the_stored_one():
    before = stored_index("lab")
    name = "every_kind/en/welcome"
    picture = next(each for each in lab_screens() if each.name == name).in_lab()
    assert unlike(before[name], picture) == ""
    assert unlike(before["every_kind/he/welcome"], picture) != ""
    without_button = picture.copy()
    ground = picture.getpixel((5, 400))
    ImageDraw.Draw(without_button).rectangle((850, 640, 1279, 719), fill=ground)
    assert unlike(before[name], without_button) != ""
    assert "high" in unlike(before[name], Image.new("RGB", (1280, 900)))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.proof)])
def test_screens_of_every_kind_look_in_the_browser_as_before(browser, modules, tmp_path, every):
    """With the proofs also the third language, and what a participant of each mode of each study meets."""
    before, lines = stored_index("browser"), []
    if every:
        screens = [*browser_screens(), *browser_screens_of_studies()]
        assert set(earlier((shown.name for shown in screens), before)) == set(before)
    else:
        screens = list(browser_screens(("en", "he")))
        assert len(screens) > 50
    with closing(OneScreen(page_for_all(tmp_path / "page"))) as server:
        for shown in (each for each in screens if each.name in before):
            allowed = WAITING if shown.name.endswith(STILL_WAITING) else {}
            allowed = LONGER_BAR if shown.name.endswith(FURTHER_ON) else allowed
            fault = unlike(before[shown.name], drawn_in_browser(browser, server, shown), **allowed)
            lines += [f"{shown.name} ({before[shown.name]}): {fault}"] if fault else []
    assert lines == []
