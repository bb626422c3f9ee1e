"""Key presses: from Psychtoolbox, which times them in its own thread, or failing that, from the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from experiments.lab.inputs import Key
from experiments.lab.window import LabWindow

#: Seconds until a key that is held down repeats, and between its repetitions.
DELAY, AGAIN = 0.45, 0.05
SHIFTS = frozenset({"lshift", "rshift"})
REPEATING = frozenset({"left", "right", "up", "down", "pageup", "pagedown"})
_SAME = {"num_enter": "return", "enter": "return"} | {
    f"num_{digit}": str(digit) for digit in range(10)
}


class PsychtoolboxKeys:
    """Key presses timed by Psychtoolbox, independently of the frame rate."""

    device = "keyboard (psychtoolbox)"

    def __init__(self, window: LabWindow) -> None:
        from psychopy.hardware.keyboard import Keyboard

        self._window = window
        self.keyboard = Keyboard(deviceName="compassion", backend="ptb")
        self.keyboard.clearEvents()
        self._down: list[Any] = []
        self._shift: set[str] = set()
        self._held: tuple[str, float, Any] | None = None

    def take(self) -> list[Key]:
        """Return the key presses since the last call."""
        source = self.keyboard.device
        source.dispatchMessages()
        # Read here instead of through getKeys, which loses a press whose release came in the same
        # frame (PsychoPy 2026.2.5, waitRelease=False).
        presses, source.responses = source.responses, []
        keys = []
        for press in presses:
            # PsychoPy reports each press twice: when the key goes down, and with its duration.
            if not any(press is known for known in self._down):
                self._down.append(press)
                keys += self._pressed(press)
        for press in presses:
            if press.duration is not None:
                self._released(press)
        return keys + self._repeated()

    def press_key(
        self, name: str, time: float | None = None, shift: bool = False
    ) -> Callable[[], None]:
        """Press a key for a simulated participant, now or at a time; return the function that releases it."""
        if shift:
            shift_up, key_up = self.press_key("lshift", time), self.press_key(name, time)

            def both_up() -> None:
                key_up()
                shift_up()

            return both_up
        source = self.keyboard.device
        pressed = self._window.now() if time is None else time
        press = source.makeResponse(code=name, tDown=pressed, name=name)

        def let_go() -> None:
            press.duration = self._window.now() - press.tDown
            source.receiveMessage(press)

        return let_go

    def close(self) -> None:
        """Discard waiting presses; the keyboard stays open, since PsychoPy has one for all windows."""
        self.keyboard.clearEvents()

    def _pressed(self, press: Any) -> list[Key]:
        name = _SAME.get(press.name, press.name)
        if name in SHIFTS:
            self._shift.add(name)
            return []
        self._held = (name, press.tDown + DELAY, press) if name in REPEATING else None
        return [Key(name, press.tDown, self.device, bool(self._shift))]

    def _released(self, press: Any) -> None:
        self._down = [known for known in self._down if known is not press]
        self._shift.discard(press.name)
        if self._held is not None and self._held[2] is press:
            self._held = None

    def _repeated(self) -> list[Key]:
        now = self._window.now()
        if self._held is None or now < self._held[1]:
            return []
        name, due, press = self._held
        self._held = (name, max(due + AGAIN, now - AGAIN), press)
        return [Key(name, now, self.device, bool(self._shift), repeated=True)]


class WindowKeys:
    """Key presses reported by the window, timed once per frame; used if Psychtoolbox cannot read the keyboard."""

    device = "keyboard (window, by frame)"

    def __init__(self, window: LabWindow) -> None:
        from pyglet.window import key as names

        self._names, self._window = names, window
        self._waiting: list[Key] = []
        window.win.winHandle.push_handlers(on_key_press=self._press)

    def _press(self, symbol: int, modifiers: int) -> None:
        name = self._names.symbol_string(symbol).lower().lstrip("_")
        shift = bool(modifiers & self._names.MOD_SHIFT)
        self._waiting.append(Key(_SAME.get(name, name), self._window.now(), self.device, shift))

    def take(self) -> list[Key]:
        """Return the key presses since the last call."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def press_key(
        self, name: str, time: float | None = None, shift: bool = False
    ) -> Callable[[], None]:
        """Press a key for a simulated participant, now or at a time; return the function that releases it."""
        symbol = getattr(self._names, f"_{name}" if name.isdigit() else name.upper())
        handle = self._window.win.winHandle
        if time is not None:
            # The window's queue would hold the event until the next flip.
            self._waiting.append(Key(name, time, self.device, shift))
            return lambda: None
        modifiers = self._names.MOD_SHIFT if shift else 0
        handle.dispatch_event("on_key_press", symbol, modifiers)
        return lambda: handle.dispatch_event("on_key_release", symbol, 0)

    def close(self) -> None:
        """Stop listening to the window."""
        self._window.win.winHandle.remove_handlers(on_key_press=self._press)


def best_keys(window: LabWindow) -> PsychtoolboxKeys | WindowKeys:
    """Return the key presses of Psychtoolbox, or those of the window if Psychtoolbox cannot read the keyboard."""
    from psychopy import logging
    from psychopy.hardware import keyboard

    if keyboard.havePTB:
        try:
            return PsychtoolboxKeys(window)
        except OSError as error:
            # macOS without the permission "Input Monitoring"; the column ``clock`` states which was used.
            logging.warning(f"Psychtoolbox cannot read the keyboard: {error}")
    return WindowKeys(window)
