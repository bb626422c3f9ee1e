"""Practice and breaks: what a loop shows besides its items."""

from __future__ import annotations

from typing import Annotated

from experiments.files.model import Model
from experiments.files.scalars import Range, Text, Whole, Words
from experiments.language.by import Varied
from experiments.language.typed import ConditionPhrase, SharePhrase


class Again(Model):
    """When practice is repeated."""

    below: SharePhrase
    """Share of correct answers below which it is repeated."""
    most: Annotated[Whole, Range(least=1)] = 3
    """Maximum number of times that it is shown."""


class Practice(Model):
    """Practice trials at the beginning of a loop."""

    where: ConditionPhrase
    """Which items; they are left out of the loop."""
    again: Again | None = None
    """When they are repeated."""
    page: Varied[Text] | None = None
    """The last screen of practice."""
    fill: dict[Words, Varied[Text]] = {}
    """Values for holes of the items' texts."""


class Break(Model):
    """A break within a loop."""

    every: Annotated[Whole, Range(least=1)]
    """Number of items after which it comes."""
    page: Varied[Text]
    """Its text."""
