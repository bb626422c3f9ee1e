"""Layout: the positions of a page's text, pictures and options, in units of the window's height.

Lines are broken here rather than by PsychoPy, which does not break lines of Chinese and breaks lines at different
places in the browser and in the lab.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from functools import cache

from PIL import Image

from experiments.measures import KINDS
from experiments.online.export.builder.tables import Cell, text_cell
from experiments.online.export.exporting import ExportError, place_of
from experiments.places import shipped_folder
from experiments.screen import Ask, Screen

Columns = dict[str, Cell]
#: Half the width of the narrowest window (4:3), minus a margin.
HALF_WIDTH = 0.62
TOP, BOTTOM = 0.47, -0.38
HEADING = 0.045
#: Type sizes, tried from the largest; one em is the letter height.
SIZES = (0.034, 0.031, 0.028, 0.025, 0.022, 0.02, 0.018, 0.016)
#: Mean width of a Latin letter and height of a line of Noto Sans, in em (from the font's metrics, rounded up).
LETTER, LINE = 0.55, 1.4
OPTION_SIZE = 0.022
LIST_ROW, LIST_WIDTH, ROW_HEIGHT = 0.075, 1.1, 0.15
PICTURES, OPTION_PICTURES = 0.3, 0.42


def placed(screen: Screen, ask: Ask, heading: str, body: str, pictures: Sequence[str]) -> Columns:
    """Return the columns with the positions of everything on a page.

    Parameters
    ----------
    pictures
        Pictures of the content (path inside ``stimuli/``, or absolute path).

    Raises
    ------
    ExportError
        If a text does not fit, even in the smallest type.
    """
    top = TOP - (HEADING * LINE * 1.3 if heading else 0.0)
    bottom = BOTTOM + _controls(screen, ask)
    columns = _options(screen, ask)
    if option_pictures := [option.image for option in ask.options if option.image]:
        columns |= _pictures(option_pictures, bottom - OPTION_PICTURES / 2, OPTION_PICTURES)
    elif pictures:
        height = PICTURES if body else top - bottom
        columns |= _pictures(pictures, top - height / 2, height)
        top -= height + 0.02 if body else height
    for size in SIZES:
        lines = broken(body, 2 * HALF_WIDTH / size) if body else []
        height = len(lines) * LINE * size
        if height <= max(top - bottom, 0):
            middle = top - height / 2 if heading or pictures else (top + bottom) / 2
            return {
                **columns,
                "page_body": text_cell("\n".join(lines)),
                "page_size": size,
                "page_middle": round(middle, 4),
            }
    raise ExportError(
        f"the text of the screen '{screen.id}' ({len(body)} characters) is too long for one Builder page;"
        " split it in the protocol, or export for another target."
    )


def _in_a_row(screen: Screen, ask: Ask) -> bool:
    """Return whether options are side by side: points of a scale, and pictures."""
    return KINDS[screen.kind].numeric or any(option.image for option in ask.options)


def _controls(screen: Screen, ask: Ask) -> float:
    """Return the height of the answer controls above the button at the bottom."""
    if any(option.image for option in ask.options):
        return ROW_HEIGHT + OPTION_PICTURES
    if ask.options:
        return 0.18 if _in_a_row(screen, ask) else LIST_ROW * len(ask.options) + 0.02
    if ask.entry:
        return 0.32
    if ask.money:
        return 0.28
    return 0.22 if ask.high > ask.low else 0.0


def width_of(text: str) -> float:
    """Return the width of a line in em.

    >>> width_of("ab"), width_of("人人")
    (1.1, 2.0)
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return round(wide + LETTER * (len(text) - wide), 6)


# Cached because slots share most of their texts.
@cache
def broken(text: str, ems: float) -> list[str]:
    """Break a text into lines of at most ``ems``; lines without spaces (Chinese) break wherever they are full."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if width_of(paragraph) <= 0.75 * len(paragraph):
            lines += textwrap.wrap(
                paragraph, max(6, int(ems / LETTER)), break_on_hyphens=False
            ) or [""]
            continue
        lines.append("")
        for letter in paragraph:
            # A closing punctuation mark does not begin a line.
            if width_of(lines[-1] + letter) > ems and letter not in "，。、；：？！」』）”’":
                lines.append("")
            lines[-1] += letter
    return lines


def _options(screen: Screen, ask: Ask) -> Columns:
    """Place the buttons: one below the other, or side by side."""
    count = len(ask.options)
    if not count:
        return {}
    in_a_row = _in_a_row(screen, ask)
    width, height = (
        (2 * HALF_WIDTH / count, ROW_HEIGHT) if in_a_row else (LIST_WIDTH + 0.02, LIST_ROW)
    )
    columns: Columns = {
        "page_options": count,
        "page_option_w": round(width - 0.015, 4),
        "page_option_h": round(height - 0.01, 4),
        "page_option_x": round(-(count - 1) / 2 * width, 4) if in_a_row else 0,
        "page_option_y": round(BOTTOM + height / 2 + (0 if in_a_row else (count - 1) * height), 4),
        "page_option_dx": round(width, 4) if in_a_row else 0,
        "page_option_dy": 0 if in_a_row else -height,
    }
    for number, option in enumerate(ask.options, start=1):
        lines = broken(option.label, 0.95 * (width - 0.03) / OPTION_SIZE) if option.label else []
        if KINDS[screen.kind].numeric and option.label != str(option.value):
            lines = [str(option.value), *lines]
        if len(lines) * LINE * OPTION_SIZE > height:
            raise ExportError(
                f"the option '{option.label}' of the screen '{screen.id}' is too long for a Builder button."
            )
        columns[f"page_option{number}"] = text_cell("\n".join(lines))
    return columns


def _pictures(pictures: Sequence[str], y: float, height: float) -> Columns:
    """Place pictures side by side."""
    space = 2 * HALF_WIDTH / len(pictures)
    columns: Columns = {}
    for number, picture in enumerate(pictures, start=1):
        shape = _shape(picture)
        high = min(height, 0.97 * space / shape)
        columns |= {
            f"page_image{number}": f"media/{place_of(picture)}",
            f"page_image{number}_x": round((number - (len(pictures) + 1) / 2) * space, 4),
            f"page_image{number}_y": round(y, 4),
            f"page_image{number}_w": round(high * shape, 4),
            f"page_image{number}_h": round(high, 4),
        }
    return columns


@cache
def _shape(picture: str) -> float:
    """Return the ratio of width to height."""
    with Image.open(shipped_folder("stimuli") / picture) as image:
        return float(image.width / image.height)
