"""``dial``: a line whose mark is moved while the content shows; the trace, its mean, its peak and its slope."""

from __future__ import annotations

from dataclasses import replace

from experiments.measures.trace import PER_MINUTE
from experiments.questions.dial import PARTS, Dial
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking
from experiments.steps.here import Here


@asking.register
def _(question: Dial, address: str, here: Here) -> Asking:
    trace = Ask(
        address,
        here.text(question.dial),
        high=100.0,
        low_label=here.text(question.from_),
        high_label=here.text(question.to),
        entry="trace",
    )
    mean, peak, slope = (Ask(f"{address}.{part}", unit="points", high=100.0) for part in PARTS)
    # Even a jump over the whole line between two samples is no steeper.
    slope = replace(slope, unit=PER_MINUTE, low=-60_000.0, high=60_000.0)
    return Asking("trace", (trace, mean, peak, slope))
