"""``price_list``: a choice at each of several amounts, whose turning point is the answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from experiments.answer_range import YES_NO, Range
from experiments.files.scalars import Number, Text, YesNo
from experiments.language.by import Varied, values
from experiments.questions.question import Question
from experiments.questions.stakes import Stakes


class PriceList(Question):
    """A choice between an amount and an alternative, at each of several amounts; the answer is the turning point."""

    numeric = True
    yields = ("time", "consistent")

    price_list: Varied[Text]
    """The choice."""
    amounts: Varied[Annotated[tuple[Number, ...], Field(min_length=2)]]
    """The amounts, in the order in which they are shown."""
    in_turn: Varied[YesNo] = False
    """Whether one amount is shown at a time, by halving the range, instead of the whole list."""

    def _range(self, part: str, stakes: Stakes | None) -> Range | None:
        if part == "consistent":
            return YES_NO
        amounts = [float(amount) for listed in values(self.amounts) for amount in listed]
        return Range(min(amounts), max(amounts), 0.0, "")
