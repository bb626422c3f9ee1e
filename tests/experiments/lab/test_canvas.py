"""The window's canvas shows the preview's picture, whatever was drawn before."""

from __future__ import annotations

import every_kind
import pytest
from flips import at_flip, screen_of

pytestmark = pytest.mark.window


@pytest.mark.parametrize("name", ["read.eight", "rate.feelings", "give.twenty"])
def test_the_window_shows_the_very_picture_of_the_preview(responder, window, timelines, name):
    from PIL import ImageChops

    from experiments.lab.preview import picture_of

    timeline = timelines["he"]
    lab = responder(timeline)
    shown = []
    inner = lab.canvas.draw

    def look(regions):
        inner(regions)
        if not shown:
            shown.append(window.win.getMovieFrame(buffer="back").convert("RGB"))
            window.win.movieFrames.clear()

    lab.canvas.draw = look
    at_flip(window, 2, lambda: window.win.winHandle.dispatch_event("on_close"))
    with pytest.raises(Exception, match="closed"):
        lab.respond(screen_of(timeline, name), {})
    assert len(shown) == 1
    preview = picture_of(screen_of(timeline, name), timeline, (1024, 768), root=every_kind.HERE)
    assert ImageChops.difference(shown[0], preview).getbbox() is None


def test_what_changes_is_what_a_whole_new_drawing_would_show(responder, window, english):
    from PIL import ImageChops

    from experiments.lab.form import Form
    from experiments.lab.page import Page
    from experiments.lab.preview import drawn

    lab = responder()
    frames = []
    inner = lab.canvas.draw

    def look(regions):
        inner(regions)
        frames.append(window.win.getMovieFrame(buffer="back").convert("RGB"))
        window.win.movieFrames.clear()

    lab.canvas.draw = look
    for flip, key in ((3, "3"), (6, "tab"), (9, "tab"), (12, "return")):
        at_flip(window, flip, lambda key=key: lab.devices.keys.press_key(key)())
    screen = screen_of(english, "give.five")
    lab.respond(screen, {})
    again = Page(screen, Form.begin(screen, {"donation": 3}, None), lab.context, window.size)
    again.focus, again.ring = again.control("go_on"), True
    again.tick(1.0)
    assert ImageChops.difference(frames[-1], drawn(again)).getbbox() is None
