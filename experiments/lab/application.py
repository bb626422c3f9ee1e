"""The Qt application, which draws text and shapes.

Qt is used because PsychoPy's TextStim and TextBox2 put wrapped Hebrew lines in the wrong order and do not wrap
CJK text (tested with PsychoPy 2026.2.5). Qt is already a dependency of PsychoPy (for dialogs), shapes text with
HarfBuzz, implements the bidirectional algorithm, and can draw into memory without a window.

Qt and pyglet: Qt draws into ``QImage`` only and its event loop never runs while a PsychoPy window is
open, so the two do not share windows, events or OpenGL contexts. On Linux each has its own connection
to the X server. On Windows, Qt makes the process DPI-aware before pyglet opens its window, so that the
window uses physical pixels and nothing is blurred by scaling. On macOS both use the one shared
NSApplication, as they do whenever a PsychoPy script shows its dialog and then opens its window.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_kept: list[Any] = []


def application() -> Any:
    """Return the QApplication of this process, shared with ``psychopy.gui``; create it if there is none."""
    from PyQt6.QtWidgets import QApplication

    running = QApplication.instance()
    if running is None:
        without_display = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        if sys.platform.startswith("linux") and without_display:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        running = QApplication(["compassion"])
    if not _kept:
        # Python must keep a reference to the application as long as fonts and images are used.
        _kept.append(running)
        _add_fonts()
    return running


def _add_fonts() -> None:
    """Add the Noto Sans that comes with PsychoPy, so that Latin letters look the same on every PC."""
    from PyQt6.QtGui import QFontDatabase

    spec = find_spec("psychopy")
    for folder in spec.submodule_search_locations or () if spec else ():
        for weight in ("Regular", "Bold"):
            file = Path(folder) / "assets" / "fonts" / f"NotoSans-{weight}.ttf"
            if file.is_file():
                QFontDatabase.addApplicationFont(str(file))
