"""``allocation``: an amount divided between keeping and giving, or among several boxes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isclose
from typing import Annotated

from pydantic import Field

from experiments.answer_range import Range
from experiments.files.faults import Findings
from experiments.files.scalars import Text, Words
from experiments.language.by import Varied
from experiments.language.quantities import Amount
from experiments.language.typed import UnitsPhrase
from experiments.questions.question import Question
from experiments.questions.stakes import Stakes, money_format

KEPT = "keep"
"""Name of the box that participants keep; what is in the other boxes is given."""


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
    """Name -> label of each box, instead of keeping and giving; ``ADDRESS.BOX`` is the amount in it. Participants are paid
    what is in a box with the name `keep`."""

    def faults(self) -> Findings:
        if len(self.boxes) == 1:
            yield ("boxes",), "there is one box", "Write at least two, or 'keep' and 'give'."
        for name in ("keep", "give"):
            if self.boxes and getattr(self, name) is not None:
                yield (name,), "there are boxes too", "Write it as one of the boxes."
        if self.of is not None and self.step is not None:
            (_, whole), (_, step) = _amount(self.of), _amount(self.step)
            if not isclose(whole / step, round(whole / step)):
                found = f"{self.of} cannot be divided into steps of {self.step}"
                yield ("step",), found, "Write a step of which it is a multiple."

    def divided(self, stakes: Stakes | None) -> tuple[str, float, float] | None:
        """Return the currency ('' if there is none), what is divided, and its smallest part; None without either."""
        if self.of is not None:
            currency, whole, step = *_amount(self.of), 1.0
        elif stakes is not None and stakes.endowment:
            currency, whole, step = stakes.currency, stakes.endowment, stakes.step
        else:
            return None
        return currency, whole, step if self.step is None else _amount(self.step)[1]

    @property
    def rows(self) -> Mapping[str, Varied[str]]:
        return self.boxes

    @property
    def has_address(self) -> bool:
        return True  # Of boxes too: it is the decision that ``pay`` names.

    def _range(self, part: str, stakes: Stakes | None) -> Range | None:
        divided = self.divided(stakes)
        if divided is None or (self.boxes and not part):
            return None
        currency, whole, step = divided
        prefix = money_format(currency, whole, step)["prefix"]
        return Range(0.0, whole, step, currency or "points", prefix, divides=True)


def _amount(given: Amount | Decimal) -> tuple[str, float]:
    if isinstance(given, Amount):
        return given.currency, float(given.value)
    return "", float(given)
