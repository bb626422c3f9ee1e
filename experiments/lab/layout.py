"""The layout of a screen for a window: all content is visible, or can be scrolled to.

Lengths depend on the window. If the content does not fit, pictures become smaller, then the type in steps; if it
still does not fit, it scrolls inside its card.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PyQt6.QtCore import QRectF

from experiments.lab.clips import CaptionPart, FilmPart, SoundPart
from experiments.lab.countdown import Countdown
from experiments.lab.footer import lay_footer
from experiments.lab.frame import Frame
from experiments.lab.kinds import DRAWERS
from experiments.lab.parts import Card, Column, Control, OpenPage, Part, Picture, TextPart, sheet
from experiments.look import SPACE, STEPS, base_size
from experiments.screen import Block, Clip, Screen

#: Maximum heights of pictures, in units, in the order in which they are tried.
PICTURES = (17.0, 14.0, 11.5, 9.5, 8.0)
#: How much taller a film may be than a picture.
FILM = 1.5


@dataclass(frozen=True)
class Layout:
    """A screen laid out for a window of a given size."""

    frame: Frame
    content: tuple[Part, ...]
    """Parts in the content's own height, from 0; ``view.y()`` less the scroll is added when they are drawn."""
    length: float
    """Height of the content."""
    view: QRectF
    """Area in which content is visible."""
    fixed: tuple[Part, ...]
    """Parts that do not scroll: card, progress, footer."""

    @property
    def scrolls(self) -> float:
        """Pixels by which the content can be scrolled; 0 if all of it is visible."""
        return max(0.0, self.length - self.view.height())

    def controls(self) -> list[Control]:
        """Return all controls in tab order: each question and its skip button, then continue, pause, leave."""
        inside = [part for part in self.content if isinstance(part, Control)]
        places = {control.name: place for place, control in enumerate(inside)}
        # An item's skip is beside its prompt, before the item's own control is drawn.
        inside.sort(
            key=lambda control: (
                places[control.name.removeprefix("skip:")],
                control.name.startswith("skip:"),
            )
        )
        foot = [part for part in self.fixed if isinstance(part, Control)]
        return inside + sorted(foot, key=lambda control: control.name != "go_on")


def lay_out(page: OpenPage) -> Layout:
    """Lay out the screen of a page for the size of its window."""
    width, height = page.size
    unit = base_size(width, height)
    margin, padding = SPACE["margin"] * unit, SPACE["card_padding"] * unit
    card_width = min(width - 2 * margin, SPACE["column"] * unit)
    top, foot = SPACE["header"] * unit, SPACE["footer"] * unit
    room = QRectF((width - card_width) / 2, top, card_width, height - top - foot)
    inside = (card_width - 2 * padding, room.height() - 2 * padding)
    base = Frame(page.context, unit, *inside, PICTURES[0])
    column = _fitting(page, base)
    seen = min(column.y, base.height)
    card = QRectF(0, 0, card_width, seen + 2 * padding)
    # Slightly above the middle looks centred.
    card.moveTo(room.x(), room.y() + 0.42 * (room.height() - card.height()))
    view = QRectF(card.x() + padding, card.y() + padding, base.width, seen)
    fixed: list[Part] = [
        sheet(card, base),
        *_header(page, base, room),
        *lay_footer(page, base, QRectF(room.x(), height - foot, card_width, foot), _hint(column)),
    ]
    for part in column.parts:
        part.box.translate(view.x(), 0)
    if base.rtl:
        for part in (*column.parts, *fixed):
            part.mirror(width)
    return Layout(base, tuple(column.parts), column.y, view, tuple(fixed))


def _fitting(page: OpenPage, base: Frame) -> Column:
    """Return the first layout that is fully visible, otherwise one that scrolls."""
    # Items one below another are tried last: a table is easier to fill in.
    for stacked in (False, True):
        is_table = False
        for frame in _tries(page.screen, replace(base, stacked=stacked)):
            column = _column(page, frame)
            if column.y <= base.height and not column.cramped:
                return column
            is_table = column.is_table
        if not is_table:
            break
    return _column(
        page, replace(base, unit=base.unit * STEPS[1], picture=PICTURES[-1], stacked=True)
    )


def _tries(screen: Screen, base: Frame) -> Iterator[Frame]:
    pictured = any(block.type in ("images", "video") for block in screen.content) or any(
        option.image for ask in screen.asks for option in ask.options
    )
    for step in STEPS:
        for picture in PICTURES if pictured else PICTURES[:1]:
            yield replace(base, unit=base.unit * step, picture=picture)


