"""Letters of all languages of the studies are drawn, and long labels are broken into lines."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from analysis.showing.axes import intervals, means_plot
from analysis.showing.style import Stamp, drawn, new_figure, wrapped


@drawn
def pixels(text: str) -> np.ndarray:
    """Return the ink of a text as a table of darkness, cut to the text."""
    figure = Figure(figsize=(3, 1), dpi=100)
    figure.text(0.1, 0.4, text, fontsize=30)
    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    ink = 255 - np.asarray(Image.open(stream).convert("L"), dtype=float)
    rows, columns = np.nonzero(ink > 40)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


@pytest.mark.parametrize(("one", "other"), [("我", "他"), ("ב", "ק"), ("ä", "ß")])
def test_letters_of_chinese_hebrew_and_german_are_no_empty_boxes(one, other):
    first, second = pixels(one), pixels(other)
    assert first.shape != second.shape or np.abs(first - second).mean() > 10


def test_hebrew_is_written_from_right_to_left():
    word, last = pixels("קול"), pixels("ל")
    # The last letter is the tallest one, and is on the left.
    left = word[: last.shape[0], : last.shape[1]]
    assert np.abs(left - last).mean() < 30


@pytest.mark.parametrize(
    ("label", "letters", "lines"),
    [
        ("one identified victim", 12, ["one", "identified", "victim"]),
        ("short", 12, ["short"]),
        ("一个有名字的受害者和统计数字", 12, ["一个有名字的", "受害者和统计", "数字"]),
        ("x" * 30, 10, ["x" * 10] * 3),
        ("", 10, [""]),
    ],
)
def test_labels_are_broken_into_lines(label, letters, lines):
    assert wrapped(label, letters).split("\n") == lines


def labels_apart(axes, along: str) -> bool:
    figure = axes.figure
    figure.draw_without_rendering()
    ticks = axes.get_xticklabels() if along == "x" else axes.get_yticklabels()
    boxes = sorted(
        (tick.get_window_extent() for tick in ticks), key=lambda box: getattr(box, f"{along}0")
    )
    return all(getattr(a, f"{along}1") <= getattr(b, f"{along}0") + 1 for a, b in pairwise(boxes))


LONG = "a label of a level that a researcher wrote out in full, with the whole sentence of the condition, up to one hundred and forty letters in it"


def test_labels_of_140_letters_do_not_run_over_their_neighbours():
    table = pd.DataFrame({"arm": [f"{n} {LONG}" for n in "abcd"], "m": range(4)})
    table = table.assign(low=table["m"] - 1, high=table["m"] + 1)
    stamp = Stamp("s", simulated=False)
    assert labels_apart(
        means_plot(new_figure(4, stamp).add_subplot(), table, ["arm"], "m", "low", "high"), "x"
    )
    rows = table.rename(columns={"m": "estimate", "low": "ci_low", "high": "ci_high"})
    drawn_rows = intervals(new_figure(5, stamp).add_subplot(), rows["arm"].tolist(), rows, "x")
    assert labels_apart(drawn_rows, "y")


def test_means_of_categories_are_not_joined():
    table = pd.DataFrame(
        {"arm": ["a", "b"], "m": [1.0, 2.0], "low": [0.0, 1.0], "high": [2.0, 3.0]}
    )
    figure = new_figure(3, Stamp("s", simulated=False))
    (points,) = means_plot(figure.add_subplot(), table, ["arm"], "m", "low", "high").lines
    assert points.get_linestyle() == "None"
