"""The responder of the lab: shows each screen in PsychoPy's window and returns what a person answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.lab.canvas import Canvas
from experiments.lab.form import Form
from experiments.lab.frame import PageContext
from experiments.lab.hands import Hands
from experiments.lab.markers import Marker
from experiments.lab.page import Page
from experiments.lab.painting import Painting
from experiments.lab.steering import SETTLING, take
from experiments.lab.window import LabWindow
from experiments.places import room
from experiments.screen import Answer, Response, Screen
from experiments.timeline.timeline import Timeline

Draft = Callable[[str, str, Answer, float], None]
Note = Callable[..., object]


class Interrupted(UserError):
    """The window was closed. Nothing is lost: the session goes on with ``--resume``."""


class LabResponder:
    """Answers screens by showing them in a window to a participant.

    Parameters
    ----------
    root
        Folder that pictures' paths start from (default: ``stimuli/``).
    on_draft
        Called with screen id, measure, value (None: skipped) and seconds since onset as soon as an
        answer is given or changed.
    on_frames
        Called after each screen with ``screen`` and its frame statistics (n, dropped, median, p95,
        longest; milliseconds) and ``refresh`` (Hz).
    on_event
        Called with ``pause`` (screen, seconds since onset), ``resume`` (screen, seconds paused) and
        ``interrupted`` (screen).
    markers
        What marks onsets and responses.
    simulated
        Whether the participant is simulated; every page then says so.
    participant
        The participant's code, which the last page shows.
    settling
        Seconds after onset in which presses do not count.
    """

    def __init__(
        self,
        window: LabWindow,
        timeline: Timeline,
        *,
        root: Path | None = None,
        on_draft: Draft | None = None,
        on_frames: Note | None = None,
        on_event: Note | None = None,
        markers: Sequence[Marker] = (),
        simulated: bool = False,
        participant: str = "",
        settling: float = SETTLING,
    ) -> None:
        self.window = window
        self.context = PageContext(timeline, root or room("stimuli"), simulated, participant)
        self.canvas = Canvas(window.win, window.size)
        self.hands = Hands(window)
        self.markers = markers
        for marker in markers:
            marker.prepare(window.win)
        self.page: Page | None = None
        self.painting: Painting | None = None
        self.onset: float | None = None
        """When the page that is on was first shown, on PsychoPy's clock; None before."""
        self.settling = settling
        self._on_draft, self._on_frames, self._on_event = on_draft, on_frames, on_event
        self.start = window.now()
        """Start of the session on PsychoPy's clock."""

    def close(self) -> None:
        """Let go of the window's inputs and of the graphics card's memory."""
        self.hands.close()
        self.canvas.close()

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Show a screen until it is answered.

        Raises
        ------
        Interrupted
            If the window was closed. All that was answered before has been handed to ``on_draft``.
        """
        on_draft = partial(self._on_draft, screen.id) if self._on_draft else None
        form = Form.begin(screen, drafts, on_draft)
        self.page = page = Page(screen, form, self.context, self.window.size, self._on_event)
        self.painting = Painting(page)
        self.onset = None
        self.window.win.clearBuffer()
        self._draw(first=True)
        for marker in self.markers:
            self.window.win.callOnFlip(marker.onset, screen.id)
        self.hands.take()  # what happened before does not count
        self.window.restart_frames()
        shown = self.onset = self._flip()
        while not page.done:
            self._step(page, shown)
        for marker in self.markers:
            marker.response(screen.id)
        if self._on_frames is not None:
            refresh = round(self.window.refresh, 2)
            self._on_frames(screen=screen.id, **self.window.frames(), refresh=refresh)
        return self._response(page, shown)

    def _step(self, page: Page, onset: float) -> None:
        """Take what the hands did, draw what changed, and flip."""
        for event in self.hands.take():
            take(page, event, onset, self.settling)
            if page.done:
                return
        page.tick(self.window.now() - onset)
        if self._is_over(page, onset):
            self._end_look(page, onset)
            return
        self._draw()
        self._flip()

    def _is_over(self, page: Page, onset: float) -> bool:
        """Return whether the next flip is the one nearest to the end of a look."""
        if page.screen.kind != "look" or page.overlay is not None:
            return False
        next_flip = self.window.due() - onset - page.hidden
        return next_flip >= page.screen.duration - 0.5 * self.window.period

    def _end_look(self, page: Page, onset: float) -> None:
        """Take what was looked at off the screen, so that it does not stay on while the next is made."""
        assert self.painting is not None
        self.canvas.draw(self.painting.around())
        self._draw_markers()
        page.done, page.done_at = "on", self._flip() - onset - page.hidden
        page.form.devices.add("flips")

    def _draw(self, first: bool = False) -> None:
        painting = self.painting
        assert painting is not None
        changed = painting.changed()
        if not changed.isEmpty():
            self.canvas.paint(changed, painting.paint)
        self.canvas.draw(painting.regions)
        self._draw_markers(first)

    def _draw_markers(self, first: bool = False) -> None:
        for marker in self.markers:
            marker.draw(first)

    def _flip(self) -> float:
        if self.window.closed:
            assert self.page is not None
            self.page.form.save(inf)
            if self._on_event is not None:
                self._on_event("interrupted", screen=self.page.screen.id)
            raise Interrupted(
                "the window was closed; every finished answer is on disk."
                " Go on with `compassion run --resume`."
            )
        return self.window.flip()

    def _response(self, page: Page, onset: float) -> Response:
        screen, form = page.screen, page.form
        leaves = page.done == "left"
        times: dict[str, float | None] = dict(form.times)
        if leaves:
            times = {"leave": page.done_at}
        elif not screen.asks:
            times = {screen.kind: page.done_at}
        answers: dict[str, Any] = {} if leaves else dict(form.answers)
        return Response(answers, times, onset - self.start, self._clock(form), leaves)

    def _clock(self, form: Form) -> str:
        """Return what the times of a screen were read from."""
        frame = f"frames of {1000 * self.window.period:.1f} ms"
        by_frame = {"mouse", "text", "flips"}
        devices = (f"{each}, {frame}" if each in by_frame else each for each in form.devices)
        return "psychopy: " + "; ".join(sorted(devices))
