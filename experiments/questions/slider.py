"""``slider``: a mark on a line between two labelled ends (visual analogue scale), without a mark beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from experiments.answer_range import Range as AnswerRange
from experiments.files.scalars import Number, Range, Text
from experiments.language.by import Varied
from experiments.questions.question import Scale


class Slider(Scale):
    """A mark on a line between two labelled ends."""

    slider: Varied[Text]
    """The question, or the beginning of the sentence that the items end."""
    least: Number = 0
    """Value of the low end."""
    most: Number = 100
    """Value of the high end."""
    step: Annotated[Number, Range(above=0)] = 1
    """Distance between neighbouring values."""

    @property
    def words(self) -> Mapping[Any, Varied[str]]:
        ends = {f"{float(self.least):g}": self.from_, f"{float(self.most):g}": self.to}
        return {end: words for end, words in ends.items() if words is not None}

    @property
    def points_range(self) -> AnswerRange:
        return AnswerRange(float(self.least), float(self.most), float(self.step), self.unit)
