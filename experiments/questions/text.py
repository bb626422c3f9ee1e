"""``text``: a typed text."""

from __future__ import annotations

from typing import Annotated

from experiments.files.faults import Findings
from experiments.files.model import Model
from experiments.files.scalars import Range, Whole
from experiments.files.scalars import Text as Prompt
from experiments.language.by import Varied
from experiments.questions.question import Question, not_below


class Characters(Model):
    """How long a text can be."""

    least: Annotated[Whole, Range(least=0)] = 0
    """Smallest number of characters."""
    most: Annotated[Whole, Range(least=1, most=20_000)] = 2_000
    """Largest number of characters."""

    @property
    def limits(self) -> tuple[int, int]:
        """The smallest and the largest number."""
        return self.least, self.most


class Text(Question):
    """A typed text."""

    text: Varied[Prompt]
    """The question."""
    characters: Characters = Characters()
    """How long the text can be."""
    lines: Annotated[Whole, Range(least=1, most=30)] = 3
    """Height of the field, in lines of text."""

    def faults(self) -> Findings:
        for key, found, remedy in filter(None, [not_below(*self.characters.limits)]):
            yield ("characters", *key), found, remedy
