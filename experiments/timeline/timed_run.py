"""The course of a timed trial: which display each flip shows, and what the keys mean.

The lab calls it at each flip, and tests call it at the flips of a display that is only imagined. The browser's player
has a port of it (``experiments/online/player/timed_run.js``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from experiments.screen import (
    Answer,
    Ask,
    Display,
    Response,
    Screen,
    Version,
    version_for,
)


@dataclass
class TimedRun:
    """One timed trial. All times are seconds on one clock, that of the flips and of the keys."""

    screen: Screen
    period: float
    """Seconds between two flips."""
    version: Version | None = None
    """What the next flip shows; None after the last display."""
    answers: dict[str, Answer] = field(default_factory=dict)
    times: dict[str, float | None] = field(default_factory=dict)
    """Measure -> seconds from the onset of its display."""
    shown: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Display -> its onset and its duration."""
    _place: int = -1
    _onset: float | None = None
    _flips: int = 0

    def __post_init__(self) -> None:
        self._asks = {ask.measure: ask for ask in self.screen.asks}
        self._next()

    @property
    def display(self) -> Display | None:
        """The display that is shown now, or at the next flip; None after the last."""
        if self.version is None:
            return None
        return self.screen.displays[self._place]

    @property
    def begins(self) -> bool:
        """Whether the next flip is the onset of a display."""
        return self.version is not None and self._onset is None

    @property
    def asked(self) -> Ask | None:
        """The question that a key answers now."""
        if self.display is None or self._onset is None:
            return None
        return self._asks.get(self.display.ask)

    @property
    def is_wrong(self) -> bool:
        """Whether a wrong key was pressed, and the right one is awaited."""
        ask = self.asked
        if ask is None or not ask.until_right:
            return False
        return ask.measure in self.answers and ask.measure not in self.times

    def flipped(self, time: float) -> None:
        """Take note of a flip; the flip that shows a display ends the one before it."""
        if self._onset is not None:
            self._flips += 1
            return
        if self.shown:
            before, (onset, _) = list(self.shown.items())[-1]
            self.shown[before] = onset, time - onset
        if self.display is not None:
            self._onset, self._flips = time, 1
            self.shown[self.display.name] = time, 0.0

    def key(self, name: str, time: float) -> None:
        """Take note of a key press, if the display asks for the key."""
        display, ask = self.display, self.asked
        if display is None or ask is None or self._onset is None or name not in ask.keys:
            return
        since = time - self._onset
        if since < 0 or ask.measure in self.times:
            return
        answer = ask.keys[name]
        if ask.measure not in self.answers:
            self.answers[ask.measure] = answer
            first = f"{ask.measure}.first"
            if first in self._asks:
                self.answers[first], self.times[first] = answer, since
        if not ask.until_right or answer == ask.correct:
            self.times[ask.measure] = since

    def advance(self, due: float) -> None:
        """Go on to the next display if the next flip, due at this time, is closest to the end of this one."""
        display = self.display
        if display is None or self._onset is None:
            return
        since = due - self._onset
        half = 0.5 * self.period
        answered = display.ask in self.times and not display.fixed
        if answered and since >= display.at_least - half:
            self._next()
        elif display.frames:
            if self._flips >= display.frames:
                self._next()
        elif display.seconds and since >= display.seconds - half:
            self._next()

    def _next(self) -> None:
        """Go to the next display that has something to show after the answers so far."""
        if (display := self.display) is not None and display.ask:
            self.answers.setdefault(display.ask, None)
        self._onset = None
        for place in range(self._place + 1, len(self.screen.displays)):
            self.version = version_for(self.screen.displays[place], self._asks, self.answers)
            if self.version is not None:
                self._place = place
                return
        self.version = None

    def response(self, start: float, clock: str) -> Response:
        """Return the response after the last display; ``start`` is that of the session."""
        answers = {measure: self.answers.get(measure) for measure in self._asks}
        times = {measure: self.times.get(measure) for measure in self._asks}
        shown = {name: (onset - start, lasts) for name, (onset, lasts) in self.shown.items()}
        onset = next(iter(shown.values()), (0.0, 0.0))[0]
        return Response(answers, times, onset, clock, shown=shown)
