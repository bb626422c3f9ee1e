"""``text``: a field for one line, or for several."""

from __future__ import annotations

from experiments.questions.text import Text
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking
from experiments.steps.here import Here


@asking.register
def _(question: Text, address: str, here: Here) -> Asking:
    asked = Ask(
        address,
        here.text(question.text),
        question.required,
        entry="text" if question.lines == 1 else "lines",
        longest=question.characters.most,
        least=question.characters.least,
    )
    return Asking("write", (asked,))
