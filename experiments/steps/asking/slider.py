"""``slider``: a line to mark, or several."""

from __future__ import annotations

from experiments.questions.slider import Slider
from experiments.screen import Ask
from experiments.steps.asking.question import Asking, asking, with_items
from experiments.steps.here import Here


@asking.register
def _(question: Slider, address: str, here: Here) -> Asking:
    points = question.points_range
    asked = Ask(
        address,
        here.text(question.slider),
        question.required,
        question.unit,
        low=points.low,
        high=points.high,
        step=points.step,
        low_label=here.text(question.from_),
        high_label=here.text(question.to),
    )
    return with_items("mark", question, asked, here)
