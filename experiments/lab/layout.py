"""The layout of a screen for a window: all content is visible, or can be scrolled to.

Lengths depend on the window. If the content does not fit, pictures become smaller, then the type in steps; if it
still does not fit, it scrolls inside its card.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PyQt6.QtCore import QRectF

from experiments.lab.content import lay_content
from experiments.lab.countdown import Countdown
from experiments.lab.footer import lay_footer
from experiments.lab.frame import Frame
from experiments.lab.kinds import DRAWERS
from experiments.lab.panels import lay_panels
from experiments.lab.parts import (
    Card,
    Column,
    Control,
    OpenPage,
    Part,
    Question,
    TextPart,
    sheet,
)
from experiments.look import SPACE, STEPS, base_size
from experiments.measures import KINDS
from experiments.screen import Screen

#: Maximum heights of pictures, in units, in the order in which they are tried.
PICTURES = (17.0, 14.0, 11.5, 9.5, 8.0)


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
        """Return all controls in tab order: each question and its skip button, then continue, back, pause, leave."""
        inside = [part for part in self.content if isinstance(part, Control)]
        places = {control.name: place for place, control in enumerate(inside)}
        # An item's skip is beside its prompt, before the item's own control is drawn.
        inside.sort(
            key=lambda control: (
                places[control.name.removeprefix("skip:")],
                control.name.startswith("skip:"),
            )
        )
        fixed = [part for part in self.fixed if isinstance(part, Control)]
        inside += [control for control in fixed if isinstance(control, Question)]
        foot = [control for control in fixed if not isinstance(control, Question)]
        first = {"go_on": 0, "back": 1}
        return inside + sorted(foot, key=lambda control: first.get(control.name, 2))


def lay_out(page: OpenPage) -> Layout:
    """Lay out the screen of a page for the size of its window."""
    width, height = page.size
    unit = base_size(width, height)
    margin, padding = SPACE["margin"] * unit, SPACE["card_padding"] * unit
    widest = SPACE["wide_column" if page.screen.panels else "column"] * unit
    card_width = min(width - 2 * margin, widest)
    top, foot = SPACE["header"] * unit, SPACE["footer"] * unit
    room = QRectF((width - card_width) / 2, top, card_width, height - top - foot)
    inside = (card_width - 2 * padding, room.height() - 2 * padding)
    whole = Frame(page.context, unit, *inside, PICTURES[0])
    staying = _staying(page, whole)
    base = replace(whole, height=whole.height - staying.y)
    column = _fitting(page, base)
    seen = min(column.y, base.height)
    card = QRectF(0, 0, card_width, seen + staying.y + 2 * padding)
    # Slightly above the middle looks centred.
    card.moveTo(room.x(), room.y() + 0.42 * (room.height() - card.height()))
    view = QRectF(card.x() + padding, card.y() + padding, base.width, seen)
    fixed: list[Part] = [
        sheet(card, base),
        *_header(page, base, room),
        *staying.parts,
        *lay_footer(
            page,
            base,
            QRectF(room.x(), height - foot, card_width, foot),
            _hint(column) or _hint(staying),
        ),
    ]
    for part in staying.parts:
        part.box.translate(view.x(), view.bottom())
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
    pictured = any(block.type in ("images", "video") for block in screen.blocks) or any(
        option.image for ask in screen.asks for option in ask.options
    )
    for step in STEPS:
        for picture in PICTURES if pictured else PICTURES[:1]:
            yield replace(base, unit=base.unit * step, picture=picture)


def _column(page: OpenPage, frame: Frame) -> Column:
    """Lay out the content of a screen, with its questions below."""
    column = Column(frame)
    lay_content(page.screen.content, column)
    if page.screen.panels:
        lay_panels(page, column)
    elif page.screen.asks and not KINDS[page.screen.kind].stays:
        DRAWERS[page.screen.kind](page.screen.asks, page.form, column)
    return column


def _staying(page: OpenPage, frame: Frame) -> Column:
    """Lay out questions that stay in view below the content; an empty column if there are none."""
    column, screen = Column(frame), page.screen
    if screen.asks and KINDS[screen.kind].stays:
        if screen.content:
            column.y += frame.space("block")
            column.put_below(
                Card(QRectF(0, column.y, frame.width, frame.stroke("edge")), "edge", 0)
            )
        DRAWERS[screen.kind](screen.asks, page.form, column)
    return column


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
