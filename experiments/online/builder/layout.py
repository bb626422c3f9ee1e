"""Layout: where text, pictures and controls stand on a Builder page, in units of the window's height.

Lines are broken here and not by PsychoPy, which breaks none in Chinese, puts the broken lines of Hebrew in
the wrong order, and breaks elsewhere in the browser than in the lab.
"""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: Half of the narrowest window, 4:3, less a margin.
HALF_WIDTH = 0.62
TOP, BOTTOM = 0.47, -0.38
#: Sizes of type, tried from the largest; one em is the letter height.
SIZES = (0.034, 0.031, 0.028, 0.025, 0.022, 0.02, 0.018, 0.016)
HEADING = 0.045
#: Mean width of a Latin letter and height of a line of Noto Sans, in em (measured on its metrics, rounded up).
LETTER, LINE = 0.55, 1.4
#: Height that the controls of a kind take above the foot.
CONTROLS = {"read": 0.0, "look": 0.0, "rate": 0.24, "mark": 0.24, "give": 0.3, "write": 0.34}
OPTION = 0.075
PICTURES, OPTION_PICTURES = 0.3, 0.42


class TooLong(ValueError):
    """A text that no size of type brings onto one page."""


@dataclass(frozen=True)
class Laid:
    """A text that fits."""

    text: str
    size: float
    middle: float
    """Height of its middle on the page."""


def width_of(text: str) -> float:
    """Return the width of a line in em.

    >>> width_of("ab"), width_of("人人")
    (1.1, 2.0)
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return round(wide + LETTER * (len(text) - wide), 6)


def broken(text: str, ems: float) -> list[str]:
    """Break a text into lines of at most ``ems``; lines without spaces (Chinese) wherever they are full."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if width_of(paragraph) <= ems:
            lines.append(paragraph)
        elif width_of(paragraph) > 0.75 * len(paragraph):
            lines += _filled(paragraph, ems)
        else:
            lines += textwrap.wrap(paragraph, max(10, int(ems / LETTER)), break_on_hyphens=False)
    return lines


def _filled(paragraph: str, ems: float) -> list[str]:
    lines = [""]
    for letter in paragraph:
        # A closing mark does not begin a line.
        if width_of(lines[-1] + letter) > ems and letter not in "，。、；：？！」』）”’":
            lines.append("")
        lines[-1] += letter
    return lines


# Slots share most of their texts.
@lru_cache(maxsize=10_000)
def laid(text: str, top: float, bottom: float, centred: bool = False) -> Laid:
    """Break a text so that it fits between two heights: from the top, or in their middle.

    Raises
    ------
    TooLong
        If it does not, even in the smallest size.
    """
    for size in SIZES:
        lines = broken(text, 2 * HALF_WIDTH / size) if text else []
        height = len(lines) * LINE * size
        if height <= max(top - bottom, 0):
            middle = (top + bottom) / 2 if centred else top - height / 2
            return Laid("\n".join(lines), size, round(middle, 4))
    raise TooLong(f"{len(text)} characters do not fit")


def in_a_row(count: int, width: float) -> list[float]:
    """Return the places of pictures or options side by side, from the left.

    >>> in_a_row(2, 0.3)
    [-0.15, 0.15]
    """
    return [round((place - (count - 1) / 2) * width, 4) for place in range(count)]
