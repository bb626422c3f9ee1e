"""Input devices: keys, mouse and typed text of PsychoPy's window, in order and with their times.

Keys are read by PsychoPy's keyboard with Psychtoolbox, which times them in its own thread. Mouse and typed text
are events of pyglet, which are read once per frame just before the flip: the time of a click is up to one frame
late, which the column ``clock`` states.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import inf
from typing import Any, Literal

from PyQt6.QtCore import QPointF

from experiments.lab.inputs import Caret, Input, Motion, Mouse, Typed
from experiments.lab.keys import best_keys
from experiments.lab.window import LabWindow

#: pyglet's names (after ``MOTION_``) of the keys that work in a text.
_MOTIONS: dict[str, Motion] = {
    "LEFT": "left",
    "RIGHT": "right",
    "UP": "up",
    "DOWN": "down",
    "PREVIOUS_WORD": "word left",
    "NEXT_WORD": "word right",
    "BEGINNING_OF_LINE": "home",
    "END_OF_LINE": "end",
    "BEGINNING_OF_FILE": "start",
    "END_OF_FILE": "finish",
    "BACKSPACE": "backspace",
    "DELETE": "delete",
}
#: The string that is being composed in an input method's context (``imm.h``).
_COMPOSED = 0x0008


class InputDevices:
    """All input devices of a window. The ``on_`` methods handle pyglet's events."""

    def __init__(self, window: LabWindow) -> None:
        from pyglet.window import key

        self.window = window
        self.now = window.now
        """The clock of mouse events; simulated participants have their own, to be exact on a slow machine."""
        self.keys = best_keys(window)
        self.input_method = InputMethod(composing_in(window.win.winHandle))
        self._waiting: list[Input] = []
        self._active = True
        self._half = ""
        self._alts: set[int] = set()
        self._names = key
        self._motions = {
            getattr(key, f"MOTION_{name}"): motion for name, motion in _MOTIONS.items()
        }
        self._shortcuts: dict[int, Motion] = {key.A: "all", key.Z: "undo", key.Y: "redo"}
        window.win.winHandle.push_handlers(self)

    def take(self) -> list[Input]:
        """Return all inputs since the last call, in order."""
        self.input_method.look(self.window.now())
        keys: list[Input] = [
            key for key in self.keys.take() if not self.input_method.took(key.time)
        ]
        if not self._active:
            # Psychtoolbox also reports keys pressed in other windows.
            keys = []
        waiting, self._waiting = self._waiting, []
        return sorted([*keys, *waiting], key=lambda event: event.time)

    def close(self) -> None:
        """Stop listening to the window."""
        self.window.win.winHandle.remove_handlers(self)
        self.keys.close()

    def _mouse(
        self,
        what: Literal["press", "drag", "release", "move", "wheel"],
        x: float,
        y: float,
        steps: float = 0.0,
    ) -> None:
        width, height = self.window.win.winHandle.get_size()
        # On a Retina display pyglet counts points, the canvas counts pixels.
        across, down = self.window.size[0] / width, self.window.size[1] / height
        point = QPointF((x + 0.5) * across, (height - y - 0.5) * down)
        self._waiting.append(Mouse(what, point, self.now(), steps=steps))

    def on_mouse_press(self, x: int, y: int, button: int, modifiers: int) -> None:
        if button & 1:
            self._mouse("press", x, y)

    def on_mouse_drag(self, x: int, y: int, dx: int, dy: int, buttons: int, modifiers: int) -> None:
        self._mouse("drag", x, y)

    def on_mouse_release(self, x: int, y: int, button: int, modifiers: int) -> None:
        if button & 1:
            self._mouse("release", x, y)

    def on_mouse_motion(self, x: int, y: int, dx: int, dy: int) -> None:
        self._mouse("move", x, y)

    def on_mouse_scroll(self, x: int, y: int, across: float, steps: float) -> None:
        self._mouse("wheel", x, y, steps)

    def on_text(self, text: str) -> None:
        # Windows types characters outside the first plane (emoji) in two halves.
        whole = (self._half + text).encode("utf-16-le", "surrogatepass")
        self._half = text if len(text) == 1 and "\ud800" <= text <= "\udbff" else ""
        if typed := whole.decode("utf-16-le", "ignore"):
            self._waiting.append(Typed(typed, self.window.now()))

    def on_text_motion(self, motion: int, select: bool = False) -> None:
        if motion in self._motions:
            self._waiting.append(Caret(self._motions[motion], self.window.now(), select=select))

    def on_text_motion_select(self, motion: int) -> None:
        self.on_text_motion(motion, select=True)

    def on_key_press(self, symbol: int, modifiers: int) -> None:
        names = self._names
        if symbol in {names.LALT, names.RALT}:
            self._alts.add(symbol)
        # AltGr with a letter types a letter (such as the Polish ą), although Windows reports it as Ctrl.
        if not modifiers & names.MOD_ACCEL or self._alts or symbol not in self._shortcuts:
            return
        what = self._shortcuts[symbol]
        if what == "undo" and modifiers & names.MOD_SHIFT:
            what = "redo"
        self._waiting.append(Caret(what, self.window.now()))

    def on_key_release(self, symbol: int, modifiers: int) -> None:
        self._alts.discard(symbol)

    def on_activate(self) -> None:
        self._active = True

    def on_deactivate(self) -> None:
        self._active = False
        self._alts.clear()


class InputMethod:
    """The input method: records when text is being composed, since keys pressed then are not meant for the page.

    To write Chinese, for example, one types Latin letters, chooses a word, and confirms with Return or cancels
    with Escape. The window receives only the confirmed text. But Psychtoolbox reads the keyboard directly and
    receives every key: without this class, the Return that confirms a word would also continue to the next page,
    and the Escape that cancels it would open the question about leaving.

    Parameters
    ----------
    composes
        Function that returns whether text is being composed now.
    """

    def __init__(self, composes: Callable[[], bool]) -> None:
        self._composes = composes
        self._since, self._until = inf, -inf

    def look(self, now: float) -> None:
        """Check whether text is being composed; called once per frame, after the window's events."""
        composing = self._composes()
        if composing and self._until < inf:
            self._since, self._until = now, inf
        elif not composing and self._until == inf:
            self._until = now

    def took(self, time: float) -> bool:
        """Return whether a key press was meant for the input method; its time must be after the last check but one.

        The key that ends a composition arrives together with its end: what counts is whether text was
        being composed when the key was pressed.
        """
        return self._since <= time < self._until


def composing_in(handle: Any) -> Callable[[], bool]:
    """Return a function that returns whether text is being composed in a pyglet window.

    On Linux pyglet turns input methods off; on macOS there is no check.
    """
    if sys.platform != "win32":
        return lambda: False
    import ctypes

    library = ctypes.WinDLL("imm32")
    pointer = ctypes.c_void_p
    library.ImmGetContext.argtypes, library.ImmGetContext.restype = [pointer], pointer
    library.ImmReleaseContext.argtypes = [pointer, pointer]
    length = library.ImmGetCompositionStringW
    length.argtypes, length.restype = (
        [pointer, ctypes.c_uint32, pointer, ctypes.c_uint32],
        ctypes.c_int32,
    )

    def composes() -> bool:
        context = library.ImmGetContext(handle._hwnd)
        if not context:
            return False
        try:
            return length(context, _COMPOSED, None, 0) > 0
        finally:
            library.ImmReleaseContext(handle._hwnd, context)

    return composes
