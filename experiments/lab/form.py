"""The form: answers on the current screen, given, changed or skipped, with their times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from experiments.screen import Answer, Ask, Screen

Draft = Callable[[str, Answer, float], None]
#: An answer that is being dragged or typed is saved once it has not changed for RESTED seconds, and at the latest
#: after LATEST seconds: saving waits for the disk, which would delay frames.
RESTED, LATEST = 0.3, 1.0


@dataclass
class Form:
    """State of the questions on a screen.

    A question that is not in ``answers`` is open; None there means that it was skipped.
    """

    screen: Screen
    answers: dict[str, Answer] = field(default_factory=dict)
    times: dict[str, float | None] = field(default_factory=dict)
    """Seconds from onset without pauses; None for answers from before an interruption."""
    devices: set[str] = field(default_factory=set)
    """Devices with which answers were given."""
    faults: dict[str, str] = field(default_factory=dict)
    """Measure -> what is wrong with the typed text."""
    unfinished: dict[str, tuple[Answer, float | None]] = field(default_factory=dict)
    """Measure -> typed text that is too short to be an answer, with its time; it counts if the screen ends by itself."""
    reminded: bool = False
    """Whether the participant tried to continue although something was missing."""
    on_draft: Draft | None = None
    _unsaved: dict[str, float] = field(default_factory=dict)
    """Measure -> time since which a change has not been saved."""

    @classmethod
    def begin(cls, screen: Screen, drafts: Mapping[str, Answer], on_draft: Draft | None) -> Form:
        """Return the form of a screen, with the answers of ``drafts`` already given."""
        measures = {ask.measure for ask in screen.asks}
        answers = {measure: value for measure, value in drafts.items() if measure in measures}
        return cls(screen, answers, dict.fromkeys(answers), on_draft=on_draft)

    def answer(
        self, ask: Ask, value: Answer, time: float, device: str, moving: bool = False
    ) -> None:
        """Give or change an answer; ``moving`` if it will probably change again immediately."""
        self.faults.pop(ask.measure, None)
        self.unfinished.pop(ask.measure, None)
        if self.is_answered(ask) and self.answers[ask.measure] == value:
            return
        self._set(ask, value, time, device)
        self._unsaved.setdefault(ask.measure, time)
        if not moving:
            self._save(ask.measure)

    def skip(self, ask: Ask, time: float, device: str) -> None:
        """Skip a question; skipping it again undoes the skip."""
        if self.is_skipped(ask):
            self.open(ask)
            return
        self.faults.pop(ask.measure, None)
        self._set(ask, None, time, device)
        self._save(ask.measure)

    def open(self, ask: Ask) -> None:
        """Remove the answer, so that the question is open again."""
        self.answers.pop(ask.measure, None)
        self.times.pop(ask.measure, None)
        self.unfinished.pop(ask.measure, None)

    def close(self) -> None:
        """Leave open questions without an answer, because the screen ends by itself."""
        for ask in self.screen.asks:
            answer, time = self.unfinished.get(ask.measure, (None, None))
            self.answers.setdefault(ask.measure, answer)
            self.times.setdefault(ask.measure, time)

    def so_far(self) -> tuple[dict[str, Answer], dict[str, float | None]]:
        """Return the answers and their times when the participant goes back, also texts that are too short."""
        texts = {measure: text for measure, (text, _) in self.unfinished.items()}
        times = {measure: time for measure, (_, time) in self.unfinished.items()}
        return {**self.answers, **texts}, {**self.times, **times}

    def _set(self, ask: Ask, value: Answer, time: float, device: str) -> None:
        self.answers[ask.measure] = value
        self.times[ask.measure] = time
        self.devices.add(device)

    def save(self, now: float) -> None:
        """Save changes that are due; with ``now`` infinite, save all."""
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
        """Return whether a question has an answer (a skip is not an answer)."""
        return self.answers.get(ask.measure) is not None

    def is_skipped(self, ask: Ask) -> bool:
        """Return whether a question was skipped."""
        return ask.measure in self.answers and self.answers[ask.measure] is None

    def value(self, ask: Ask) -> Answer:
        """Return the answer to a question, or None."""
        return self.answers.get(ask.measure)

    def open_ask(self) -> Ask | None:
        """Return the first question that is neither answered nor skipped, or whose typed text is invalid."""
        for ask in self.screen.asks:
            if ask.measure not in self.answers or ask.measure in self.faults:
                return ask
        return None
