"""Showing: what stands where on a page, as columns of its row. One routine draws each kind of page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from PIL import Image

from experiments.marked_text import spans
from experiments.online.builder.cells import Cell, listed, money_parts, said
from experiments.online.builder.layout import (
    BOTTOM,
    CONTROLS,
    HEADING,
    LINE,
    OPTION,
    OPTION_PICTURES,
    PICTURES,
    TOP,
    TooLong,
    broken,
    in_a_row,
    laid,
)
from experiments.online.exporting import ExportError, place_of
from experiments.places import room
from experiments.screen import Ask, Screen

Columns = dict[str, Cell]
#: Drawn where a page has fewer pictures than the routine can show.
BLANK = "media/blank.png"
OPTION_WIDTH, OPTION_SIZE = 1.1, 0.024


def showing(screen: Screen, ask: Ask) -> Columns:
    """Return the columns that say what is drawn.

    Raises
    ------
    ExportError
        If a text does not fit on the page, or a scale is one that Builder's slider cannot show.
    """
    heading, body, pictures = _content(screen, ask)
    options = [option.image for option in ask.options if option.image]
    columns: Columns = {
        "page_routine": said(routine_of(screen, ask)),
        "page_heading": said(heading),
        **_answering(screen, ask),
    }
    top = TOP - (HEADING * LINE * 1.3 if heading else 0.0)
    bottom = BOTTOM + _controls(screen, ask)
    if options:
        middle = BOTTOM + OPTION + 0.02 + OPTION_PICTURES / 2
        columns |= _placed(options, middle, OPTION_PICTURES)
    elif pictures:
        height = PICTURES if body else top - bottom
        columns |= _placed(pictures, top - height / 2, height)
        top -= height + 0.02 if body else height
    try:
        text = laid(body, top, bottom, centred=not heading and not pictures)
    except TooLong as error:
        raise ExportError(
            f"the text of the screen '{screen.id}' is too long for one Builder page ({error});"
            " part it in the protocol, or export for another target."
        ) from error
    return {
        **columns,
        "page_body": said(text.text),
        "page_size": text.size,
        "page_middle": text.middle,
    }


def pictures_of(screens: Sequence[Screen]) -> dict[str, str]:
    """Return path of each picture -> its place inside ``media``."""
    named = {
        image["src"] for screen in screens for block in screen.content for image in block.images
    }
    named |= {option.image for screen in screens for ask in screen.asks for option in ask.options}
    return {picture: place_of(picture) for picture in named - {""}}


def _controls(screen: Screen, ask: Ask) -> float:
    """Return the height that the answers take above the foot."""
    if screen.kind != "choose":
        return CONTROLS[screen.kind]
    pictures = any(option.image for option in ask.options)
    return OPTION + 0.04 + OPTION_PICTURES if pictures else OPTION * len(ask.options) + 0.02


def routine_of(screen: Screen, ask: Ask) -> str:
    """Return the name of the routine that draws a page: its kind, and the scale that its slider has.

    >>> from experiments.screen import Option
    >>> rate = Screen("a", "rate", "trials", "a")
    >>> routine_of(rate, Ask("b", options=(Option(-3, "low"), Option(3, "high"))))
    'rate_m3_to_3'
    """
    match screen.kind:
        case "rate":
            return f"rate_{_number(ask.options[0].value)}_to_{_number(ask.options[-1].value)}"
        case "mark" | "give":
            step = "" if ask.step == 1 else f"_by_{_number(ask.step)}"
            return f"{screen.kind}_{_number(ask.low)}_to_{_number(ask.high)}{step}"
        case "write":
            return "write_number" if ask.entry == "integer" else "write_text"
    return f"{screen.kind}_page"


def _number(value: str | float) -> str:
    return f"{float(value):g}".replace("-", "m").replace(".", "_")


def range_of(routine: str) -> tuple[float, float, float]:
    """Return lowest and highest value and step of the slider that a routine's name states.

    >>> range_of("give_0_to_10_by_0_5")
    (0.0, 10.0, 0.5)
    """
    numbers = re.split("_(?:to|by)_", routine.split("_", 1)[1])
    low, high, *step = [float(number.replace("_", ".").replace("m", "-")) for number in numbers]
    return low, high, step[0] if step else 1.0


def _content(screen: Screen, ask: Ask) -> tuple[str, str, list[str]]:
    headings = [block.text for block in screen.content if block.type == "heading"]
    texts = [
        block.text
        for block in screen.content
        if block.type in {"text", "note"}
        or (block.type == "heading" and block.text in headings[1:])
    ]
    pictures = [image["src"] for block in screen.content for image in block.images]
    body = "\n\n".join(text for text in (*texts, ask.prompt) if text)
    return (headings[0] if headings else ""), spans(body)[0], pictures


def _placed(pictures: list[str], y: float, height: float) -> Columns:
    """Return the columns of pictures side by side."""
    columns: Columns = {}
    for number, (picture, x) in enumerate(
        zip(pictures, in_a_row(len(pictures), 1.24 / len(pictures)), strict=True), start=1
    ):
        shape = _shape(picture)
        high = min(height, 1.2 / len(pictures) / shape)
        columns |= {
            f"page_image{number}": f"media/{place_of(picture)}",
            f"page_image{number}_x": x,
            f"page_image{number}_y": round(y, 4),
            f"page_image{number}_w": round(high * shape, 4),
            f"page_image{number}_h": round(high, 4),
        }
    return columns


@cache
def _shape(picture: str) -> float:
    """Return width over height."""
    with Image.open(room("stimuli") / picture) as image:
        return image.width / image.height


def _answering(screen: Screen, ask: Ask) -> Columns:
    match screen.kind:
        case "choose":
            return _choosing(screen, ask)
        case "rate":
            values = [option.value for option in ask.options]
            whole = values == list(range(int(values[0]), int(values[0]) + len(values)))
            if not whole or any(option.label for option in ask.options[1:-1]):
                raise ExportError(
                    f"the scale of the screen '{screen.id}' is not whole numbers with labelled ends,"
                    " which is what the Builder route can show."
                )
            return _ends(ask.options[0].label, ask.options[-1].label)
        case "mark":
            return _ends(ask.low_label, ask.high_label)
        case "give":
            return {
                **_ends(ask.low_label, ask.high_label),
                "page_money": listed(money_parts(ask.money)),
                "page_total": ask.high,
            }
        case "write":
            return {"page_least": ask.low, "page_most": ask.high}
    return {}


def _ends(low: str, high: str) -> Columns:
    return {"page_low": said(low), "page_high": said(high)}


def _choosing(screen: Screen, ask: Ask) -> Columns:
    columns: Columns = {"page_values": listed([str(option.value) for option in ask.options])}
    side_by_side = any(option.image for option in ask.options)
    count = len(ask.options)
    width = 1.24 / count if side_by_side else OPTION_WIDTH
    rows = in_a_row(count, width)
    for number, option in enumerate(ask.options, start=1):
        lines = broken(option.label, 0.95 * width / OPTION_SIZE)
        if len(lines) > 2:
            raise ExportError(
                f"the option '{option.label}' of the screen '{screen.id}' is too long for a Builder button."
            )
        columns |= {
            f"page_option{number}": said("\n".join(lines)),
            f"page_option{number}_x": rows[number - 1] if side_by_side else 0.0,
            f"page_option{number}_y": round(
                BOTTOM + OPTION / 2 + (0 if side_by_side else (count - number) * OPTION), 4
            ),
            "page_option_width": round(width - 0.04, 4),
        }
    return columns
