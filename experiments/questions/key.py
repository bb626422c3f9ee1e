"""``key``: a key press on a timed stimulus."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from experiments.answer_range import SECONDS, Range
from experiments.files.faults import Findings, nearest
from experiments.files.scalars import Words
from experiments.language.by import Varied
from experiments.questions.question import Question
from experiments.questions.stakes import Stakes

NAMED = ("space", "return", "tab", "left", "right", "up", "down")
"""Keys that have a name; all others are the characters on them."""


class Key(Question):
    """A key press on a stimulus that ``show`` presents."""

    yields = ("time", "correct", "result", "first")

    key: Annotated[dict[Words, Words | tuple[Words, ...]], Field(min_length=1)]
    """Key of the keyboard -> answer in the data, or several answers if it means all of them."""
    correct: Varied[Words] | None = None
    """The correct answer."""
    until: Literal["any key", "right"] = "any key"
    """Which key ends the trial: any of those listed, or only the correct one."""

    @property
    def parts(self) -> tuple[str, ...]:
        known = {"correct": self.correct is not None, "first": self.until == "right"}
        return tuple(each for each in self.yields if known.get(each, True))

    def faults(self) -> Findings:
        for name in self.key:
            if name not in NAMED and not (len(name) == 1 and name == name.lower()):
                remedy = nearest(name.lower(), NAMED)
                if len(name) == 1:
                    remedy = f"Write the small letter: {name.lower()}."
                yield ("key", name), f"there is no key '{name}'", remedy
        if self.until == "right" and self.correct is None:
            found = "it ends with the right key, but no answer is the right one"
            yield ("until",), found, "Add 'correct:', or remove 'until'."

    def _range(self, part: str, stakes: Stakes | None) -> Range | None:
        return SECONDS if part == "first" else None
