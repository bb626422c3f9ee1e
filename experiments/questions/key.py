"""``key``: a key press on a timed stimulus."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from experiments.answer_range import SECONDS, Range
from experiments.files.scalars import Words
from experiments.language.by import Varied
from experiments.questions.question import Question
from experiments.questions.stakes import Stakes


class Key(Question):
    """A key press on a stimulus that ``show`` presents."""

    yields = ("time", "correct", "result", "first")

    key: Annotated[dict[Words, Words | tuple[Words, ...]], Field(min_length=1)]
    """Key of the keyboard -> answer in the data, or several answers if it means all of them."""
    correct: Varied[Words] | None = None
    """The correct answer."""
    until: Literal["any key", "right"] = "any key"
    """Which key ends the trial: any of those listed, or only the correct one."""

    def _range(self, part: str, stakes: Stakes | None) -> Range | None:
        return SECONDS if part == "first" else None
