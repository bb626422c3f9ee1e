"""Pictures of timed trials for previews: all displays of a trial side by side, each with how long it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter

from experiments.lab.frame import PageContext
from experiments.lab.parts import draw_box
from experiments.lab.stimuli import Stimuli
from experiments.look import COLOURS
from experiments.screen import RESULTS, Ask, Display, Screen, Version

ACROSS = 3
"""Number of displays in a row."""


def storyboard(screen: Screen, context: PageContext, size: tuple[int, int]) -> QImage:
    """Draw the displays of a timed trial into one picture of a window's size."""
    shown = [(each, version) for each in screen.displays for version in each.versions]
    across = min(ACROSS, len(shown))
    down = ceil(len(shown) / across)
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(COLOURS["edge"]))
    stimuli = Stimuli(context, size)
    gap, caption = 0.8 * stimuli.frame.unit, 1.6 * stimuli.frame.unit
    wide, high = (size[0] - gap) / across - gap, (size[1] - gap) / down - gap - caption
    scale = min(wide / size[0], high / size[1])
    painter = QPainter(image)
    for place, (display, version) in enumerate(shown):
        x = gap + place % across * (wide + gap)
        y = gap + place // across * (high + caption + gap)
        words = stimuli.frame.laid(
            ", ".join(captions(display, version, screen)), "note", wide, align="centre"
        )
        words.paint(painter, x, y, COLOURS["text"])
        box = QRectF(0, 0, scale * size[0], scale * size[1])
        box.moveCenter(QRectF(x, y + caption, wide, high).center())
        draw_box(painter, box, 0.0, COLOURS["background"])
        painter.save()
        painter.setClipRect(box)
        painter.translate(box.x(), box.y())
        painter.scale(scale, scale)
        stimuli.paint(painter, version)
        painter.restore()
    painter.end()
    return image


def captions(display: Display, version: Version, screen: Screen) -> Iterator[str]:
    """Yield how long a display is shown, which keys it awaits, and after which results it comes."""
    if version.results and version.results != RESULTS:
        yield f"if {' or '.join(version.results)}"
    if display.frames:
        yield f"{display.frames} frames"
    elif display.seconds:
        most = "" if display.fixed or not display.ask else "at most "
        yield f"{most}{1000 * display.seconds:g} ms"
    asks = [ask for ask in screen.asks if ask.measure == display.ask]
    yield from (f"keys {_keys(ask)}" for ask in asks)


def _keys(ask: Ask) -> str:
    return ", ".join(f"{key} = {answer}" for key, answer in ask.keys.items())
