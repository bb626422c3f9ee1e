"""``dial``: a rating that is given continuously while the screen shows its content."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from experiments.answer_range import Range
from experiments.files.scalars import Text
from experiments.language.by import Varied
from experiments.questions.question import Question
from experiments.questions.stakes import Stakes


class Dial(Question):
    """A rating from 0 to 100 that is given continuously while the screen shows its content."""

    numeric = True
    yields = ("time", "mean", "peak", "slope")

    dial: Varied[Text]
    """The question."""
    from_: Annotated[Varied[Text], Field(alias="from")]
    """Label of the low end."""
    to: Varied[Text]
    """Label of the high end."""

    def _range(self, part: str, stakes: Stakes | None) -> Range | None:
        return (
            None if part == "slope" else Range(0.0, 100.0, 0.0 if part == "mean" else 1.0, "points")
        )
