"""The page: a laid-out screen with its answers, focus, scrolling and overlay."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from experiments.lab.form import Form
from experiments.lab.frame import PageContext
from experiments.lab.layout import lay_out
from experiments.lab.overlay import Overlay, lay_overlay
from experiments.lab.parts import Control, OpenPage, Part, Question, draw_box
from experiments.look import COLOURS
from experiments.screen import Answer, Ask, Screen, Way

OnEvent = Callable[..., Any]


class Page:
    """One presentation of a screen in a window.

    Times are seconds since the onset, excluding time under an overlay.

    Parameters
    ----------
    on_event
        Called with ``"pause"`` and ``"resume"``.
    """

    def __init__(
        self,
        screen: Screen,
        form: Form,
        context: PageContext,
        size: tuple[int, int],
        on_event: OnEvent | None = None,
    ) -> None:
        self.screen, self.form, self.context, self.size = screen, form, context, size
        self.now = 0.0
        """Seconds since the onset; 0 before it."""
        self.ring = False
        """Whether the focus ring is shown: after a key press, not after a click."""
        self.hover: Control | None = None
        """The control under the mouse."""
        self.point = QPointF()
        """Position of the mouse, in the coordinates of the hovered control's box."""
        self.held: Control | None = None
        """The control on which the mouse button was pressed."""
        self.overlay: Overlay | None = None
        self.scroll = 0.0
        self.done: Literal["", Way] = ""
        self.done_at = 0.0
        self.timed_out = False
        """Whether the screen has ended by itself."""
        self.hidden = 0.0
        """Seconds under an overlay so far."""
        self._covered_at = 0.0
        self._on_event = on_event
        self.layout = lay_out(self)
        self._content = frozenset(self.layout.content)
        self._bar = self._make_bar()
        # No accidental key press may trigger pause and leave where there is nothing else.
        first = next(iter(self.layout.controls()), None)
        self.focus = first if screen.has_button or isinstance(first, Question) else None
        """The control that receives key presses."""
        self._before: Control | None = None
        """The control that had the focus before the overlay."""

    def _make_bar(self) -> ScrollBar | None:
        layout = self.layout
        if not layout.scrolls:
            return None
        view, frame = layout.view, layout.frame
        x = view.right() + 0.5 * frame.space("card_padding")
        box = QRectF(x, view.y(), 0.4 * frame.unit, view.height())
        bar = ScrollBar(box, "scroll", frame, self)
        if frame.rtl:
            bar.mirror(self.size[0])
        return bar

    # Controls

    def controls(self) -> list[Control]:
        """Return the controls that can have the focus now, in their order."""
        return self.overlay.controls() if self.overlay else self.layout.controls()

    def control(self, name: str) -> Control:
        """Return a control by its name: a measure, ``skip:measure``, ``go_on``, ``pause``, ``leave`` ..."""
        named = {control.name: control for control in self.controls()}
        if name not in named:
            raise KeyError(f"'{name}' is not on this page. Its controls are {list(named)}.")
        return named[name]

    def control_at(self, point: QPointF) -> Control | None:
        """Return the control at a point of the window."""
        if self._bar is not None and self.overlay is None and self._bar.box.contains(point):
            return self._bar
        for control in self.controls():
            if self.box_in_window(control).contains(point) and self._reachable(control, point):
                return control
        return None

    def _reachable(self, control: Control, point: QPointF) -> bool:
        return control not in self._content or self.layout.view.contains(point)

    def shift(self, part: Part) -> QPointF:
        """Return the offset from a part's coordinates to those of the window."""
        if part in self._content:
            return QPointF(0.0, self.layout.view.y() - self.scroll)
        return QPointF()

    def box_in_window(self, part: Part) -> QRectF:
        """Return the box of a part in the window."""
        return part.box.translated(self.shift(part))

    def target(self, name: str, value: Answer = None) -> QPointF:
        """Return the point of the window to click for a value of a control."""
        control = self.control(name)
        return control.target(value) + self.shift(control)

    def in_sight(self, point: QPointF, name: str) -> bool:
        """Return whether a point of a control is visible."""
        return self._reachable(self.control(name), point)

    # Time

    def tick(self, now: float) -> None:
        """Update the time; ``now`` is seconds since onset, including those under an overlay."""
        if self.overlay is None:
            self.now = now - self.hidden
        self.form.save(now - self.hidden)

    def waits(self) -> float:
        """Return the remaining share of the screen's minimum time."""
        least = self.screen.at_least
        return max(0.0, 1.0 - self.now / least) if least > 0.0 else 0.0

    def remaining(self) -> float:
        """Return the seconds until the screen ends by itself or, if it does not, until one can go on."""
        return max(0.0, (self.screen.at_most or self.screen.at_least) - self.now)

    # Actions of the buttons

    def more(self) -> bool:
        """Return whether there is more content below."""
        return self.scroll < self.layout.scrolls - 1.0

    def notice(self) -> str:
        """Return what is missing, after the participant has tried to continue without it."""
        ask = self.form.open_ask()
        if not self.form.reminded or ask is None:
            return ""
        words = self.layout.frame.texts["required" if ask.required else "choose_one"]
        return self.form.faults.get(ask.measure) or words

    def go_on(self, time: float, device: str) -> None:
        """Continue, or scroll to more content, or show what is missing."""
        if not self.screen.has_button or self.waits():
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

    def end_wait(self, time: float, device: str) -> None:
        """Continue, as the experimenter does where the screen waits for that."""
        self.form.devices.add(device)
        self.done, self.done_at = "on", time

    def go_back(self, time: float, device: str) -> None:
        """Go back to the screen before, whatever is missing."""
        self.form.devices.add(device)
        self.done, self.done_at = "back", time

    def _ask_for(self, ask: Ask) -> None:
        self.form.reminded = True
        self.focus_on(self.control(ask.measure))

    def pause(self, time: float, device: str = "") -> None:
        """Show the pause until the participant resumes."""
        if self._cover("pause", time) and self._on_event is not None:
            self._on_event("pause", screen=self.screen.id, seconds=time)

    def ask_leave(self, time: float, device: str = "") -> None:
        """Ask whether to leave the study."""
        self._cover("leave", time)

    def _cover(self, purpose: Literal["pause", "leave"], time: float) -> bool:
        """Show an overlay; return False if the screen ends the session or already has an overlay."""
        if self.screen.ends or self.overlay is not None:
            return False
        self.overlay = lay_overlay(purpose, self, self.layout.frame)
        self._before, self.focus = self.focus, self.overlay.controls()[0]
        self.hover = self.held = None
        self._covered_at = time
        return True

    def uncover(self, time: float, device: str = "") -> None:
        """Return to the page. ``time`` is since onset, excluding earlier overlays."""
        if self.overlay is None:
            return
        lasted = time - self._covered_at
        self.hidden += lasted
        if self.overlay.purpose == "pause" and self._on_event is not None:
            self._on_event("resume", screen=self.screen.id, paused=round(lasted, 6))
        self.overlay, self.focus = None, self._before
        self.hover = self.held = None

    def leave(self, time: float, device: str) -> None:
        """Leave the study."""
        self.form.devices.add(device)
        self.done, self.done_at = "leave", time

    # Focus and scrolling

    def focus_on(self, control: Control) -> None:
        """Move the focus to a control, and scroll to it."""
        self.focus, self.ring = control, True
        self.show(control)

    def scroll_to(self, height: float) -> None:
        """Scroll the content so that this position (pixels from its top) is at the top of the view."""
        self.scroll = min(self.layout.scrolls, max(0.0, height))

    def show(self, control: Control) -> None:
        """Scroll to a control."""
        if control not in self._content or not self.layout.scrolls:
            return
        air, seen = self.layout.frame.unit, self.layout.view.height()
        if control.box.top() - air < self.scroll:
            self.scroll_to(control.box.top() - 3 * air)
        elif control.box.bottom() + air > self.scroll + seen:
            self.scroll_to(control.box.bottom() + air - seen)

    # Drawing

    def parts(self) -> Iterator[Part]:
        """Yield the visible parts, in drawing order."""
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


@dataclass(eq=False)
class ScrollBar(Control):
    """The scroll bar; pressing or dragging it scrolls the content."""

    page: Page

    def _thumb(self) -> QRectF:
        layout, whole = self.page.layout, self.box.height()
        high = max(2.0 * self.frame.unit, layout.view.height() * whole / layout.length)
        top = self.box.y() + (whole - high) * self.page.scroll / max(1.0, layout.scrolls)
        return QRectF(self.box.x(), top, self.box.width(), high)

    def state(self, page: OpenPage) -> Hashable:
        return self.page.scroll, page.hover is self or page.held is self

    def press(self, point: QPointF, time: float) -> None:
        self.drag(point, time)

    def drag(self, point: QPointF, time: float) -> None:
        high = self._thumb().height()
        way = max(1.0, self.box.height() - high)
        share = (point.y() - self.box.y() - high / 2) / way
        self.page.scroll_to(share * self.page.layout.scrolls)

    def paint(self, painter: QPainter, page: OpenPage) -> None:
        radius = self.box.width() / 2
        over = page.hover is self or page.held is self
        draw_box(painter, self.box, radius, COLOURS["note_soft"])
        draw_box(painter, self._thumb(), radius, COLOURS["accent" if over else "faint"])
