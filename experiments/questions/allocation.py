"""``allocation``: an amount divided between keeping and giving, or among several boxes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from experiments.files.scalars import Text, Words
from experiments.language.by import Varied
from experiments.language.typed import UnitsPhrase
from experiments.questions.question import Question


class Allocation(Question):
    """An amount divided between keeping and giving, or among several boxes that together hold all of it."""

    numeric = True

    allocation: Varied[Text]
    """The question."""
    of: UnitsPhrase | None = None
    """What is divided, such as ``10`` or ``10 USD`` (default: the endowment of the study's stakes)."""
    step: UnitsPhrase | None = None
    """Smallest amount that can be moved (default: that of the stakes, else 1)."""
    keep: Varied[Text] | None = None
    """Label of what is kept (default: an interface text)."""
    give: Varied[Text] | None = None
    """Label of what is given (default: an interface text)."""
    boxes: Annotated[dict[Words, Varied[Text]], Field(max_length=6)] = {}
    """Name -> label of each box, instead of keeping and giving."""
