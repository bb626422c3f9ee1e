"""``choice``: a list of options."""

from __future__ import annotations

from experiments.questions.choice import LISTED, Choice
from experiments.screen import Ask, Option
from experiments.steps.asking.question import Asking, asking, in_order
from experiments.steps.here import Here


@asking.register
def _(question: Choice, address: str, here: Here) -> Asking:
    options = tuple(
        Option(name, here.text(words))
        for name, words in in_order(question.options, question.order, address, here)
    )
    correct = None if question.correct is None else str(here.value(question.correct))
    asked = Ask(
        address, here.text(question.choice), question.required, options=options, correct=correct
    )
    return Asking("pick" if len(options) > LISTED else "choose", (asked,))
