"""The range of the answers to a question: the numbers that are possible."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Range:
    """The possible answers: numbers from ``low`` to ``high`` in steps of ``step``, including both ends."""

    low: float
    high: float
    """Highest answer; infinite if there is no limit, as for times."""
    step: float
    """Smallest difference between two answers; 0 if every number between the ends is possible."""
    unit: str
    prefix: str = ""
    """Currency sign, if it is written before the amount."""
    divides: bool = False
    """Whether an amount is divided; such answers cluster at nothing, half and all (Bergh & Reinstein 2021 [V])."""

    @property
    def count(self) -> int:
        """Number of possible answers.

        Raises
        ------
        ValueError
            If there is no end to them.
        """
        if not self.step or self.high == inf:
            raise ValueError(f"the answers from {self} cannot be counted")
        return round((self.high - self.low) / self.step) + 1

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"


YES_NO = Range(0.0, 1.0, 1.0, "")
"""Whether something is so: 1 or 0."""
SECONDS = Range(0.0, inf, 0.001, "s")
"""Response times."""
