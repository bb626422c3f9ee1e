"""``allocation``: keeping and giving, or several boxes."""

from __future__ import annotations

from dataclasses import replace

from experiments.marked_text import blocks
from experiments.questions.allocation import Allocation
from experiments.questions.stakes import money_format
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking
from experiments.steps.here import Here
from experiments.steps.not_yet import NotYetError


@asking.register
def _(question: Allocation, address: str, here: Here) -> Asking:
    stakes, texts = here.session.stakes, here.session.interface.texts
    divided = question.divided(stakes)
    if divided is None:
        raise NotYetError("an allocation without stakes needs its own 'of:'")
    currency, whole, step = divided
    asked = Ask(
        address,
        here.text(question.allocation),
        question.required,
        currency or "points",
        low=0.0,
        high=whole,
        step=step,
        money=money_format(currency, whole, step),
    )
    if question.boxes:
        boxes = tuple(
            replace(asked, measure=f"{address}.{name}", prompt=here.text(words))
            for name, words in question.boxes.items()
        )
        return Asking("split", boxes, blocks(asked.prompt))
    kept, given = here.text(question.keep), here.text(question.give)
    return Asking(
        "give",
        (replace(asked, low_label=kept or texts["keep"], high_label=given or texts["give"]),),
    )
