"""The canvas: a picture as large as the window, painted by Qt and shown by one PsychoPy image.

A frame costs one textured rectangle, however much is on the page. When something changes, only the
changed rectangle is painted and handed to the graphics card.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QRect, QRectF
from PyQt6.QtGui import QImage, QPainter


class Canvas:
    """What PsychoPy's ``ImageStim`` shows: it takes any object with ``colorTexture`` and ``update``.

    Parameters
    ----------
    win
        The ``psychopy.visual.Window``.
    size
        Pixels of the window.
    """

    def __init__(self, win: Any, size: tuple[int, int]) -> None:
        from psychopy import visual
        from pyglet import gl

        self._gl = gl
        self.image = QImage(*size, QImage.Format.Format_RGB32)
        self.image.fill(0xFFFFFFFF)
        self.colorTexture = self._make_texture()
        self.isLumImage = False
        self._dirty: QRect | None = None
        self.stimulus = visual.ImageStim(
            win, image=self, size=size, units="pix", flipVert=True, autoLog=False
        )

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

    def update(self) -> None:
        """Hand what was painted to the graphics card (``ImageStim`` calls this as it draws)."""
        dirty, gl = self._dirty, self._gl
        if dirty is None or dirty.isEmpty():
            return
        self._dirty = None
        bits = self.image.constBits()
        assert bits is not None
        gl.glBindTexture(gl.GL_TEXTURE_2D, self.colorTexture)
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

    def draw(self) -> None:
        """Draw the canvas into the window's back buffer."""
        self.stimulus.draw()

    def close(self) -> None:
        """Free the graphics card's memory."""
        self._gl.glDeleteTextures(1, ctypes.byref(self.colorTexture))
