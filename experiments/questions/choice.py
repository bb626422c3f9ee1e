"""``choice``: one of several options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from experiments.files.scalars import Text, Words
from experiments.language.by import Varied
from experiments.questions.options import Options
from experiments.questions.question import Checked, Order

LISTED = 12
"""More options than these are a list that scrolls; a screen has no room for as many buttons (convention)."""


class Choice(Checked):
    """One of several options; of more than twelve, from a list that scrolls."""

    choice: Varied[Text]
    """The question."""
    options: Annotated[Options, Field(min_length=2, max_length=300)]
    """Answer in the data -> its text, or the name of a shared list (``yes_no``, ``yes_no_unsure``, ``agreement7``)."""
    correct: Varied[Words] | None = None
    """The correct answer."""
    order: Order = "as written"
    """Order of the options."""

    @property
    def words(self) -> Mapping[Any, Varied[str]]:
        return self.options
