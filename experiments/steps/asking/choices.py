"""``choices``: check boxes, each of which is a part of the answer."""

from __future__ import annotations

from experiments.marked_text import blocks
from experiments.questions.choices import NONE, Choices
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking, in_order
from experiments.steps.here import Here


@asking.register
def _(question: Choices, address: str, here: Here) -> Asking:
    shown = in_order(question.options, question.order, address, here)
    if question.none is not None:
        shown.append((NONE, question.none))
    asks = tuple(
        Ask(
            f"{address}.{name}",
            here.text(words),
            question.required,
            high=1.0,
            least=question.least,
            most=question.most or 0,
            alone=name == NONE and question.none is not None,
        )
        for name, words in shown
    )
    return Asking("select", asks, blocks(here.text(question.choices)))
