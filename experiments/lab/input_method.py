"""Whether an input method is composing: keys pressed meanwhile are meant for it, not for the page.

To write Chinese, people type Latin letters, choose among the words they could mean, and confirm with
Return or cancel with Escape. The window only gets what was confirmed, as text. But Psychtoolbox reads the
keyboard itself, below the input method, and gets every key: without this rule the Return that confirms
a word would also go on to the next page, and the Escape that cancels it would ask whether to leave.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import inf
from typing import Any

#: Which string of an input method's context is asked for: the one being composed (``imm.h``).
_COMPOSED = 0x0008


class InputMethod:
    """Remembers when text was being composed last.

    Parameters
    ----------
    composes
        Whether text is being composed now.
    """

    def __init__(self, composes: Callable[[], bool]) -> None:
        self._composes = composes
        self._since, self._until = inf, -inf

    def look(self, now: float) -> None:
        """Look whether text is being composed; once a frame, after the window's events were handled."""
        composing = self._composes()
        if composing and self._until < inf:
            self._since, self._until = now, inf
        elif not composing and self._until == inf:
            self._until = now

    def took(self, time: float) -> bool:
        """Return whether a key pressed at a time since the last look but one was the input method's.

        The key that ends a composition arrives together with its end: what counts is whether text was
        being composed when the key was pressed.
        """
        return self._since <= time < self._until


def composing_in(handle: Any) -> Callable[[], bool]:
    """Return a function that says whether text is being composed in a pyglet window.

    On Linux pyglet turns input methods off; on macOS the system is not asked.
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