def _column(page: OpenPage, frame: Frame) -> Column:
    """Lay out the content of a screen, with its questions below."""
    column = Column(frame)
    for block in page.screen.content:
        if block.type == "heading":
            column.gap("block", 1.1)
            column.words(block.text, "heading")
        elif block.type == "text":
            column.gap("block", 0.75)
            column.words(block.text)
        elif block.type == "note":
            column.gap("block")
            _note(block, column)
        elif block.images:
            column.gap("block")
            _pictures(block, column)
        elif block.clip is not None:
            column.gap("block")
            _clip(block.type, block.clip, column)
    if page.screen.asks:
        DRAWERS[page.screen.kind](page.screen.asks, page.form, column)
    return column


def _note(block: Block, column: Column) -> None:
    """Add a note: smaller text on a tinted background."""
    frame = column.frame
    inset = 0.8 * frame.unit
    laid = frame.laid(block.text, "note", frame.width - 2 * inset)
    ground = QRectF(0, column.y, frame.width, laid.height + 1.2 * inset)
    inside = QRectF(inset, column.y + 0.6 * inset, frame.width - 2 * inset, laid.height)
    column.put_below(Card(ground, "note_soft", frame.radius("control")))
    column.put(TextPart(inside, laid, "muted"))


def _pictures(block: Block, column: Column) -> None:
    """Add pictures in one or two centred rows, all of the same height."""
    frame = column.frame
    images = [frame.image(picture["src"]) for picture in block.images]
    ratios = [image.width() / image.height() for image in images]
    gap = 0.7 * frame.unit

    def height(rows: int) -> float:
        """Return the height of the pictures in this number of rows."""
        per_row = -(-len(ratios) // rows)
        starts = range(0, len(ratios), per_row)
        widest = max(sum(ratios[start : start + per_row]) for start in starts)
        by_width = (frame.width - gap * (per_row - 1)) / widest
        return min(by_width, (frame.picture * frame.unit - gap * (rows - 1)) / rows)

    rows = max(range(1, min(2, len(images)) + 1), key=height)
    high, per_row = height(rows), -(-len(images) // rows)
    for start in range(0, len(images), per_row):
        column.y += gap if start else 0.0
        line = list(zip(images, ratios, strict=True))[start : start + per_row]
        wide = sum(ratio for _, ratio in line) * high + gap * (len(line) - 1)
        x = (frame.width - wide) / 2
        for image, ratio in line:
            box = QRectF(x, column.y, ratio * high, high)
            column.put(Picture(box, image, frame.radius("picture")))
            x += ratio * high + gap
        column.y += high


def _clip(kind: str, clip: Clip, column: Column) -> None:
    """Add a film, or what is seen of a sound, with room for two lines of captions."""
    frame, path = column.frame, column.frame.context.root / clip.src
    if kind == "video":
        ratio = (clip.width or 16) / (clip.height or 9)
        high = min(frame.width / ratio, FILM * frame.picture * frame.unit)
        wide = ratio * high
        column.put_below(
            FilmPart(QRectF((frame.width - wide) / 2, column.y, wide, high), clip, path)
        )
    else:
        column.put_below(
            SoundPart(QRectF(0, column.y, frame.width, 0.4 * frame.unit), clip, path, frame)
        )
    if clip.captions:
        column.gap("block", 0.5)
        two_lines = frame.laid("A\nA", "text", frame.width).height
        column.put_below(CaptionPart(QRectF(0, column.y, frame.width, two_lines), clip, frame))


def _hint(column: Column) -> str:
    """Return how to answer the first question that has a hint."""
    hints = (part.hint for part in column.parts if isinstance(part, Control))
    return column.frame.texts.get(next(filter(None, hints), ""), "")


def _header(page: OpenPage, frame: Frame, room: QRectF) -> list[Part]:
    """Return the progress bar, the number of the current part, and the mark of simulated sessions."""
    unit, texts = frame.unit, frame.texts
    part, of = page.context.progress(page.screen)
    gap, high = 0.25 * unit, 0.22 * unit
    wide = (room.width() - gap * (of - 1)) / of
    parts: list[Part] = []
    for number in range(of):
        box = QRectF(room.x() + number * (wide + gap), 0.45 * unit, wide, high)
        parts.append(Card(box, "accent" if number < part else "edge", high / 2))
    half = (0.32 if page.screen.countdown else 0.48) * room.width()
    progress = frame.laid(texts["progress"].format(n=part, of=of), "note", half)
    box = QRectF(room.x(), 0.75 * unit, half, progress.height)
    parts.append(TextPart(box, progress, "muted"))
    if page.context.simulated:
        mark = frame.laid(texts["simulated"], "note", half, bold=True, align="end")
        box = QRectF(room.right() - half, 0.75 * unit, half, mark.height)
        parts.append(TextPart(box, mark, "notice"))
    if page.screen.countdown:
        middle = QRectF(0, 0.75 * unit, 0.32 * room.width(), progress.height)
        middle.moveLeft(room.center().x() - middle.width() / 2)
        parts.append(Countdown(middle, frame))
    return parts
