"""Pictures of screens as the lab shows them, drawn without any window or display."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

from experiments.lab.application import application
from experiments.lab.form import Form
from experiments.lab.page import Page
from experiments.lab.painting import Painting
from experiments.lab.setting import Setting
from experiments.screen import Answer, Screen
from experiments.timeline import Timeline


def picture_of(
    screen: Screen,
    timeline: Timeline,
    size: tuple[int, int] = (1280, 720),
    answers: Mapping[str, Answer] | None = None,
    root: Path | None = None,
) -> Image.Image:
    """Return a screen as a picture.

    The page is laid out and drawn by the very code that draws it in the lab's window. Qt paints into
    memory; neither a display nor a PsychoPy window is needed.

    Parameters
    ----------
    size
        Width and height of the window in pixels.
    answers
        Answers to show as given (None: skipped).
    root
        Folder that pictures' paths start from (default: ``stimuli/``).

    Raises
    ------
    FileNotFoundError
        If a picture of the screen is missing.
    """
    application()
    page = Page(screen, Form.begin(screen, answers or {}, None), Setting.of(timeline, root), size)
    page.tick(1e6)
    return drawn(page)


def drawn(page: Page) -> Image.Image:
    """Return a page as a picture."""
    image = QImage(*page.size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    Painting(page).paint(painter, QRectF(0, 0, *page.size))
    painter.end()
    data = image.constBits()
    assert data is not None
    return Image.frombuffer(
        "RGB", page.size, data.asstring(image.sizeInBytes()), "raw", "BGRX", 0, 1
    )
