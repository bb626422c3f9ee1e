"""``slider``: a mark on a line between two labelled ends (visual analogue scale), without a mark beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import Annotated, Any

from experiments.answer_range import Range as AnswerRange
from experiments.files.faults import Findings
from experiments.files.scalars import Number, Range, Text
from experiments.language.by import Varied
from experiments.numbers import count, scale_value
from experiments.questions.question import Scale, not_below

MAX_STEPS = 1000
"""A line is a few hundred pixels long on a phone; finer steps could not be selected (convention)."""


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

    def faults(self) -> Findings:
        if disordered := not_below(self.least, self.most):
            yield disordered
            return
        steps = float(self.most - self.least) / float(self.step)
        ends = f"{scale_value(self.least)} to {scale_value(self.most)}"
        if not isclose(steps, round(steps)):
            found = f"the range from {ends} is no whole number of steps of {scale_value(self.step)}"
            yield ("step",), found, "Write a step of which the range is a multiple."
        elif steps > MAX_STEPS:
            found = f"found {count(round(steps))} steps from {ends}"
            yield (
                ("step",),
                found,
                f"Write a larger step: a line has at most {count(MAX_STEPS)} steps.",
            )

    @property
    def words(self) -> Mapping[Any, Varied[str]]:
        ends = {f"{float(self.least):g}": self.from_, f"{float(self.most):g}": self.to}
        return {end: words for end, words in ends.items() if words is not None}

    @property
    def points_range(self) -> AnswerRange:
        return AnswerRange(float(self.least), float(self.most), float(self.step), self.unit)
