"""``ranking``: options put in order."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from experiments.files.scalars import Text
from experiments.language.by import Varied
from experiments.questions.options import Options
from experiments.questions.question import Question


class Ranking(Question):
    """Options put in order, the first on top; ``ADDRESS.OPTION`` is the rank of an option."""

    ranking: Varied[Text]
    """The question."""
    options: Annotated[Options, Field(min_length=2, max_length=12)]
    """Answer in the data -> its text; shown in random order."""
