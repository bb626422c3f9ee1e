"""A person at the window who is simulated: looks at the page at every flip, and clicks and types.

All that the person does are input events of the real window (pyglet's mouse and text, PsychoPy's
keyboard), so what is tested and simulated is the very way that a participant's answers take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from PyQt6.QtCore import QPointF

from experiments.lab.button import Button, Skip
from experiments.lab.editor import Editor
from experiments.lab.page import Page
from experiments.lab.parts import Control
from experiments.lab.respond import LabResponder
from experiments.screen import Answer, Ask, Screen

#: What a decision returns instead of answers to leave the study.
LEAVE: Literal["leave"] = "leave"
Decision = Mapping[str, Answer] | Literal["leave"]
#: Flips without anything coming of it after which something is wrong.
PATIENCE = 3000
#: Characters typed between two flips.
HASTE = 12


class Stuck(Exception):
    """The person tried and tried, and the page did not take the answer."""


class WindowPerson:
    """Answers screens at a responder's window.

    Parameters
    ----------
    decide
        Called once at each showing of a screen: what to answer to each ask (None: skip it), or ``LEAVE``.
    by
        Whether the answers are given with the mouse or with the keyboard.

    Examples
    --------
    >>> person = WindowPerson(responder, decide)      # doctest: +SKIP
    >>> responder.respond(screen, {})                 # doctest: +SKIP
    """

    def __init__(
        self,
        responder: LabResponder,
        decide: Callable[[Screen], Decision],
        by: Literal["mouse", "keyboard"] = "mouse",
    ) -> None:
        self.responder, self.decide, self.by = responder, decide, by
        self._page: Page | None = None
        self._decision: Decision = {}
        self._let_go: Callable[[], None] | None = None
        self._flips = 0
        responder.window.after_flip.append(self.act)

    def get_up(self) -> None:
        """Leave the window to others."""
        self.responder.window.after_flip.remove(self.act)

    def act(self) -> None:
        """Do one thing (called after every flip)."""
        page, onset = self.responder.page, self.responder.onset
        if page is None or page.done or onset is None:
            return
        if page is not self._page:
            self._page, self._flips = page, 0
            self._decision = self.decide(page.screen)
        self._flips += 1
        if self._flips > PATIENCE + 200 * page.screen.duration:
            raise Stuck(f"'{page.screen.id}' does not take {self._decision!r} by {self.by}")
        if self._let_go is not None:
            self._let_go()
            self._let_go = None
        elif self.responder.window.now() - onset > self.responder.settling:
            self._answer(page)

    def _answer(self, page: Page) -> None:
        if page.overlay is not None:
            self._press(page, "confirm" if self._decision == LEAVE else "resume")
            return
        if isinstance(self._decision, str):
            self._press(page, "leave")
            return
        for ask in page.screen.asks:
            if not self._given(page, ask):
                self._give(page, ask, self._decision[ask.measure])
                return
        if page.screen.kind != "look":
            self._press(page, "go_on")

    def _given(self, page: Page, ask: Ask) -> bool:
        assert not isinstance(self._decision, str)
        value = self._decision[ask.measure]
        if value is None:
            return page.form.is_skipped(ask)
        return page.form.is_answered(ask) and page.form.value(ask) == value

    def _give(self, page: Page, ask: Ask, value: Answer) -> None:
        name = ask.measure if value is not None else f"skip:{ask.measure}"
        control = page.control(name)
        if value is None:
            self._press(page, name)
        elif isinstance(control, Editor):
            if page.attention.focus is not control:
                self._turn_to(page, control)
            else:
                self._type(control, str(value))
        elif self.by == "mouse":
            self._click(page, name, value)
        elif page.attention.focus is not control:
            self._strike("tab")
        else:
            self._strike(control.key_towards(value))

    # Hands

    def _press(self, page: Page, name: str) -> None:
        """Press a button, with the mouse or by turning to it and striking Enter."""
        if self.by == "mouse":
            self._click(page, name, None)
        elif page.attention.focus is page.control(name) or (
            name == "go_on" and not isinstance(page.attention.focus, (Button, Skip, Editor))
        ):
            self._strike("return")
        else:
            self._strike("tab")

    def _turn_to(self, page: Page, control: Control) -> None:
        if self.by == "mouse":
            self._click(page, control.name, None)
        else:
            self._strike("tab")

    def _click(self, page: Page, name: str, value: Answer) -> None:
        point = page.target(name, value)
        handle = self.responder.window.win.winHandle
        if not page.in_sight(point, name):
            up = point.y() < page.layout.view.center().y()
            handle.dispatch_event("on_mouse_scroll", *self._window_point(point), 0, 1 if up else -1)
            return
        x, y = self._window_point(point)
        handle.dispatch_event("on_mouse_motion", x, y, 0, 0)
        handle.dispatch_event("on_mouse_press", x, y, 1, 0)
        self._let_go = lambda: handle.dispatch_event("on_mouse_release", x, y, 1, 0)

    def _window_point(self, point: QPointF) -> tuple[int, int]:
        """Return a point in pyglet's coordinates: from the bottom, in its own pixels."""
        window = self.responder.window
        width, height = window.win.winHandle.get_size()
        across, down = width / window.size[0], height / window.size[1]
        return int(point.x() * across), int(height - 1 - int(point.y() * down))

    def _type(self, editor: Editor, text: str) -> None:
        """Type what is still missing at the end, some characters at a time, after deleting anything else."""
        from pyglet.window import key

        handle = self.responder.window.win.winHandle
        # A click may have put the caret anywhere.
        handle.dispatch_event("on_text_motion", key.MOTION_END_OF_FILE)
        if not text.startswith(editor.text):
            handle.dispatch_event("on_text_motion", key.MOTION_BACKSPACE)
            return
        for letter in text[len(editor.text) :][:HASTE]:
            handle.dispatch_event("on_text", "\r" if letter == "\n" else letter)
        # The text is in the editor at the next frame; typing before that would double it.
        self._let_go = lambda: None

    def _strike(self, key: str) -> None:
        self._let_go = self.responder.hands.keys.strike(key)
