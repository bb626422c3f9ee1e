"""Stakes: what is divided, who is paid, and how an amount is written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from babel.numbers import get_currency_precision, get_currency_symbol


@dataclass(frozen=True)
class Stakes:
    """The stakes of one mode."""

    kind: Literal["real", "lottery", "hypothetical"]
    currency: str
    """ISO 4217 code; '' if there is none."""
    endowment: float
    step: float
    chance: Fraction
    """Probability that a participant's decision is paid."""

    @property
    def format(self) -> dict[str, Any]:
        """How an amount is written, for ``numbers.money``."""
        return money_format(self.currency, self.endowment, self.step)

    @property
    def probability(self) -> float | None:
        """Probability that a decision is carried out, where some are."""
        return float(self.chance) if self.kind == "lottery" else None

    @property
    def chance_words(self) -> str:
        """The share of participants who are paid."""
        return f"{float(self.chance):.0%}"


NOTHING = Stakes("hypothetical", "", 0.0, 1.0, Fraction(0))
"""The stakes of a study without any: nobody is paid for decisions."""


def money_format(currency: str, *amounts: float) -> dict[str, Any]:
    """Return how amounts in a currency are written: with decimals only if one of them needs some.

    >>> money_format("USD", 5, 1)
    {'prefix': '$', 'suffix': '', 'decimals': 0}
    """
    if not currency:
        return {"prefix": "", "suffix": "", "decimals": 0}
    whole = all(float(amount).is_integer() for amount in amounts)
    symbol = get_currency_symbol(currency, locale="en_US")
    prefix = symbol if len(symbol) == 1 else f"{symbol} "
    decimals = 0 if whole else get_currency_precision(currency)
    return {"prefix": prefix, "suffix": "", "decimals": decimals}
