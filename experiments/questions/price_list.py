"""``price_list``: a choice at each of several amounts, whose turning point is the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from experiments.answer_range import YES_NO, Range
from experiments.files.faults import Findings
from experiments.files.scalars import Number, Text, Words, YesNo
from experiments.language.by import Varied, values
from experiments.numbers import money
from experiments.questions.question import Question
from experiments.questions.stakes import Stakes, money_format


class PriceList(Question):
    """A choice between an amount and an alternative, at each of several amounts; the answer is the turning point.

    ``ADDRESS.at_75`` is 1 if the amount 75 was chosen, else 0.
    """

    numeric = True
    yields = ("time", "consistent")

    price_list: Varied[Text]
    """The choice."""
    amounts: Varied[Annotated[tuple[Number, ...], Field(min_length=2)]]
    """The amounts, in the order in which they are shown."""
    currency: Words = ""
    """Currency of the amounts, such as USD (default: that of the stakes)."""
    take: Varied[Text] | None = None
    """Label of the choice of the amount (default: an interface text)."""
    leave: Varied[Text] | None = None
    """Label of the choice of the alternative (default: an interface text)."""
    in_turn: Varied[YesNo] = False
    """Whether one amount is shown at a time, by halving the range, instead of the whole list."""

    def faults(self) -> Findings:
        if self.currency and not (len(self.currency) == 3 and self.currency.isupper()):
            yield ("currency",), f"found '{self.currency}'", "Write its code, such as USD."
        lists = [tuple(map(float, listed)) for listed in values(self.amounts)]
        if any(len(set(listed)) < len(listed) for listed in lists):
            yield ("amounts",), "an amount is there twice", "Write each amount once."
        if len({frozenset(listed) for listed in lists}) > 1:
            yield ("amounts",), "the lists have different amounts", "Only their order can differ."

    @property
    def ascending(self) -> tuple[float, ...]:
        """The amounts from the smallest."""
        return tuple(sorted({float(each) for listed in values(self.amounts) for each in listed}))

    def written(self, amount: float, stakes: Stakes | None) -> str:
        """Return an amount as participants read it."""
        currency = self.currency or (stakes.currency if stakes else "")
        return money(amount, money_format(currency, *self.ascending))

    @property
    def rows(self) -> Mapping[str, Varied[str]]:
        return {part_of(amount): f"{amount:g}" for amount in self.ascending}

    @property
    def has_address(self) -> bool:
        return True

    @property
    def words(self) -> Mapping[Any, Varied[str]]:
        labelled = {1: self.take, 0: self.leave}
        return {answer: words for answer, words in labelled.items() if words is not None}

    def _range(self, part: str, stakes: Stakes | None) -> Range | None:
        if part:
            return YES_NO
        currency = self.currency or (stakes.currency if stakes else "")
        prefix = money_format(currency, *self.ascending)["prefix"]
        return Range(self.ascending[0], self.ascending[-1], 0.0, currency, prefix)


def part_of(amount: float) -> str:
    """Return the name of the choice at an amount.

    >>> part_of(75.0), part_of(4.5)
    ('at_75', 'at_4_5')
    """
    return f"at_{amount:g}".replace(".", "_").replace("-", "minus_")
