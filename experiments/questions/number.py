"""``number``: a typed number."""

from __future__ import annotations

from typing import Annotated

from experiments.files.scalars import Number as Numeral
from experiments.files.scalars import Range, Text, Whole, Words
from experiments.language.by import Varied
from experiments.questions.question import Checked


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
    """Number of decimal places that can be entered."""
    unit: Words = ""
    """Unit, shown after the number."""
    correct: Varied[Numeral] | None = None
    """The correct answer."""
