"""``number``: a typed number."""

from __future__ import annotations

from typing import Annotated

from experiments.answer_range import Range as AnswerRange
from experiments.files.faults import Findings
from experiments.files.scalars import Number as Numeral
from experiments.files.scalars import Range, Text, Whole, Words
from experiments.language.by import Varied, values
from experiments.questions.question import Checked, not_below
from experiments.questions.stakes import Stakes

MOST = 999_999.0
"""Largest number that can be entered if a question does not say."""


class Number(Checked):
    """A typed number."""

    numeric = True

    number: Varied[Text]
    """The question."""
    least: Numeral | None = None
    """Smallest number that can be entered."""
    most: Numeral | None = None
    """Largest number that can be entered."""
    decimals: Annotated[Whole, Range(least=0, most=6)] = 0
    """Number of decimal places that can be entered (at least: those of the correct answer)."""
    unit: Words = ""
    """Unit, shown after the number."""
    correct: Varied[Numeral] | None = None
    """The correct answer."""

    def faults(self) -> Findings:
        if disordered := not_below(self.least, self.most):
            yield disordered

    @property
    def places(self) -> int:
        """Number of decimal places that can be entered."""
        correct = () if self.correct is None else values(self.correct)
        written = [f"{each:.6f}".rstrip("0").partition(".")[2] for each in correct]
        return max([self.decimals, *map(len, written)])

    def _range(self, part: str, stakes: Stakes | None) -> AnswerRange | None:
        least = 0.0 if self.least is None else float(self.least)
        most = MOST if self.most is None else float(self.most)
        return AnswerRange(least, most, 10.0**-self.places, self.unit)
