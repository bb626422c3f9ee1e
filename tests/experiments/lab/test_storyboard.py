"""Pictures of timed trials for previews: every display, with its time, its keys and when it comes."""

from __future__ import annotations

from dataclasses import replace

import every_kind
import pytest
from flips import screen_of

from experiments.lab.preview import picture_of
from experiments.lab.storyboard import captions
from experiments.look import COLOURS


def test_captions_say_times_keys_and_results(english):
    screen = screen_of(english, "timed.key")
    said = [
        ", ".join(captions(display, version, screen))
        for display in screen.displays
        for version in display.versions
    ]
    assert said == [
        "100 ms",
        "keys e = kind, i = unkind",
        "if wrong, 100 ms",
        "if late, 100 ms",
        "50 ms",
    ]
    late = screen_of(english, "timed.late")
    first = late.displays[0]
    assert next(captions(first, first.versions[0], late)) == "at most 120 ms"
    frames = replace(first, seconds=0.0, frames=12, ask="")
    assert list(captions(frames, first.versions[0], late)) == ["12 frames"]


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (640, 400)])
def test_a_preview_has_every_display(english, size):
    screen = screen_of(english, "timed.pictures")
    picture = picture_of(screen, english, size, root=every_kind.HERE)
    assert picture.size == size
    ground = tuple(int(COLOURS["background"][place : place + 2], 16) for place in (1, 3, 5))
    columns = {
        x
        for x in range(0, size[0], 4)
        for y in range(0, size[1], 4)
        if picture.getpixel((x, y)) == ground
    }
    # Two displays beside each other, with a gap between them.
    gaps = [x for x in range(0, size[0], 4) if x not in columns]
    assert any(0.4 * size[0] < x < 0.6 * size[0] for x in gaps)
    assert any(x < 0.4 * size[0] for x in columns)
    assert any(x > 0.6 * size[0] for x in columns)
