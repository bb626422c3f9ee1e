"""Painting a page: which rectangles of it are to be drawn again, and drawing them."""

from __future__ import annotations

from collections.abc import Hashable

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter

from experiments.lab.look import COLOURS
from experiments.lab.page import Page
from experiments.lab.parts import Part

_UNDRAWN = object()
_SMOOTH = (
    QPainter.RenderHint.Antialiasing
    | QPainter.RenderHint.TextAntialiasing
    | QPainter.RenderHint.SmoothPixmapTransform
)


class Painting:
    """What is drawn of a page so far."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._drawn: dict[int, Hashable] = {}
        self._of: object = _UNDRAWN
        """What covered the page when it was last drawn."""
        self._regions: list[QRectF] = []
        # Rings, shadows and hovered grounds reach this far beyond a part's box.
        self._air = 0.5 * page.layout.frame.unit

    def changed(self) -> QRectF | None:
        """Return the part of the window to draw again, None if nothing changed; all of it at first."""
        page, whole = self.page, QRectF(0, 0, *self.page.size)
        dirty: QRectF | None = None
        seen = (page.overlay, page.scroll)
        if self._of != seen:
            self._of, dirty = seen, whole
            self._drawn.clear()
            self._regions = self._apart()
        for part in page.parts():
            state = part.state(page)
            if self._drawn.get(id(part), _UNDRAWN) == state:
                continue
            self._drawn[id(part)] = state
            box = self._grown(page.place(part))
            dirty = box if dirty is None else dirty.united(box)
        return None if dirty is None else dirty.intersected(whole)

    def regions(self) -> list[QRectF]:
        """Return rectangles, apart from each other, outside of which the page is plain background."""
        return self._regions

    def around(self) -> list[QRectF]:
        """Return the regions without the one that holds the content."""
        view = self.page.layout.view
        return [region for region in self._regions if not region.intersects(view)]

    def _apart(self) -> list[QRectF]:
        page = self.page
        boxes = [self._grown(part.box) for part in page.parts() if not page.is_content(part)]
        if page.overlay is None:
            boxes.append(self._grown(page.layout.view))
        apart: list[QRectF] = []
        for box in boxes:
            grown = QRectF(box)
            while touching := [other for other in apart if other.intersects(grown)]:
                for other in touching:
                    apart.remove(other)
                    grown = grown.united(other)
            apart.append(grown)
        return apart

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        """Draw what lies in a rectangle of the window."""
        page = self.page
        painter.setRenderHints(_SMOOTH)
        painter.setClipRect(clip)
        painter.fillRect(clip, QColor(COLOURS["background"]))
        content: list[Part] = []
        for part in page.parts():
            if page.is_content(part):
                content.append(part)
            elif self._grown(part.box).intersects(clip):
                part.paint(painter, page)
        if not content:
            return
        painter.save()
        if page.layout.scrolls:
            air = self._air
            view = page.layout.view.adjusted(-air, -air / 2, air, air / 2)
            painter.setClipRect(view, Qt.ClipOperation.IntersectClip)
        shift = page.shift(content[0])
        painter.translate(shift)
        for part in content:
            if self._grown(part.box).translated(QPointF(shift)).intersects(clip):
                part.paint(painter, page)
        painter.restore()

    def _grown(self, box: QRectF) -> QRectF:
        return box.adjusted(-self._air, -self._air, self._air, self._air)
