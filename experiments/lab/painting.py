"""The painting of a page: finding the rectangles that must be redrawn, and drawing them."""

from __future__ import annotations

from collections.abc import Hashable

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter

from experiments.lab.page import Page
from experiments.lab.parts import Part
from experiments.look import COLOURS

_SMOOTH = (
    QPainter.RenderHint.Antialiasing
    | QPainter.RenderHint.TextAntialiasing
    | QPainter.RenderHint.SmoothPixmapTransform
)


class Painting:
    """The drawn state of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.regions: list[QRectF] = []
        """Separate rectangles, outside of which the page is plain background."""
        self._drawn: dict[Part, Hashable] = {}
        """Part -> the state in which it was last drawn."""
        self._seen: object = None
        """Overlay and scroll position when the page was last drawn."""
        # Focus rings, shadows and hover backgrounds extend this far beyond a part's box.
        self._air = 0.5 * page.layout.frame.unit

    def changed(self) -> QRectF:
        """Return the rectangle to redraw: empty if nothing changed, the whole window at first."""
        page, whole = self.page, QRectF(0, 0, *self.page.size)
        dirty, seen = QRectF(), (page.overlay, page.scroll)
        if self._seen != seen:
            self._seen, dirty = seen, whole
            self._drawn.clear()
            self.regions = self._separate_regions()
        for part in page.parts():
            state = (part.state(page),)
            if self._drawn.get(part) != state:
                self._drawn[part] = state
                dirty = dirty.united(self._grown(page.box_in_window(part)))
        return dirty.intersected(whole)

    def around(self) -> list[QRectF]:
        """Return all regions except that of the content."""
        view = self.page.layout.view
        return [region for region in self.regions if not region.intersects(view)]

    def _separate_regions(self) -> list[QRectF]:
        page = self.page
        boxes = [self._grown(part.box) for part in page.parts() if not page.is_content(part)]
        if page.overlay is None:
            boxes.append(self._grown(page.layout.view))
        separate: list[QRectF] = []
        for box in boxes:
            grown = QRectF(box)
            while touching := [other for other in separate if other.intersects(grown)]:
                for other in touching:
                    separate.remove(other)
                    grown = grown.united(other)
            separate.append(grown)
        return separate

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        """Draw the parts within a rectangle of the window."""
        page = self.page
        painter.setRenderHints(_SMOOTH)
        painter.setClipRect(clip)
        painter.fillRect(clip, QColor(COLOURS["background"]))
        air = self._air
        view = page.layout.view.adjusted(-air, -air / 2, air, air / 2)
        for part in page.parts():
            if not self._grown(page.box_in_window(part)).intersects(clip):
                continue
            painter.save()
            if page.is_content(part):
                if page.layout.scrolls:
                    painter.setClipRect(view, Qt.ClipOperation.IntersectClip)
                painter.translate(page.shift(part))
            part.paint(painter, page)
            painter.restore()

    def _grown(self, box: QRectF) -> QRectF:
        return box.adjusted(-self._air, -self._air, self._air, self._air)
