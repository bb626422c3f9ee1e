"""The canvas: a picture as large as the window, painted by Qt and shown in PsychoPy's window.

A frame costs a few textured rectangles (head, card, foot), however much is on the page. When something
changes, only the changed rectangle is painted and handed to the graphics card.

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
    """A picture that is painted in main memory and drawn from the graphics card's.

    Parameters
    ----------
    win
        The ``psychopy.visual.Window``.
    size
        Pixels of the window.
    """

    def __init__(self, win: Any, size: tuple[int, int]) -> None:
        from pyglet import gl

        self._gl, self._win = gl, win
        self.image = QImage(*size, QImage.Format.Format_RGB32)
        self.image.fill(0xFFFFFFFF)
        self._texture = self._make_texture()
        self._dirty: QRect | None = None

    def _make_texture(self) -> Any:
        gl = self._gl
        name = gl.GLuint()
        gl.glGenTextures(1, ctypes.byref(name))
        gl.glBindTexture(gl.GL_TEXTURE_2D, name)
        for setting, value in (
            # One pixel of the picture is one of the window: nothing may be blended.
            (gl.GL_TEXTURE_MIN_FILTER, gl.GL_NEAREST),
            (gl.GL_TEXTURE_MAG_FILTER, gl.GL_NEAREST),
            (gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE),
            (gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE),
        ):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, setting, value)
        width, height = self.image.width(), self.image.height()
        gl.glTexImage2D(
            gl.GL_TEXTURE_2D,
            0,
            gl.GL_RGBA8,
            width,
            height,
            0,
            gl.GL_BGRA,
            gl.GL_UNSIGNED_BYTE,
            None,
        )
        gl.glBindTexture(gl.GL_TEXTURE_2D, 0)
        return name

    def paint(self, where: QRectF, painting: Callable[[QPainter, QRectF], None]) -> None:
        """Paint a rectangle anew; it reaches the graphics card with the next draw."""
        whole = where.toAlignedRect().intersected(self.image.rect())
        painter = QPainter(self.image)
        painting(painter, QRectF(whole))
        painter.end()
        self._dirty = whole if self._dirty is None else self._dirty.united(whole)

    def _update(self) -> None:
        """Hand what was painted to the graphics card."""
        dirty, gl = self._dirty, self._gl
        if dirty is None or dirty.isEmpty():
            return
        self._dirty = None
        bits = self.image.constBits()
        assert bits is not None
        gl.glBindTexture(gl.GL_TEXTURE_2D, self._texture)
        for setting, value in (
            (gl.GL_UNPACK_ALIGNMENT, 4),
            (gl.GL_UNPACK_ROW_LENGTH, self.image.bytesPerLine() // 4),
            (gl.GL_UNPACK_SKIP_PIXELS, dirty.x()),
            (gl.GL_UNPACK_SKIP_ROWS, dirty.y()),
        ):
            gl.glPixelStorei(setting, value)
        gl.glTexSubImage2D(
            gl.GL_TEXTURE_2D,
            0,
            dirty.x(),
            dirty.y(),
            dirty.width(),
            dirty.height(),
            gl.GL_BGRA,
            gl.GL_UNSIGNED_BYTE,
            ctypes.c_void_p(int(bits)),
        )
        # PsychoPy's own textures expect the defaults.
        for setting in (
            gl.GL_UNPACK_ROW_LENGTH,
            gl.GL_UNPACK_SKIP_PIXELS,
            gl.GL_UNPACK_SKIP_ROWS,
        ):
            gl.glPixelStorei(setting, 0)
        gl.glBindTexture(gl.GL_TEXTURE_2D, 0)

    def draw(self, regions: Iterable[QRectF]) -> None:
        """Draw regions of the canvas into the window's back buffer; the rest stays the window's colour."""
        gl = self._gl
        self._win.backend.setCurrent()
        self._update()
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
        """One rectangle, in the picture's coordinates (from the top) and the window's (from the bottom)."""
        gl, width, height = self._gl, self.image.width(), self.image.height()
        left, right = box.x() / width, (box.x() + box.width()) / width
        top, bottom = box.y() / height, (box.y() + box.height()) / height
        for u, v in ((left, bottom), (right, bottom), (right, top), (left, top)):
            gl.glTexCoord2f(u, v)
            gl.glVertex2f(2 * u - 1, 1 - 2 * v)

    def close(self) -> None:
        """Free the graphics card's memory."""
        self._gl.glDeleteTextures(1, ctypes.byref(self._texture))
