"""``number``: a field for digits."""

from __future__ import annotations

from experiments.questions.number import Number
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError


@asking.register
def _(question: Number, address: str, here: Here) -> Asking:
    if question.decimals:
        raise NotYetError("numbers with decimals cannot be entered yet")
    numbers = question.range()
    assert numbers is not None
    asked = Ask(
        address,
        here.text(question.number),
        question.required,
        question.unit,
        low=numbers.low,
        high=numbers.high,
        entry="integer",
        longest=max(len(f"{numbers.high:.0f}"), len(f"{numbers.low:.0f}")),
        correct=_whole(question, here),
    )
    return Asking("write", (asked,))


def _whole(question: Number, here: Here) -> int | None:
    if question.correct is None:
        return None
    correct = here.value(question.correct)
    right = float(correct)
    if not right.is_integer():
        raise NotYetError("numbers with decimals cannot be entered yet")
    return int(right)
