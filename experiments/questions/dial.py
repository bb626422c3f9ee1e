"""``dial``: a rating that is given continuously while the screen shows its content."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from experiments.files.scalars import Text
from experiments.language.by import Varied
from experiments.questions.question import Question


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
