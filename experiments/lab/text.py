"""Text laid out and drawn by Qt, with bidirectional text, wrapping in every script, and ``**bold**``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from experiments.interface import interface
from experiments.lab.application import application
from experiments.look import families
from experiments.marked_text import spans, split_paragraphs

#: Unicode categories of invisible characters: spaces, controls, direction marks.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class Style:
    """The style of a text. Equal styles give the same layout."""

    pixels: int
    language: str
    bold: bool = False
    align: str = "start"
    rtl: bool = False
    line_height: float = 1.5
    paragraph: float = 0.0
    """Pixels between paragraphs."""


@dataclass(frozen=True)
class LaidOutText:
    """A text that has been laid out within a width."""

    paragraphs: tuple[tuple[float, QTextLayout], ...]
    """Top of each paragraph, and its layout."""
    width: float
    """Width of the widest line."""
    height: float

    def paint(self, painter: QPainter, x: float, y: float, colour: str) -> None:
        """Draw the text with its top left corner at (x, y)."""
        painter.setPen(QColor(colour))
        for top, layout in self.paragraphs:
            layout.draw(painter, QPointF(x, y + top))


def font(style: Style) -> QFont:
    """Return the font of a style."""
    application()
    result = QFont()
    result.setFamilies(families(style.language))
    result.setPixelSize(max(1, style.pixels))
    result.setBold(style.bold)
    # Without hinting, widths and therefore pages are the same on every system.
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Subpixel colours would differ between systems and with the rotation of the monitor.
    result.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    return result


@lru_cache(maxsize=2000)
def lay_out(text: str, style: Style, width: float) -> LaidOutText:
    """Lay out a text, in which ``**`` marks bold and blank lines separate paragraphs.

    Parameters
    ----------
    width
        Width in pixels; no line is wider, whatever the text.
    """
    paragraphs: list[tuple[float, QTextLayout]] = []
    top = widest = 0.0
    for place, part in enumerate(split_paragraphs(text)):
        layout = _paragraph(part, style)
        if place:
            top += style.paragraph
        height, natural = _break_lines(layout, style, max(1.0, width))
        paragraphs.append((top, layout))
        top, widest = top + height, max(widest, natural)
    return LaidOutText(tuple(paragraphs), widest, top)


@lru_cache(maxsize=2000)
def least_width(text: str, style: Style) -> float:
    """Return the width (pixels) below which a word of the text would have to be broken."""
    layout = _paragraph(text, style)
    option = layout.textOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    return _break_lines(layout, style, 1.0)[1]


def _paragraph(text: str, style: Style) -> QTextLayout:
    plain, bold = spans(text)
    layout = QTextLayout(plain.replace("\n", "\u2028"), font(style))
    layout.setCacheEnabled(True)
    sides = {"centre": Qt.AlignmentFlag.AlignHCenter, "start": _LEFT, "end": _RIGHT}
    if style.rtl:
        sides |= {"start": _RIGHT, "end": _LEFT}
    option = QTextOption(sides[style.align] | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(
        Qt.LayoutDirection.RightToLeft if style.rtl else Qt.LayoutDirection.LeftToRight
    )
    layout.setTextOption(option)
    ranges = []
    for start, length in bold:
        span = QTextLayout.FormatRange()
        # Qt counts in UTF-16 units.
        span.start, span.length = _units(plain[:start]), _units(plain[start : start + length])
        form = QTextCharFormat()
        form.setFontWeight(QFont.Weight.Bold)
        span.format = form
        ranges.append(span)
    layout.setFormats(ranges)
    return layout


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _break_lines(layout: QTextLayout, style: Style, width: float) -> tuple[float, float]:
    """Break a paragraph into lines; return its height and the width of its widest line."""
    # All lines have the same pitch: taller fonts of other scripts do not increase it.
    pitch = round(style.pixels * style.line_height)
    top = widest = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        height = max(pitch, round(line.height()))
        line.setPosition(QPointF(0.0, top + round((height - line.height()) / 2)))
        widest = max(widest, line.naturalTextWidth())
        top += height
    layout.endLayout()
    return top, widest


def can_show(language: str) -> bool:
    """Return whether this PC can show the interface texts of a language."""
    texts = interface(language)
    return not unshown([texts.name, *texts.texts.values()], language)


def unshown(texts: Iterable[str], language: str) -> list[str]:
    """Return the characters of texts that no font on this PC has."""
    face = font(Style(20, language))
    letters = {letter for text in texts for letter in text if category(letter) not in _UNSEEN}
    return sorted(letter for letter in letters if _is_missing(letter, face))


def _is_missing(letter: str, face: QFont) -> bool:
    layout = QTextLayout(letter, face)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return any(0 in run.glyphIndexes() for run in layout.glyphRuns())
