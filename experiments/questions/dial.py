"""``dial``: a rating that is given continuously while the screen shows its content."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Annotated

from pydantic import Field

from experiments.answer_range import Range
from experiments.files.faults import Findings
from experiments.files.scalars import Text
from experiments.language.by import Varied
from experiments.measures.trace import PER_MINUTE
from experiments.questions.question import Question
from experiments.questions.stakes import Stakes

PARTS = {
    "mean": "Mean of the samples from the first movement to the end of the screen",
    "peak": "Highest sample",
    "slope": f"Slope of a straight line through the samples, in {PER_MINUTE}",
}


class Dial(Question):
    """A rating from 0 to 100 that is given continuously while the screen shows its content."""

    numeric = True

    dial: Varied[Text]
    """The question."""
    from_: Annotated[Varied[Text], Field(alias="from")]
    """Label of the low end."""
    to: Varied[Text]
    """Label of the high end."""

    def faults(self) -> Findings:
        if self.required:
            found = "the screen of a dial ends by itself, so that no answer can be required"
            yield ("required",), found, "Remove it."

    @property
    def rows(self) -> Mapping[str, Varied[str]]:
        return PARTS

    @property
    def has_address(self) -> bool:
        return True  # The trace.

    def _range(self, part: str, stakes: Stakes | None) -> Range | None:
        if not part:
            return None
        if part == "slope":
            return Range(-inf, inf, 0.0, PER_MINUTE)
        return Range(0.0, 100.0, 0.0 if part == "mean" else 1.0, "points")
