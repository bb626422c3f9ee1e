"""Steering: which part of a page takes a key, a click, a typed character."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QPointF

from experiments.lab.button import Skip
from experiments.lab.editor import Editor
from experiments.lab.inputs import Caret, Input, Key, Mouse, Typed
from experiments.lab.page import Page
from experiments.lab.parts import Control

#: Seconds after onset in which presses do not count: the second click of a double click, or a key
#: struck twice, must not answer a screen that nobody has seen.
SETTLING = 0.2
_SCROLLS = {"pageup", "pagedown", "up", "down", "home", "end", "space"}


def take(page: Page, event: Input, onset: float, settling: float = SETTLING) -> None:
    """Let a page take an input.

    Parameters
    ----------
    onset
        When the page was first shown, on the clock of the input's time.
    """
    since = event.time - onset
    if since < settling and not (isinstance(event, Mouse) and event.what == "move"):
        return
    event = replace(event, time=since - page.hidden)
    match event:
        case Key():
            _key(page, event)
        case Mouse():
            _mouse(page, event)
        case Typed():
            if isinstance(page.attention.focus, Editor) and page.overlay is None:
                page.attention.focus.take(event)
        case Caret():
            if isinstance(page.attention.focus, Editor) and page.overlay is None:
                page.attention.focus.move(event)


def _key(page: Page, key: Key) -> None:
    attention, focus = page.attention, page.attention.focus
    if key.name == "escape":
        if not key.repeated:
            _escape(page, key)
        return
    if key.name == "tab":
        _move_focus(page, -1 if key.shift else 1)
        return
    if isinstance(focus, Editor):
        # Letters, arrows and new lines reach the editor as text.
        if key.name == "return" and focus.ask.entry != "lines" and not key.repeated:
            page.go_on(key.time, key.device)
        return
    if focus is not None and (not key.repeated or key.name in focus.repeats) and focus.key(key):
        attention.ring = True
        return
    if key.name == "return":
        if not key.repeated and page.overlay is None:
            page.go_on(key.time, key.device)
    elif key.name in {"up", "down"} and _items(page) and focus in _items(page):
        _next_item(page, -1 if key.name == "up" else 1)
    elif key.name in _SCROLLS and page.overlay is None:
        _scroll(page, key.name)


def _escape(page: Page, key: Key) -> None:
    if page.overlay is not None:
        page.uncover(key.time, key.device)
    else:
        page.cover("leave", key.time)
    page.attention.ring = True


def _items(page: Page) -> list[Control]:
    """The asks of a page, without the buttons that skip them."""
    if page.overlay is not None:
        return []
    inside = [part for part in page.layout.content if isinstance(part, Control)]
    return [control for control in inside if not isinstance(control, Skip)]


def _next_item(page: Page, step: int) -> None:
    items = _items(page)
    place = items.index(page.attention.focus) + step  # type: ignore[arg-type]
    if 0 <= place < len(items):
        _focus(page, items[place])


def _move_focus(page: Page, step: int) -> None:
    controls = page.controls()
    if not controls:
        return
    focus = page.attention.focus
    place = controls.index(focus) if focus in controls else -1
    _focus(page, controls[(place + step) % len(controls)])


def _focus(page: Page, control: Control) -> None:
    page.attention.focus = control
    page.attention.ring = True
    page.show(control)


def _scroll(page: Page, name: str) -> None:
    high = page.layout.view.height()
    ways = {
        "up": page.scroll - 0.12 * high,
        "down": page.scroll + 0.12 * high,
        "pageup": page.scroll - 0.85 * high,
        "pagedown": page.scroll + 0.85 * high,
        "space": page.scroll + 0.85 * high,
        "home": 0.0,
        "end": page.layout.length,
    }
    page.scroll_to(ways[name])


def _mouse(page: Page, mouse: Mouse) -> None:
    attention = page.attention
    if mouse.what == "wheel":
        control, way = page.control_at(mouse.point), -3.0 * mouse.steps * page.layout.frame.unit
        if isinstance(control, Editor) and control.scroll(way):
            return
        if page.overlay is None:
            page.scroll_to(page.scroll + way)
        return
    if mouse.what in {"drag", "release"}:
        held = attention.held
        if held is not None:
            inside = _inside(page, held, mouse.point)
            (held.drag if mouse.what == "drag" else held.release)(inside, mouse.time)
            if mouse.what == "release":
                attention.held = None
        return
    control = page.control_at(mouse.point)
    attention.hover = control
    if control is not None:
        attention.point = _inside(page, control, mouse.point)
    if mouse.what == "press" and control is not None:
        attention.held = control
        attention.ring = False
        if control in page.controls():
            attention.focus = control
        control.press(attention.point, mouse.time)


def _inside(page: Page, control: Control, point: QPointF) -> QPointF:
    """Return a point of the window in the coordinates of a control's box."""
    return point - page.shift(control)
