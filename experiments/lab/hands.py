"""Keys, mouse and typed text of PsychoPy's window, in the order and at the times they happened.

Keys come from PsychoPy's keyboard on Psychtoolbox, which stamps them in its own thread. Mouse and typed
text come as pyglet's events, which are read once a frame just before the flip: a click's time is up to
a frame late, and rows say so in ``clock``.
"""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QPointF

from experiments.lab.input_method import InputMethod, composing_in
from experiments.lab.inputs import Caret, Input, Motion, Mouse, Typed
from experiments.lab.keys import best_keys
from experiments.lab.window import LabWindow


class Hands:
    """All inputs of a window."""

    def __init__(self, window: LabWindow) -> None:
        self.window = window
        self.keys = best_keys(window)
        self._heard: list[Input] = []
        self._active = True
        self._half = ""
        self._alts: set[int] = set()
        handle = window.win.winHandle
        self.input_method = InputMethod(composing_in(handle))
        self._handlers = {
            "on_mouse_press": self._press,
            "on_mouse_drag": self._drag,
            "on_mouse_release": self._release,
            "on_mouse_motion": self._move,
            "on_mouse_scroll": self._wheel,
            "on_text": self._text,
            "on_text_motion": self._caret,
            "on_text_motion_select": self._select,
            "on_key_press": self._shortcut,
            "on_key_release": self._key_release,
            "on_activate": self._activate,
            "on_deactivate": self._deactivate,
        }
        handle.push_handlers(**self._handlers)
        from pyglet.window import key

        self._names = key
        self._motions: dict[int, Motion] = {
            key.MOTION_LEFT: "left",
            key.MOTION_RIGHT: "right",
            key.MOTION_UP: "up",
            key.MOTION_DOWN: "down",
            key.MOTION_PREVIOUS_WORD: "word left",
            key.MOTION_NEXT_WORD: "word right",
            key.MOTION_BEGINNING_OF_LINE: "home",
            key.MOTION_END_OF_LINE: "end",
            key.MOTION_BEGINNING_OF_FILE: "start",
            key.MOTION_END_OF_FILE: "finish",
            key.MOTION_BACKSPACE: "backspace",
            key.MOTION_DELETE: "delete",
        }
        self._shortcuts: dict[int, Motion] = {key.A: "all", key.Z: "undo", key.Y: "redo"}

    def take(self) -> list[Input]:
        """Return what happened since the last time, in order."""
        self.input_method.look(self.window.now())
        keys: list[Input] = [
            key for key in self.keys.take() if not self.input_method.took(key.time)
        ]
        if not self._active:
            # Psychtoolbox hears keys that were meant for another window.
            keys = []
        heard, self._heard = self._heard, []
        return sorted([*keys, *heard], key=lambda event: event.time)

    def close(self) -> None:
        """Hear nothing any more."""
        handle = self.window.win.winHandle
        handle.remove_handlers(**self._handlers)
        self.keys.close()

    def clear(self) -> None:
        """Forget what happened up to now."""
        self.take()

    def _point(self, x: float, y: float) -> QPointF:
        width, height = self.window.win.winHandle.get_size()
        # On a Retina display pyglet counts points, the canvas counts pixels.
        across, down = self.window.size[0] / width, self.window.size[1] / height
        return QPointF((x + 0.5) * across, (height - y - 0.5) * down)

    def _mouse(self, what: Any, x: float, y: float, steps: float = 0.0) -> None:
        point = self._point(x, y)
        self._heard.append(Mouse(what, point, self.window.now(), steps=steps))

    def _press(self, x: int, y: int, button: int, modifiers: int) -> None:
        if button & 1:
            self._mouse("press", x, y)

    def _drag(self, x: int, y: int, dx: int, dy: int, buttons: int, modifiers: int) -> None:
        self._mouse("drag", x, y)

    def _release(self, x: int, y: int, button: int, modifiers: int) -> None:
        if button & 1:
            self._mouse("release", x, y)

    def _move(self, x: int, y: int, dx: int, dy: int) -> None:
        self._mouse("move", x, y)

    def _wheel(self, x: int, y: int, across: float, steps: float) -> None:
        self._mouse("wheel", x, y, steps)

    def _text(self, text: str) -> None:
        # Windows types characters outside the first plane (emoji) in two halves.
        whole = (self._half + text).encode("utf-16-le", "surrogatepass")
        self._half = text if len(text) == 1 and "\ud800" <= text <= "\udbff" else ""
        if typed := whole.decode("utf-16-le", "ignore"):
            self._heard.append(Typed(typed, self.window.now()))

    def _caret(self, motion: int, select: bool = False) -> None:
        if motion in self._motions:
            what = self._motions[motion]
            self._heard.append(Caret(what, self.window.now(), select=select))

    def _select(self, motion: int) -> None:
        self._caret(motion, select=True)

    def _shortcut(self, symbol: int, modifiers: int) -> None:
        names = self._names
        if symbol in {names.LALT, names.RALT}:
            self._alts.add(symbol)
        # AltGr with a letter is a letter (Polish has its ą there), though Windows calls it Ctrl.
        if not modifiers & names.MOD_ACCEL or self._alts or symbol not in self._shortcuts:
            return
        what = self._shortcuts[symbol]
        if what == "undo" and modifiers & names.MOD_SHIFT:
            what = "redo"
        self._heard.append(Caret(what, self.window.now()))

    def _key_release(self, symbol: int, modifiers: int) -> None:
        self._alts.discard(symbol)

    def _activate(self) -> None:
        self._active = True

    def _deactivate(self) -> None:
        self._active = False
        self._alts.clear()
