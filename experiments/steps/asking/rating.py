"""``rating``: a row of points, or a table of items with the same points."""

from __future__ import annotations

from experiments.questions.rating import Rating
from experiments.screen import Ask, Option
from experiments.steps.asking.question import Asking, asking, with_items
from experiments.steps.here import Here


@asking.register
def _(question: Rating, address: str, here: Here) -> Asking:
    points = range(question.first, question.first + question.points)
    options = tuple(Option(point, here.text(question.words.get(point))) for point in points)
    asked = Ask(
        address,
        here.text(question.rating),
        question.required,
        question.unit,
        options,
        numbered=question.numbered,
    )
    return with_items("rate", question, asked, here)
