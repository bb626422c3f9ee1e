"""Qt, which draws text and shapes beside PsychoPy's window.

Why Qt: PsychoPy's TextStim and TextBox2 put wrapped Hebrew lines in the wrong order and do not wrap
CJK (tried with PsychoPy 2026.2.5). Qt is a dependency of PsychoPy already (its dialogs), shapes with
HarfBuzz, knows the bidirectional algorithm, and paints into memory without a window of its own.

Beside pyglet: Qt paints into ``QImage`` only and its event loop never runs while a PsychoPy window is
open, so the two do not share windows, events or OpenGL contexts. On Linux each has its own connection
to the X server. On Windows, Qt makes the process DPI-aware before pyglet opens its window, so that the
window counts real pixels and nothing is scaled up blurred. On macOS both use the one shared
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
    """Return the one QApplication of this process (``psychopy.gui`` uses the same), making it if need be."""
    from PyQt6.QtWidgets import QApplication

    running = QApplication.instance()
    if running is None:
        without_display = not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        if sys.platform.startswith("linux") and without_display:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        running = QApplication(["compassion"])
    if not _kept:
        # Python must hold the application for as long as fonts and images are in use.
        _kept.append(running)
        _bring_fonts()
    return running


def _bring_fonts() -> None:
    """Add the Noto Sans that PsychoPy brings, so that Latin letters look the same on every PC."""
    from PyQt6.QtGui import QFontDatabase

    spec = find_spec("psychopy")
    for folder in spec.submodule_search_locations or () if spec else ():
        for weight in ("Regular", "Bold"):
            file = Path(folder) / "assets" / "fonts" / f"NotoSans-{weight}.ttf"
            if file.is_file():
                QFontDatabase.addApplicationFont(str(file))
