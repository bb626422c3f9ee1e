"""A simulated participant at the window, who inspects the page after every flip, clicks and types.

All actions are input events of the real window (pyglet's mouse and text, PsychoPy's keyboard), so that tests and
simulations use the same code as the answers of participants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from PyQt6.QtCore import QPointF

from experiments.lab.asks import Skip
from experiments.lab.button import Button
from experiments.lab.kinds.trace import Dial
from experiments.lab.kinds.write import Editor
from experiments.lab.page import Page
from experiments.lab.parts import Question
from experiments.lab.responder import LabResponder
from experiments.measures import KINDS
from experiments.measures.trace import PER_SECOND, samples
from experiments.screen import Answer, Ask, Screen
from experiments.timeline.timed_run import TimedRun

#: Decision to leave the study, instead of answers.
LEAVE: Literal["leave"] = "leave"
#: Key of a decision to go back; the decision also has what is answered before.
BACK = "(back)"
Decision = Mapping[str, Answer] | Literal["leave"]
#: Number of flips after which an unanswered screen is an error.
MAX_FLIPS = 3000
#: Number of characters typed between two flips.
TYPING_SPEED = 12


class UnansweredScreenError(Exception):
    """The page did not accept the simulated participant's answer."""


class WindowParticipant:
    """A simulated participant who answers screens at a responder's window.

    Parameters
    ----------
    decide
        Called once for each presentation of a screen; returns the answer to each question (None: skip it),
        ``LEAVE``, or ``BACK`` with the answers before it.
    by
        Whether answers are given with the mouse or the keyboard.

    Examples
    --------
    >>> participant = WindowParticipant(responder, decide)      # doctest: +SKIP
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
        self._run: TimedRun | None = None
        self._decision: Decision = {}
        self._let_go: Callable[[], None] | None = None
        self._flips = 0
        self._moved = 0
        """Number of samples of a dial that the movements so far decide."""
        responder.window.after_flip.append(self.act)

    def stop(self) -> None:
        """Stop answering."""
        self.responder.window.after_flip.remove(self.act)

    def act(self) -> None:
        """Perform one action; called after every flip."""
        page, onset = self.responder.page, self.responder.onset
        if self.responder.trials.run is not None:
            self._act_in_trial(self.responder.trials.run)
            return
        if page is None or page.done or onset is None:
            return
        if page is not self._page:
            self._page, self._flips, self._moved = page, 0, 0
            self._decision = self.decide(page.screen)
        self._flips += 1
        screen = page.screen
        if self._flips > MAX_FLIPS + 400 * max(screen.duration, screen.at_most, screen.at_least):
            raise UnansweredScreenError(
                f"'{screen.id}' does not accept {self._decision!r} by {self.by}"
            )
        if self._let_go is not None:
            self._let_go()
            self._let_go = None
        elif self.responder.window.now() - onset > self.responder.settling:
            self._answer(page)

    def _act_in_trial(self, run: TimedRun) -> None:
        """Press the next key of a timed trial; called after every flip."""
        if run is not self._run:
            self._run, self._page = run, None
            self._decision = self.decide(run.screen)
        if self._let_go is not None:
            self._let_go()
            self._let_go = None
        elif self._decision == LEAVE:
            self._strike("escape")
        elif run.asked is not None and not run.begins:
            assert not isinstance(self._decision, str)
            wanted = self._decision[run.asked.measure]
            if run.asked.measure in run.answers and run.asked.until_right:
                wanted = run.asked.correct
            elif run.asked.measure in run.answers:
                return
            keys = [key for key, answer in run.asked.keys.items() if answer == wanted]
            if keys:
                self._strike(keys[0])

    def _answer(self, page: Page) -> None:
        if page.overlay is not None:
            self._press(page, "confirm" if self._decision == LEAVE else "resume")
            return
        if isinstance(self._decision, str):
            self._press(page, "leave")
            return
        if page.screen.kind == "trace":
            self._move(page, self._decision)
            return
        for ask in self._in_order(page.screen, self._decision):
            if ask.measure not in self._decision and BACK in self._decision:
                continue
            answer = self._decision[ask.measure]
            unfinished, _ = page.form.unfinished.get(ask.measure, (None, None))
            if BACK in self._decision and unfinished == answer is not None:
                continue
            if ask.measure not in page.form.answers or page.form.value(ask) != answer:
                self._give(page, ask, answer)
                return
        if page.screen.until:
            # What the experimenter does.
            self._let_go = self.responder.devices.keys.press_key("return", shift=True)
        elif page.screen.has_button:
            self._press(page, "back" if BACK in self._decision else "go_on")

    def _move(self, page: Page, decision: Mapping[str, Answer]) -> None:
        """Move the dial as decided, at all times that have passed; the events have exactly those times."""
        name = page.screen.asks[0].measure
        dial, trace, onset = page.control(name), decision[name], self.responder.onset
        assert isinstance(dial, Dial)
        assert onset is not None
        if not isinstance(trace, str):
            return
        first, values = samples(trace)
        for place in range(self._moved, len(values)):
            if place and values[place] == values[place - 1]:
                continue
            # The middle of the tenth of a second that ends with the sample.
            time = max(0.0, (first + place - 0.5) / PER_SECOND)
            if page.now < time:
                return
            at = onset + page.hidden + time
            if self.by == "mouse":
                self._click_at(page, name, values[place], at)
            elif dial.value != values[place]:
                self._let_go = self.responder.devices.keys.press_key(
                    dial.key_towards(values[place]), at
                )
                return
            self._moved = place + 1

    def _click_at(self, page: Page, name: str, value: Answer, time: float) -> None:
        """Click at a time. The window's queue is passed by: it would hold the events until the next flip."""
        devices, (x, y) = self.responder.devices, self._window_point(page.target(name, value))
        devices.now = lambda: time
        devices.on_mouse_motion(x, y, 0, 0)
        devices.on_mouse_press(x, y, 1, 0)
        devices.on_mouse_release(x, y, 1, 0)
        devices.now = self.responder.window.now

    def _in_order(self, screen: Screen, decision: Mapping[str, Answer]) -> Sequence[Ask]:
        """Return the questions in an order in which they can be answered.

        Options are ranked from the first, and parts that stay empty come last: they are when the others are not.
        """
        if screen.kind not in KINDS or not KINDS[screen.kind].together:
            return screen.asks

        def place(ask: Ask) -> tuple[bool, float]:
            number = decision.get(ask.measure)
            return not number, float(number or 0)

        return sorted(screen.asks, key=place)

    def _give(self, page: Page, ask: Ask, value: Answer) -> None:
        if value is None:
            together = KINDS[page.screen.kind].together
            last = page.screen.asks_in(ask.panel)[-1] if together else ask
            self._press(page, f"skip:{last.measure}")
            return
        control = page.control(ask.measure)
        assert isinstance(control, Question)
        if isinstance(control, Editor) and page.focus is control:
            self._type(control, str(value))
        elif self.by == "mouse":
            self._click(page, control.name, value)
        else:
            self._strike(control.key_towards(value) if page.focus is control else "tab")

    # Input events

    def _press(self, page: Page, name: str) -> None:
        """Press a button, with the mouse or by moving the focus to it and pressing Enter."""
        elsewhere = not isinstance(page.focus, (Button, Skip, Editor))
        if self.by == "mouse":
            self._click(page, name, None)
        elif page.focus is page.control(name) or (name == "go_on" and elsewhere):
            self._strike("return")
        else:
            self._strike("tab")

    def _click(self, page: Page, name: str, value: Answer) -> None:
        point = page.target(name, value)
        x, y = self._window_point(point)
        handle = self.responder.window.win.winHandle
        if not page.in_sight(point, name):
            up = point.y() < page.layout.view.center().y()
            handle.dispatch_event("on_mouse_scroll", x, y, 0, 1 if up else -1)
            return
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
        """Type the next characters that are missing at the end, after deleting any others."""
        from pyglet.window import key

        handle = self.responder.window.win.winHandle
        # A click may have put the caret anywhere.
        handle.dispatch_event("on_text_motion", key.MOTION_END_OF_FILE)
        if not text.startswith(editor.text):
            handle.dispatch_event("on_text_motion", key.MOTION_BACKSPACE)
            return
        for letter in text[len(editor.text) :][:TYPING_SPEED]:
            handle.dispatch_event("on_text", "\r" if letter == "\n" else letter)
        # The text is in the editor at the next frame; typing before that would double it.
        self._let_go = lambda: None

    def _strike(self, key: str) -> None:
        self._let_go = self.responder.devices.keys.press_key(key)
