"""The answers of the screen that is on: given, changed, skipped, each with its time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from experiments.screen import Answer, Ask, Screen

Draft = Callable[[str, Answer, float], None]
#: A drag or typing is saved once it has rested for so long (seconds), and at the latest after LATEST:
#: saving waits for the disk, which would hold frames up.
RESTED, LATEST = 0.3, 1.0


@dataclass
class Form:
    """State of a screen's asks.

    An ask that is not in ``answers`` is open; None there means that it was skipped.
    """

    screen: Screen
    answers: dict[str, Answer] = field(default_factory=dict)
    times: dict[str, float | None] = field(default_factory=dict)
    """Seconds from onset, pauses left out; None for answers from before an interruption."""
    devices: set[str] = field(default_factory=set)
    """What answers were given with."""
    faults: dict[str, str] = field(default_factory=dict)
    """Measure -> what is wrong with what was typed."""
    reminded: bool = False
    """Whether the participant tried to go on although something was missing."""
    on_draft: Draft | None = None
    _unsaved: dict[str, float] = field(default_factory=dict)
    """Measure -> since when a change of it has not been saved."""

    @classmethod
    def begin(cls, screen: Screen, drafts: Mapping[str, Answer], on_draft: Draft | None) -> Form:
        """Begin a screen with the answers of ``drafts`` already given."""
        measures = {ask.measure for ask in screen.asks}
        answers = {measure: value for measure, value in drafts.items() if measure in measures}
        return cls(screen, answers, dict.fromkeys(answers), on_draft=on_draft)

    def answer(
        self, ask: Ask, value: Answer, time: float, device: str, moving: bool = False
    ) -> None:
        """Give or change an answer; ``moving`` if it is likely to change again at once."""
        self.faults.pop(ask.measure, None)
        if self.is_answered(ask) and self.answers[ask.measure] == value:
            return
        self._set(ask, value, time, device)
        self._unsaved.setdefault(ask.measure, time)
        if not moving:
            self._save(ask.measure)

    def skip(self, ask: Ask, time: float, device: str) -> None:
        """Skip an ask; skipping it again opens it."""
        if self.is_skipped(ask):
            self.open(ask)
            return
        self.faults.pop(ask.measure, None)
        self._set(ask, None, time, device)
        self._save(ask.measure)

    def open(self, ask: Ask) -> None:
        """Take an answer back."""
        self.answers.pop(ask.measure, None)
        self.times.pop(ask.measure, None)

    def _set(self, ask: Ask, value: Answer, time: float, device: str) -> None:
        self.answers[ask.measure] = value
        self.times[ask.measure] = time
        self.devices.add(device)

    def save(self, now: float) -> None:
        """Save changes that have rested, or have waited for long; all of them at infinity."""
        for measure, since in list(self._unsaved.items()):
            changed = self.times.get(measure)
            if changed is None or now - changed >= RESTED or now - since >= LATEST:
                self._save(measure)

    def _save(self, measure: str) -> None:
        self._unsaved.pop(measure, None)
        time = self.times.get(measure)
        if self.on_draft is not None and time is not None:
            self.on_draft(measure, self.answers[measure], time)

    def is_answered(self, ask: Ask) -> bool:
        """Return whether an ask has an answer (a skip is none)."""
        return self.answers.get(ask.measure) is not None

    def is_skipped(self, ask: Ask) -> bool:
        """Return whether an ask was skipped."""
        return ask.measure in self.answers and self.answers[ask.measure] is None

    def value(self, ask: Ask) -> Answer:
        """Return the answer, None if there is none."""
        return self.answers.get(ask.measure)

    def open_ask(self) -> Ask | None:
        """Return the first ask that still waits for an answer or a skip, or whose text is faulty."""
        for ask in self.screen.asks:
            if ask.measure not in self.answers or ask.measure in self.faults:
                return ask
        return None
