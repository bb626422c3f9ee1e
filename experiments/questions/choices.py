"""``choices``: any number of several options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from experiments.files.faults import Findings
from experiments.files.scalars import Range, Text, Whole
from experiments.language.by import Varied
from experiments.questions.options import Options
from experiments.questions.question import Order, Question, not_below


class Choices(Question):
    """Any number of several options."""

    choices: Varied[Text]
    """The question."""
    options: Annotated[Options, Field(min_length=2, max_length=20)]
    """Answer in the data -> its text, or the name of a shared list."""
    least: Annotated[Whole, Range(least=0)] = 0
    """Smallest number of options that can be chosen."""
    most: Annotated[Whole, Range(least=1)] | None = None
    """Largest number of options that can be chosen (default: all)."""
    order: Order = "as written"
    """Order of the options."""

    def faults(self) -> Findings:
        if disordered := not_below(self.least, self.most):
            yield disordered

    @property
    def words(self) -> Mapping[Any, Varied[str]]:
        return self.options
