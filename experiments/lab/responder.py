"""The lab responder: shows each screen in PsychoPy's window and returns the participant's response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import inf
from pathlib import Path

from experiments.errors import UserError
from experiments.lab.canvas import Canvas
from experiments.lab.clips import ClipPart, clip_on, with_sentence
from experiments.lab.form import Form
from experiments.lab.frame import PageContext
from experiments.lab.input_devices import InputDevices
from experiments.lab.input_handling import SETTLING, handle_input
from experiments.lab.markers import Marker
from experiments.lab.page import Page
from experiments.lab.painting import Painting
from experiments.lab.timed_trial import TimedTrials
from experiments.lab.window import LabWindow
from experiments.places import shipped_folder
from experiments.screen import Answer, Response, Screen
from experiments.stimuli.clips import ClipError
from experiments.timeline.timeline import Timeline

Draft = Callable[[str, str, Answer, float], None]
Note = Callable[..., object]


class WindowClosedError(UserError):
    """The window was closed during a session, which can be resumed without loss."""


class LabResponder:
    """A responder that shows screens to a participant in a window.

    Parameters
    ----------
    root
        Folder to which the paths of pictures are relative (default: ``stimuli/``).
    on_draft
        Called with screen id, measure, value (None: skipped) and seconds since onset as soon as an
        answer is given or changed.
    on_frames
        Called after each screen with ``screen`` and its frame statistics (n, dropped, median, p95,
        longest; milliseconds) and ``refresh`` (Hz).
    on_event
        Called with ``pause`` (screen, seconds since onset), ``resume`` (screen, seconds paused), ``interrupted``
        (screen), and of screens in a period ``period_begin`` (screen, period, onset) and ``period_end`` (also its
        seconds, and those for which it was held).
    markers
        Markers for onsets and responses.
    simulated
        Whether the participant is simulated; if so, every page says so.
    participant
        The participant code, shown on the last page.
    settling
        Seconds after onset during which presses are ignored.
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
        self.context = PageContext(
            timeline, root or shipped_folder("stimuli"), simulated, participant
        )
        self.canvas = Canvas(window.win, window.size)
        self.devices = InputDevices(window)
        self.markers = markers
        for marker in markers:
            marker.prepare(window.win)
        self.trials = TimedTrials(window, self.context, self.devices, markers, self._flip)
        self.page: Page | None = None
        self.painting: Painting | None = None
        self.clip: ClipPart | None = None
        """The film or sound of the current page."""
        self.onset: float | None = None
        """Onset of the current page on PsychoPy's clock; None before it."""
        self.settling = settling
        self._on_draft, self._on_frames, self._on_event = on_draft, on_frames, on_event
        self._shown = ""
        self.start = window.now()
        """Start of the session on PsychoPy's clock."""

    def close(self) -> None:
        """Release the input devices and the memory of the graphics card."""
        self.devices.close()
        self.canvas.close()
        self.trials.close()

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Show a screen until it is answered.

        Raises
        ------
        WindowClosedError
            If the window was closed. All answers so far have been passed to ``on_draft``.
        """
        self._shown = screen.id
        self.context = self.context.at(screen)
        if screen.kind == "timed":
            return self._timed(screen)
        on_draft = partial(self._on_draft, screen.id) if self._on_draft else None
        form = Form.begin(screen, drafts, on_draft)
        self.page = page = self._page(screen, form)
        self.painting = Painting(page)
        try:
            shown = self._until_done(page)
        finally:
            self._close_clip(screen)
        for marker in self.markers:
            marker.response(screen.id)
        self._note_frames(screen)
        return self._response(page, shown, screen.kind)

    def _note_frames(self, screen: Screen) -> None:
        if self._on_frames is not None:
            refresh = round(self.window.refresh, 2)
            self._on_frames(screen=screen.id, **self.window.frames(), refresh=refresh)

    def _until_done(self, page: Page) -> float:
        """Show a page until it is answered; return the time of its onset."""
        self.onset = None
        self.window.win.clearBuffer()
        self._draw(first=True)
        for marker in self.markers:
            self.window.win.callOnFlip(marker.onset, page.screen.id)
        self.devices.take()  # earlier inputs are ignored
        self.window.restart_frames()
        shown = self.onset = self._flip()
        if self.clip is not None:
            self.clip.play()
        self._note_period("begin", page.screen, shown)
        while not page.done:
            self._step(page, shown)
        if page.done == "on":
            self._note_period("end", page.screen, shown, page.done_at, page.hidden)
        return shown

    def _note_period(
        self, what: str, screen: Screen, onset: float, seconds: float = 0.0, held: float = 0.0
    ) -> None:
        """Note the begin or end of a period; one that is left, or cut off, has no end."""
        if not screen.period or self._on_event is None:
            return
        lasted = {"seconds": round(seconds, 6), "held": round(held, 6)} if what == "end" else {}
        self._on_event(
            f"period_{what}",
            screen=screen.id,
            period=screen.period,
            onset=round(onset - self.start, 6),
            **lasted,
        )

    def _page(self, screen: Screen, form: Form) -> Page:
        """Return the page of a screen with its film or sound ready, or with a sentence if that cannot be played."""

        def page(of: Screen) -> Page:
            return Page(of, form, self.context, self.window.size, self._on_event)

        made = page(screen)
        self.clip = clip_on(made.layout.content)
        try:
            if self.clip is not None:
                self.clip.open(silent=self.context.simulated)
        except ClipError as error:
            self._close_clip(screen)
            if self._on_event is not None:
                self._on_event("clip_failed", screen=screen.id, reason=str(error))
            texts = self.context.timeline.interface
            return page(with_sentence(screen, texts["clip_failed"], texts["continue"]))
        return made

    def _close_clip(self, screen: Screen) -> None:
        clip, self.clip = self.clip, None
        if clip is None:
            return
        clip.close()
        if clip.late and self._on_event is not None:
            self._on_event("late_frames", screen=screen.id, n=clip.late)

    def _timed(self, screen: Screen) -> Response:
        """Show a timed trial; after Escape, ask whether to leave, and otherwise show it again from its beginning."""
        self.page = None
        while True:
            self.window.restart_frames()
            began = self.window.now()
            self._note_period("begin", screen, began)
            run = self.trials.show(screen)
            if run != "interrupted":
                break
            if self._leaves(screen):
                assert self.page is not None
                return self._response(self.page, self.onset or self.start, screen.kind)
            if self._on_event is not None:
                self._on_event("restarted", screen=screen.id)
        self._note_period("end", screen, began, self.window.now() - began)
        self._note_frames(screen)
        return run.response(self.start, self._clock({*self.trials.used, "flips"}))

    def _leaves(self, screen: Screen) -> bool:
        """Ask whether to leave during a timed trial."""
        self.page = page = Page(
            screen, Form.begin(screen, {}, None), self.context, self.window.size, self._on_event
        )
        page.ask_leave(0.0)
        self.painting = Painting(page)
        self._draw()
        shown = self.onset = self._flip()
        while page.overlay is not None and not page.done:
            self._step(page, shown)
        self.onset = None
        return page.done == "leave"

    def _step(self, page: Page, onset: float) -> None:
        """Handle inputs, draw changes, and flip."""
        for event in self.devices.take():
            handle_input(page, event, onset, self.settling)
            if page.done:
                return
        if self.clip is not None:
            self.clip.play(page.overlay is None)
        page.tick(self.window.now() - onset)
        if self._is_over(page, onset):
            self._end(page, onset)
            return
        self._draw()
        self._flip()

    def _is_over(self, page: Page, onset: float) -> bool:
        """Return whether the next flip is closest to the end of a screen that ends by itself."""
        seconds = page.screen.duration or page.screen.at_most
        if not seconds or page.overlay is not None:
            return False
        next_flip = self.window.due() - onset - page.hidden
        return next_flip >= seconds - 0.5 * self.window.period

    def _end(self, page: Page, onset: float) -> None:
        """Remove the content, so that it does not stay visible while the next screen is prepared."""
        assert self.painting is not None
        self.canvas.draw(self.painting.around())
        self._draw_markers()
        page.form.close()
        page.done, page.done_at = "on", self._flip() - onset - page.hidden
        page.timed_out = True
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
            if self.page is not None:
                self.page.form.save(inf)
            if self._on_event is not None:
                self._on_event("interrupted", screen=self._shown)
            raise WindowClosedError(
                "the window was closed; every completed answer is saved."
                " Continue with `compassion run --resume`."
            )
        return self.window.flip()

    def _response(self, page: Page, onset: float, kind: str) -> Response:
        screen, form, way = page.screen, page.form, page.done or "on"
        for control in page.layout.controls():
            # The flip at which a screen ended by itself is that closest to its time.
            control.ended(screen.at_most if page.timed_out else page.done_at)
        answers, times = form.so_far() if way == "back" else (dict(form.answers), dict(form.times))
        if way == "leave":
            answers, times = {}, {"leave": page.done_at}
        elif not screen.asks:
            times = {kind: page.done_at}
        return Response(answers, times, onset - self.start, self._clock(form.devices), way)

    def _clock(self, devices: Iterable[str]) -> str:
        """Return the clock and devices with which the times of a screen were measured."""
        frame = f"frames of {1000 * self.window.period:.1f} ms"
        by_frame = {"mouse", "text", "flips"}
        timed = (f"{each}, {frame}" if each in by_frame else each for each in devices)
        return "psychopy: " + "; ".join(sorted(timed))
