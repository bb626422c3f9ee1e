"""``text``: a typed text."""

from __future__ import annotations

from typing import Annotated

from experiments.files.model import Model
from experiments.files.scalars import Range, Whole
from experiments.files.scalars import Text as Prompt
from experiments.language.by import Varied
from experiments.questions.question import Question


class Characters(Model):
    """How long a text can be."""

    least: Annotated[Whole, Range(least=0)] = 0
    """Smallest number of characters."""
    most: Annotated[Whole, Range(least=1, most=20_000)] = 2_000
    """Largest number of characters."""


class Text(Question):
    """A typed text."""

    text: Varied[Prompt]
    """The question."""
    characters: Characters = Characters()
    """How long the text can be."""
    lines: Annotated[Whole, Range(least=1, most=30)] = 3
    """Height of the field, in lines of text."""
