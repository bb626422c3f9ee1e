"""``ranking``: options put in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from experiments.answer_range import Range
from experiments.files.scalars import Text
from experiments.language.by import Varied
from experiments.questions.options import Options
from experiments.questions.question import Question
from experiments.questions.stakes import Stakes


class Ranking(Question):
    """Options put in order, the first on top; ``ADDRESS.OPTION`` is the rank of an option."""

    ranking: Varied[Text]
    """The question."""
    options: Annotated[Options, Field(min_length=2, max_length=12)]
    """Answer in the data -> its text; shown in random order."""

    @property
    def rows(self) -> Mapping[str, Varied[str]]:
        return self.options

    def _range(self, part: str, stakes: Stakes | None) -> Range | None:
        return Range(1.0, len(self.options), 1.0, "") if part else None
