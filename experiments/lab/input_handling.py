"""Input handling: passing key presses, mouse actions and typed text to the right part of a page."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from experiments.lab.asks import Skip
from experiments.lab.inputs import Caret, Input, Key, Mouse, Typed
from experiments.lab.kinds.write import Editor
from experiments.lab.page import Page
from experiments.lab.parts import Control, Question

#: Seconds after onset during which presses are ignored: the second click of a double click, or of a key
#: pressed twice, must not answer a screen that the participant has not seen.
SETTLING = 0.2
#: Key -> share of the visible height by which it scrolls.
_SCROLLS = {"up": -0.12, "down": 0.12, "pageup": -0.85, "pagedown": 0.85, "space": 0.85}
_SCROLLS |= {"home": -inf, "end": inf}


def handle_input(page: Page, event: Input, onset: float, settling: float = SETTLING) -> None:
    """Pass an input to a page.

    Parameters
    ----------
    onset
        Onset of the page, on the same clock as the input's time.
    """
    since = event.time - onset
    if since < settling and not (isinstance(event, Mouse) and event.action == "move"):
        return
    event = replace(event, time=since - page.hidden)
    match event:
        case Key():
            _key(page, event)
        case Mouse():
            _mouse(page, event)
        case Typed() if isinstance(page.focus, Editor):
            page.focus.take(event)
        case Caret() if isinstance(page.focus, Editor):
            page.focus.move(event)


def _key(page: Page, key: Key) -> None:
    focus, once = page.focus, not key.repeated
    if key.name == "escape":
        if once:
            page.ring = True
            (page.ask_leave if page.overlay is None else page.uncover)(key.time)
    elif key.name == "tab":
        controls = page.controls()
        place = controls.index(focus) if focus in controls else -1
        page.focus_on(controls[(place + (-1 if key.shift else 1)) % len(controls)])
    elif page.screen.until and page.overlay is None and key.name == "return" and key.shift:
        if once:
            page.end_wait(key.time, key.device)
    elif isinstance(focus, Editor):
        # The editor receives letters, arrows and line breaks as text.
        if key.name == "return" and focus.ask.entry != "lines" and once:
            page.go_on(key.time, key.device)
    elif focus is not None and (once or key.name in focus.repeats) and focus.key(key):
        page.ring = True
    elif page.overlay is not None:
        return
    elif key.name == "return":
        if once:
            page.go_on(key.time, key.device)
    elif key.name in {"up", "down"} and focus in (items := _items(page)):
        place = items.index(focus) + (-1 if key.name == "up" else 1)
        if 0 <= place < len(items):
            page.focus_on(items[place])
    elif key.name in _SCROLLS:
        page.scroll_to(page.scroll + _SCROLLS[key.name] * page.layout.view.height())


def _items(page: Page) -> list[Control]:
    """Return the questions of a page, without skip buttons."""
    content = page.layout.content
    return [part for part in content if isinstance(part, Question) and not isinstance(part, Skip)]


def _mouse(page: Page, mouse: Mouse) -> None:
    if mouse.action == "wheel":
        control, way = page.control_at(mouse.point), -3.0 * mouse.steps * page.layout.frame.unit
        scrolled = control is not None and control.scroll(way)
        if not scrolled and page.overlay is None:
            page.scroll_to(page.scroll + way)
    elif mouse.action in {"drag", "release"}:
        held = page.held
        if held is None:
            return
        inside = mouse.point - page.shift(held)
        if mouse.action == "drag":
            held.drag(inside, mouse.time)
        else:
            held.release(inside, mouse.time)
            page.held = None
    else:
        control = page.hover = page.control_at(mouse.point)
        if control is None:
            return
        page.point = mouse.point - page.shift(control)
        if mouse.action == "press":
            page.held, page.ring = control, False
            if control in page.controls():
                page.focus = control
            control.press(page.point, mouse.time)
