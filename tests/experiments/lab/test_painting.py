"""The parts that are drawn again when something on a page changes, and those that never are."""

from __future__ import annotations

from itertools import combinations

from experiments.lab.input_handling import handle_input
from experiments.lab.inputs import Mouse
from experiments.lab.painting import Painting
from experiments.lab.preview import drawn


def test_only_what_changed_is_drawn_again(page, press_key):
    made = page("give.five")
    painting = Painting(made)
    whole = painting.changed()
    assert (whole.width(), whole.height()) == (1024, 768)
    assert painting.changed().isEmpty()
    handle_input(made, Mouse("move", made.target("donation", 2), 1.0), onset=0.0)
    hover = painting.changed()
    assert hover.height() < 200
    press_key(made, "2", start=2.0)
    assert hover.united(painting.changed()).height() < 500
    made.pause(3.0)
    assert painting.changed().width() == 1024


def test_outside_of_its_regions_a_page_is_plain_background(page, timelines):
    for screen in timelines["he"].screens:
        made = page(screen, "he")
        painting = Painting(made)
        painting.changed()
        picture = drawn(made)
        for one, other in combinations(painting.regions, 2):
            assert not one.intersects(other)
        for region in painting.regions:
            box = region.toAlignedRect()
            sides = (box.left(), box.top(), box.right() + 1, box.bottom() + 1)
            picture.paste((246, 241, 233), sides)
        assert picture.getcolors() == [(1024 * 768, (246, 241, 233))], screen.id
