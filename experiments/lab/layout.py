"""Lay a screen out for a window: everything is in sight, or a page that scrolls; nothing runs out.

Lengths follow the window. Where the content does not fit, pictures get smaller, then the type by the
look's steps; what still does not fit scrolls inside its card.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PyQt6.QtCore import QRectF

from experiments.lab.content import lay_content
from experiments.lab.footer import Actions, lay_footer
from experiments.lab.form import Form
from experiments.lab.frame import Column, Frame
from experiments.lab.kinds import DRAWERS
from experiments.lab.look import look
from experiments.lab.parts import Card, Control, Part, Words
from experiments.lab.setting import Setting
from experiments.screen import Screen

#: Greatest heights of pictures that are tried, in units.
PICTURES = (17.0, 14.0, 11.5, 9.5, 8.0)


@dataclass(frozen=True)
class Layout:
    """A screen laid out for a window of a size."""

    width: float
    height: float
    frame: Frame
    content: tuple[Part, ...]
    """Parts in the content's own height, from 0; ``top`` less the scroll is added when they are drawn."""
    length: float
    """Height of the content."""
    view: QRectF
    """Where content is seen."""
    fixed: tuple[Part, ...]
    """Parts in the window: card, progress, foot."""

    @property
    def top(self) -> float:
        """Where the content starts, unscrolled."""
        return self.view.y()

    @property
    def scrolls(self) -> float:
        """Pixels that the content can be scrolled by; 0 where all is in sight."""
        return max(0.0, self.length - self.view.height())

    def controls(self) -> list[Control]:
        """Return all controls in the order of the tab key: each ask and its skip, then on, pause, leave."""
        inside = [part for part in self.content if isinstance(part, Control)]
        places = {control.name: place for place, control in enumerate(inside)}
        # An item's skip stands beside its prompt, before the item's own control is drawn.
        inside.sort(
            key=lambda control: (
                places[control.name.removeprefix("skip:")],
                control.name.startswith("skip:"),
            )
        )
        foot = [part for part in self.fixed if isinstance(part, Control)]
        return inside + sorted(foot, key=lambda control: control.name != "go_on")


def lay_out(
    screen: Screen, form: Form, setting: Setting, width: int, height: int, actions: Actions
) -> Layout:
    """Lay a screen out.

    Parameters
    ----------
    width, height
        Size of the window in pixels.
    """
    design = look()
    unit = design.unit(width, height)
    margin, padding = design.space["margin"] * unit, design.space["card_padding"] * unit
    card_width = min(width - 2 * margin, design.space["column"] * unit)
    top, foot = design.space["header"] * unit, design.space["footer"] * unit
    room = QRectF((width - card_width) / 2, top, card_width, height - top - foot)
    base = Frame(
        design,
        unit,
        card_width - 2 * padding,
        room.height() - 2 * padding,
        PICTURES[0],
        setting.language,
        setting.rtl,
        setting.interface,
        setting.pictures,
    )
    column = _fitting(screen, form, base)
    seen = min(column.y, base.height)
    card = QRectF(0, 0, card_width, seen + 2 * padding)
    # A little above the middle is where the eye rests.
    card.moveTo(room.x(), room.y() + 0.42 * (room.height() - card.height()))
    view = QRectF(card.x() + padding, card.y() + padding, base.width, seen)
    fixed: list[Part] = [
        Card(
            card,
            design.colours["card"],
            design.radius["card"] * unit,
            design.colours["edge"],
            design.stroke["edge"] * unit,
            design.colours["shadow"],
        ),
        *_header(screen, setting, base, room),
        *lay_footer(
            screen,
            form,
            base,
            QRectF(room.x(), height - foot, card_width, foot),
            actions,
            _hint(column, setting),
            setting.participant,
        ),
    ]
    for part in column.parts:
        part.shift(view.x())
    if setting.rtl:
        for part in (*column.parts, *fixed):
            part.mirror(width)
    return Layout(width, height, base, tuple(column.parts), column.y, view, tuple(fixed))


def _fitting(screen: Screen, form: Form, base: Frame) -> Column:
    """Return the first try that is wholly in sight, else one that is read by scrolling."""
    # Items one below the other come last: a table is easier to go through.
    for stacked in (False, True):
        is_table = False
        for frame in _tries(screen, replace(base, stacked=stacked)):
            column = _column(screen, form, frame)
            if column.y <= base.height and not column.cramped:
                return column
            is_table = column.is_table
        if not is_table:
            break
    last = replace(base, unit=base.unit * look().steps[1], picture=PICTURES[-1], stacked=True)
    return _column(screen, form, last)


def _tries(screen: Screen, base: Frame) -> Iterator[Frame]:
    pictured = any(block.type == "images" for block in screen.content) or any(
        option.image for ask in screen.asks for option in ask.options
    )
    for step in look().steps:
        for picture in PICTURES if pictured else PICTURES[:1]:
            yield replace(base, unit=base.unit * step, picture=picture)


def _column(screen: Screen, form: Form, frame: Frame) -> Column:
    """Lay the content of a screen out, and its questions below."""
    column = Column(frame)
    lay_content(screen, frame, column)
    if screen.asks:
        DRAWERS[screen.kind](screen.asks, form, frame, column)
    return column


def _hint(column: Column, setting: Setting) -> str:
    """Return how the first question is answered that has something to be said about it."""
    hints = (part.hint for part in column.parts if isinstance(part, Control))
    return setting.interface.get(next(filter(None, hints), ""), "")


def _header(screen: Screen, setting: Setting, frame: Frame, room: QRectF) -> list[Part]:
    """A line that fills as the session goes, and what part one is in."""
    design, unit = frame.look, frame.unit
    part, of = setting.progress(screen)
    gap, high = 0.25 * unit, 0.22 * unit
    wide = (room.width() - gap * (of - 1)) / of
    parts: list[Part] = []
    for number in range(of):
        colour = design.colours["accent" if number < part else "edge"]
        box = QRectF(room.x() + number * (wide + gap), 0.45 * unit, wide, high)
        parts.append(Card(box, colour, high / 2))
    texts = [(setting.interface["progress"].format(n=part, of=of), "muted", "start")]
    if setting.simulated:
        texts.append((setting.interface["simulated"], "notice", "end"))
    for text, colour, align in texts:
        half = 0.48 * room.width()
        laid = frame.laid(text, "note", half, colour == "notice", align)
        x = room.x() if align == "start" else room.right() - half
        box = QRectF(x, 0.75 * unit, half, laid.height)
        parts.append(Words(box, laid, design.colours[colour]))
    return parts
