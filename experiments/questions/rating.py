"""``rating``: one point of a scale with labelled ends (Likert)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from experiments.answer_range import Range as AnswerRange
from experiments.files.faults import Findings
from experiments.files.scalars import Range, Text, Whole, YesNo
from experiments.language.by import Varied
from experiments.questions.question import Scale

MAX_POINTS = 11


class Rating(Scale):
    """One point of a scale with labelled ends."""

    rating: Varied[Text]
    """The question, or the beginning of the sentence that the items end."""
    points: Annotated[Whole, Range(least=2, most=MAX_POINTS)] = 7
    """Number of points."""
    first: Whole = 1
    """Value of the first point, labelled ``from``."""
    labels: dict[Whole, Varied[Text]] = {}
    """Point between the ends -> label."""
    numbered: YesNo = False
    """Whether each point shows its number."""

    def faults(self) -> Findings:
        last = self.first + self.points - 1
        for point in self.labels:
            if not self.first < point < last:
                found = f"found a label for {point}"
                remedy = f"Only points between {self.first} and {last} have labels here; the ends have 'from' and 'to'."
                yield ("labels", point), found, remedy

    @property
    def words(self) -> Mapping[Any, Varied[str]]:
        labelled = {self.first: self.from_, **self.labels, self.first + self.points - 1: self.to}
        return {point: words for point, words in labelled.items() if words is not None}

    @property
    def points_range(self) -> AnswerRange:
        return AnswerRange(self.first, self.first + self.points - 1, 1, self.unit)
