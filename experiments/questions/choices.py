"""``choices``: any number of several options (check boxes)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from experiments.answer_range import YES_NO
from experiments.answer_range import Range as AnswerRange
from experiments.files.faults import Findings
from experiments.files.scalars import Range, Text, Whole
from experiments.language.by import Varied
from experiments.questions.options import Options
from experiments.questions.question import Order, Question
from experiments.questions.stakes import Stakes

NONE = "none"
"""Name in the data of the option that cannot be chosen together with others."""


class Choices(Question):
    """Any number of several options; ``ADDRESS.OPTION`` is 1 if an option was chosen, else 0."""

    numeric = True

    choices: Varied[Text]
    """The question."""
    options: Annotated[Options, Field(min_length=2, max_length=20)]
    """Name in the data -> text of each option, or the name of a shared list."""
    none: Varied[Text] | None = None
    """Text of a last option, such as `None of these`: choosing it clears the others, and choosing one of them clears it.
    `ADDRESS.none` is 1 if it was chosen."""
    least: Annotated[Whole, Range(least=1)] = 1
    """Smallest number of options that can be chosen."""
    most: Annotated[Whole, Range(least=1)] | None = None
    """Largest number of options that can be chosen (default: all)."""
    order: Order = "as written"
    """Order of the options."""

    def faults(self) -> Findings:
        number = len(self.options)
        if self.least > number:
            yield ("least",), f"there are only {number} options", f"Write at most {number}."
        if self.most is not None and self.most < self.least:
            found = f"the smallest number ({self.least}) is above the largest ({self.most})"
            yield ("least",), found, "Swap them."
        if self.none is not None and NONE in self.options:
            found = f"there is an option '{NONE}' already"
            yield (NONE,), found, "Take it out of the options, or give it another name there."

    @property
    def rows(self) -> Mapping[str, Varied[str]]:
        return self.options if self.none is None else {**self.options, NONE: self.none}

    def words_of(self, part: str) -> Mapping[Any, Varied[str]]:
        if part == NONE and self.none is not None:
            return {1: "chosen; none of the others was", 0: "not chosen; one of the others was"}
        return {1: "chosen", 0: "not chosen"}

    def _range(self, part: str, stakes: Stakes | None) -> AnswerRange | None:
        return YES_NO if part else None
