"""The kind ``trace`` in the lab: a dial, whose mark is moved along a line for as long as the screen shows.

It is below the content and stays in view while that scrolls. There is no mark before the first movement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PyQt6.QtCore import QRectF

from experiments.lab.asks import lay_prompt
from experiments.lab.form import Form
from experiments.lab.inputs import Key
from experiments.lab.kinds.mark import Line, lay_ends, stepped
from experiments.lab.parts import Column
from experiments.measures.trace import Recording, Trace
from experiments.screen import Answer, Ask

HELD = 3.0
"""Points by which a key that is held down moves the mark each time; a single press moves it by one."""


@dataclass(eq=False)
class Dial(Line):
    """A line whose mark is moved while the content shows; all movements are recorded."""

    hint = "trace_hint"
    repeats = frozenset({"left", "right"})

    asks: Sequence[Ask]
    recording: Recording = field(default_factory=Recording)

    @property
    def value(self) -> int | None:
        """Where the mark is now; None before the first movement."""
        return self.recording.moves[-1][1] if self.recording.moves else None

    def answer(self, value: Answer, time: float, device: str, moving: bool = False) -> None:
        assert isinstance(value, (int, float))
        self.recording.move(time, int(value))
        self.form.answer(self.ask, self.recording.trace(), time, device, moving=True)

    def ended(self, seconds: float) -> None:
        """Complete the answers: the trace lasts until the screen ends."""
        answers = Trace.answered(self.asks, self.recording.trace(seconds))
        self.form.answers.update(answers)
        self.form.times.update(dict.fromkeys(answers, seconds))

    def key(self, key: Key) -> bool:
        """Move the mark: arrow keys to the left and right, digits, Home and End. The other keys scroll the content."""
        ask, now = self.ask, self.value
        toward_high, toward_low = ("left", "right") if self.frame.rtl else ("right", "left")
        if key.name.isdigit():
            moved = ask.low + (ask.high - ask.low) * int(key.name) / 10
        elif key.name in {"home", "end"}:
            moved = ask.low if key.name == "home" else ask.high
        elif key.name not in {toward_high, toward_low}:
            return False
        elif now is None:
            moved = (ask.low + ask.high) / 2
        else:
            step = HELD if key.repeated else 1.0
            moved = now + (step if key.name == toward_high else -step)
        self.answer(stepped(moved, ask), key.time, key.device)
        return True

    def key_towards(self, answer: Answer) -> str:
        assert isinstance(answer, (int, float))
        tenth, now = round(answer / 10), self.value
        if now is None or abs(answer - now) > abs(answer - 10 * tenth):
            return "end" if tenth == 10 else str(tenth)
        return "left" if (answer > now) == self.frame.rtl else "right"

    def shown(self) -> Answer:
        return self.value


def lay_out(asks: Sequence[Ask], form: Form, column: Column) -> None:
    """Lay out the dial."""
    ask, frame = asks[0], column.frame
    lay_prompt(ask, column)
    box = QRectF(0, column.y + 0.2 * frame.unit, frame.width, 1.9 * frame.unit)
    column.put_below(Dial(box, ask.measure, frame, ask, form, asks))
    lay_ends(ask, column)
    # What was moved before an interruption is another trace; without a movement there is no answer.
    for each in asks:
        form.answers[each.measure] = None
