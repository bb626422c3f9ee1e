"""The canvas: a picture the size of the window, painted by Qt and shown in PsychoPy's window.

Each frame draws only a few textured rectangles (header, card, footer), whatever is on the page. When something
changes, only the changed rectangle is painted and its rows are copied to the graphics card.

Why not ``ImageStim``: its shader mixes each pixel with a mask and a colour, which on processors that
draw without a graphics card costs twice the time of these plain copies (benchmarks/lab/frame_cost.py).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from typing import Any

from PyQt6.QtCore import QRect, QRectF
from PyQt6.QtGui import QImage, QPainter


class Canvas:
    """A picture that is painted in main memory and drawn from the memory of the graphics card.

    Parameters
    ----------
    win
        The ``psychopy.visual.Window``.
    size
        Width and height of the window in pixels.
    box
        Part of the window that the picture covers (default: all of it).
    """

    def __init__(self, win: Any, size: tuple[int, int], box: QRect | None = None) -> None:
        from pyglet import gl

        self._gl, self._win = gl, win
        self._window = size
        self.box = QRect(0, 0, *size) if box is None else box
        size = (self.box.width(), self.box.height())
        self.image = QImage(*size, QImage.Format.Format_RGB32)
        self.image.fill(0xFFFFFFFF)
        self._dirty = QRect()
        self._texture = gl.GLuint()
        gl.glGenTextures(1, ctypes.byref(self._texture))
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._texture)
        for setting, value in (
            # One pixel of the picture is one pixel of the window: nothing may be blended.
            (gl.GL_TEXTURE_MIN_FILTER, gl.GL_NEAREST),
            (gl.GL_TEXTURE_MAG_FILTER, gl.GL_NEAREST),
            (gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE),
            (gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE),
        ):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, setting, value)
        form = (gl.GL_BGRA, gl.GL_UNSIGNED_BYTE)
        gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, gl.GL_RGBA8, *size, 0, *form, None)
        gl.glBindTexture(gl.GL_TEXTURE_2D, 0)

    def paint(self, where: QRectF, painting: Callable[[QPainter, QRectF], None]) -> None:
        """Repaint a rectangle of the picture; it is copied to the graphics card at the next ``draw`` or ``upload``."""
        whole = where.toAlignedRect().intersected(self.image.rect())
        painter = QPainter(self.image)
        painting(painter, QRectF(whole))
        painter.end()
        self._dirty = self._dirty.united(whole)

    def _update(self) -> None:
        """Copy the rows that were painted to the graphics card."""
        dirty, self._dirty = self._dirty, QRect()
        bits, gl = self.image.constBits(), self._gl
        if dirty.isEmpty() or bits is None:
            return
        # Whole rows are contiguous in memory, so none of PsychoPy's settings has to be changed.
        first = ctypes.c_void_p(int(bits) + dirty.y() * self.image.bytesPerLine())
        area = (0, dirty.y(), self.image.width(), dirty.height())
        gl.glTexSubImage2D(gl.GL_TEXTURE_2D, 0, *area, gl.GL_BGRA, gl.GL_UNSIGNED_BYTE, first)

    def upload(self) -> None:
        """Copy to the graphics card now, so that the next ``draw`` takes no longer for it."""
        gl = self._gl
        self._win.backend.setCurrent()
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._texture)
        self._update()
        gl.glBindTexture(gl.GL_TEXTURE_2D, 0)

    def draw(self, regions: Iterable[QRectF]) -> None:
        """Draw regions of the picture into the window's back buffer; the rest keeps the window's colour."""
        gl = self._gl
        self._win.backend.setCurrent()
        gl.glUseProgram(0)
        gl.glPushAttrib(gl.GL_ENABLE_BIT | gl.GL_TEXTURE_BIT)
        for matrix in (gl.GL_PROJECTION, gl.GL_MODELVIEW):
            gl.glMatrixMode(matrix)
            gl.glPushMatrix()
            gl.glLoadIdentity()
        gl.glDisable(gl.GL_BLEND)
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glEnable(gl.GL_TEXTURE_2D)
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._texture)
        gl.glTexEnvi(gl.GL_TEXTURE_ENV, gl.GL_TEXTURE_ENV_MODE, gl.GL_REPLACE)
        self._update()
        gl.glBegin(gl.GL_QUADS)
        for region in regions:
            self._quad(region.toAlignedRect().intersected(self.image.rect()))
        gl.glEnd()
        gl.glBindTexture(gl.GL_TEXTURE_2D, 0)
        for matrix in (gl.GL_PROJECTION, gl.GL_MODELVIEW):
            gl.glMatrixMode(matrix)
            gl.glPopMatrix()
        gl.glPopAttrib()

    def _quad(self, box: QRect) -> None:
        """Draw one rectangle, in the picture's coordinates (from the top) and the window's (from the bottom)."""
        gl, width, height = self._gl, self.image.width(), self.image.height()
        left, right = box.x(), box.x() + box.width()
        top, bottom = box.y(), box.y() + box.height()
        across, down = self._window
        for x, y in ((left, bottom), (right, bottom), (right, top), (left, top)):
            gl.glTexCoord2f(x / width, y / height)
            gl.glVertex2f(2 * (x + self.box.x()) / across - 1, 1 - 2 * (y + self.box.y()) / down)

    def close(self) -> None:
        """Free the graphics card's memory."""
        self._gl.glDeleteTextures(1, ctypes.byref(self._texture))
