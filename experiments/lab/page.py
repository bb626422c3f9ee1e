"""The page: a laid-out screen with its answers, its focus, its scrolling, and what covers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from PyQt6.QtCore import QPointF, QRectF

from experiments.lab.footer import Actions, GoOn
from experiments.lab.form import Form
from experiments.lab.layout import lay_out
from experiments.lab.overlay import Overlay, lay_overlay
from experiments.lab.parts import Attention, Control, Part, ScrollBar
from experiments.lab.setting import Setting
from experiments.screen import Answer, Ask, Screen

OnEvent = Callable[..., Any]


class Page:
    """One showing of a screen in a window of a size.

    Times are seconds since ``onset``, without those in which the page was covered.

    Parameters
    ----------
    on_event
        Called with ``pause`` and ``resume`` when they happen.
    """

    def __init__(
        self,
        screen: Screen,
        form: Form,
        setting: Setting,
        size: tuple[int, int],
        on_event: OnEvent | None = None,
    ) -> None:
        self.screen, self.form, self.size = screen, form, size
        self.attention = Attention()
        self.overlay: Overlay | None = None
        self.scroll = 0.0
        self.done: Literal["", "on", "left"] = ""
        self.done_at = 0.0
        self.hidden = 0.0
        """Seconds that the page was covered, up to now."""
        self._covered_at: float | None = None
        self._on_event = on_event
        actions = Actions(self.go_on, self._pause, self._ask_leave, self.more, self.notice)
        self.layout = lay_out(screen, form, setting, *size, actions)
        self._content = frozenset(self.layout.content)
        self._bar = self._make_bar()
        first = self.layout.controls()[0]
        # A page to look at has nothing to press but pause and leave: no stray key may reach these.
        self.attention.focus = None if screen.kind == "look" else first
        self._before: Control | None = None

    def _make_bar(self) -> ScrollBar | None:
        layout = self.layout
        if not layout.scrolls:
            return None
        unit, view = layout.frame.unit, layout.view
        gap = 0.5 * layout.frame.look.space["card_padding"] * unit
        box = QRectF(view.right() + gap, view.y(), 0.4 * unit, view.height())
        bar = ScrollBar(
            box,
            "scroll",
            layout.frame.look,
            unit,
            length=layout.length,
            seen=view.height(),
            at=lambda: self.scroll,
            go=self.scroll_to,
        )
        if layout.frame.rtl:
            bar.mirror(layout.width)
        return bar

    # What is there

    def controls(self) -> list[Control]:
        """Return the controls that can have the focus now, in their order."""
        return self.overlay.controls() if self.overlay else self.layout.controls()

    def control(self, name: str) -> Control:
        """Return a control by its name: a measure, ``skip:measure``, ``go_on``, ``pause``, ``leave`` ..."""
        for control in self.controls():
            if control.name == name:
                return control
        raise KeyError(
            f"'{name}' is not on this page; there are {[c.name for c in self.controls()]}"
        )

    def control_at(self, point: QPointF) -> Control | None:
        """Return the control at a point of the window."""
        if self._bar is not None and self.overlay is None and self._bar.box.contains(point):
            return self._bar
        for control in self.controls():
            if self.place(control).contains(point) and self._reachable(control, point):
                return control
        return None

    def _reachable(self, control: Control, point: QPointF) -> bool:
        return control not in self._content or self.layout.view.contains(point)

    def shift(self, part: Part) -> QPointF:
        """Return what is added to a part's coordinates to get the window's."""
        if part in self._content:
            return QPointF(0.0, self.layout.top - self.scroll)
        return QPointF()

    def place(self, part: Part) -> QRectF:
        """Return where a part lies in the window."""
        return part.box.translated(self.shift(part))

    def target(self, name: str, value: Answer = None) -> QPointF:
        """Return the point of the window to click on for a value of a control."""
        control = self.control(name)
        return control.target(value) + self.shift(control)

    def in_sight(self, point: QPointF, name: str) -> bool:
        """Return whether a point of a control is not scrolled out of sight."""
        return self._reachable(self.control(name), point)

    # Time

    def covered(self, now: float) -> float:
        """Return the seconds that the page has been covered, up to a time since onset."""
        running = 0.0 if self._covered_at is None else now - self._covered_at
        return self.hidden + running

    def tick(self, now: float) -> None:
        """Let a frame pass; ``now`` is seconds since onset, covered ones included."""
        if self.overlay is None:
            self.attention.now = now - self.hidden
        self.form.tell(now - self.hidden)
        for part in self.layout.fixed:
            if isinstance(part, GoOn):
                part.tick(self.attention)

    # What the buttons do

    def more(self) -> bool:
        """Return whether content is still out of sight below."""
        return self.scroll < self.layout.scrolls - 1.0

    def notice(self) -> str:
        """Return what the participant is told is missing."""
        ask = self.form.open_ask()
        if not self.form.told or ask is None:
            return ""
        texts = self.layout.frame.interface
        return (
            self.form.faults.get(ask.measure) or texts["required" if ask.required else "choose_one"]
        )

    def go_on(self, time: float, device: str) -> None:
        """Go on, or bring more of the content, or say what is missing."""
        button = next((part for part in self.layout.fixed if isinstance(part, GoOn)), None)
        if button is None or not button.enabled:
            return
        if self.more():
            self.scroll_to(self.scroll + 0.85 * self.layout.view.height())
            return
        ask = self.form.open_ask()
        if ask is not None:
            self._ask_for(ask)
            return
        self.form.devices.add(device)
        self.done, self.done_at = "on", time

    def _ask_for(self, ask: Ask) -> None:
        self.form.told = True
        self.attention.focus = self.control(ask.measure)
        self.attention.ring = True
        self.show(self.attention.focus)

    def _pause(self, time: float, device: str) -> None:
        self.cover("pause", time)

    def _ask_leave(self, time: float, device: str) -> None:
        self.cover("leave", time)

    def cover(self, what: Literal["pause", "leave"], time: float) -> None:
        """Cover the page; it can be covered unless it ends the session."""
        if self.screen.ends or self.overlay is not None:
            return
        self.overlay = lay_overlay(what, self.layout.frame, *self.size, self.uncover, self._leave)
        self._before = self.attention.focus
        self.attention.focus = self.overlay.controls()[0]
        self.attention.hover = self.attention.held = None
        self._covered_at = time + self.hidden
        if what == "pause" and self._on_event is not None:
            self._on_event("pause", screen=self.screen.id, seconds=time)

    def uncover(self, time: float, device: str = "") -> None:
        """Go back to the page. ``time`` is since onset without the covered seconds before this cover."""
        if self.overlay is None or self._covered_at is None:
            return
        lasted = time + self.hidden - self._covered_at
        self.hidden += lasted
        self._covered_at = None
        if self.overlay.what == "pause" and self._on_event is not None:
            self._on_event("resume", screen=self.screen.id, paused=round(lasted, 6))
        self.overlay = None
        self.attention.focus = self._before
        self.attention.hover = self.attention.held = None

    def _leave(self, time: float, device: str) -> None:
        self.form.devices.add(device)
        self.done, self.done_at = "left", time

    # Scrolling

    def scroll_to(self, height: float) -> None:
        """Scroll the content so that this height of it is at the top."""
        self.scroll = min(self.layout.scrolls, max(0.0, height))

    def show(self, control: Control | None) -> None:
        """Scroll a control into sight."""
        if control is None or control not in self._content or not self.layout.scrolls:
            return
        air = self.layout.frame.unit
        if control.box.top() - air < self.scroll:
            self.scroll_to(control.box.top() - 3 * air)
        elif control.box.bottom() + air > self.scroll + self.layout.view.height():
            self.scroll_to(control.box.bottom() + air - self.layout.view.height())

    # Drawing

    def parts(self) -> Iterator[Part]:
        """Return what is seen, from the ground up."""
        if self.overlay is not None:
            yield from self.overlay.parts
            return
        yield from self.layout.fixed
        if self._bar is not None:
            yield self._bar
        yield from self.layout.content

    def is_content(self, part: Part) -> bool:
        """Return whether a part scrolls with the content."""
        return part in self._content
