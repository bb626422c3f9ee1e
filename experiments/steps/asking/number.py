"""``number``: a field for digits."""

from __future__ import annotations

from experiments.questions.number import Number
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking
from experiments.steps.here import Here


@asking.register
def _(question: Number, address: str, here: Here) -> Asking:
    numbers = question.range()
    assert numbers is not None
    asked = Ask(
        address,
        here.text(question.number),
        question.required,
        question.unit,
        low=numbers.low,
        high=numbers.high,
        step=numbers.step,
        entry="decimal" if question.places else "integer",
        longest=max(len(f"{each:.{question.places}f}") for each in (numbers.low, numbers.high)),
        correct=_correct(question, here),
    )
    return Asking("write", (asked,))


def _correct(question: Number, here: Here) -> float | None:
    if question.correct is None:
        return None
    correct = here.value(question.correct)
    right = float(correct)
    return int(right) if right.is_integer() else right
