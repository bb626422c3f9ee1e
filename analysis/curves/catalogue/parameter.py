"""The numbers of a predicted curve: what each does in the equation, its range, where it comes from."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, Self

import numpy as np

from analysis.curves.catalogue.design import Array
from analysis.errors import AnalysisError
from experiments.numbers import significant

TAGS = {
    "V": "read in the source",
    "V2": "read in a secondary source",
    "M+": "recalled with confidence, source not in hand",
    "M": "recalled, to be checked against the paper",
    "C": "computed here",
    "convention": "our convention, not a published value",
    "essay": "read off the essay's text or figure, not data",
}


@dataclass(frozen=True)
class Parameter(float):
    """One number of a curve; write it as a :class:`Level`, a :class:`Slope` or a :class:`Shape`.

    It is its default value, so that it can be the default of an argument of the equation.

    The range of a shape is what a fit searches. The range of a level or slope is on the normalised
    scale (response between 0 and 1, or SD units where the unit says so) and is for simulation and
    drawing; a fit does not apply it, since ratings may run from 0 to 100.
    """

    default: float
    lower: float
    upper: float
    source: str
    tag: str = "convention"
    _: KW_ONLY
    unit: str = ""
    needs: str = ""
    """An optional column without which the parameter has no role."""
    search: Literal["linear", "log", "levels"] = "linear"
    """How a shape is searched: evenly, evenly in its logarithm, or (for a step, whose likelihood
    only changes at the observed levels) at the levels of the design."""
    name: str = ""
    """Its name in the equation; the curve's function gives it."""

    def __new__(cls, default: float, *_: Any, **__: Any) -> Self:
        """The number itself; the fields are set after."""
        return super().__new__(cls, default)

    def __post_init__(self) -> None:
        called = self.name or self.source
        if self.tag not in TAGS:
            raise AnalysisError(
                f"Parameter {called!r} has the evidence tag {self.tag!r}.",
                f"Use one of {', '.join(TAGS)}; a number that cannot be tagged is not shown.",
            )
        if not self.lower <= self.default <= self.upper:
            raise AnalysisError(
                f"Parameter {called!r} has the default {significant(self.default)} outside its range "
                f"{significant(self.lower)} to {significant(self.upper)}."
            )

    @property
    def fixed(self) -> bool:
        """Whether the range is one point: the parameter is then given, not estimated."""
        return self.lower == self.upper

    @property
    def caption(self) -> str:
        """The value with its source, as it may be shown to a reader."""
        unit = f" {self.unit}" if self.unit else ""
        value = significant(self.default)
        return f"{self.name} = {value}{unit}: {self.source} [{self.tag}: {TAGS[self.tag]}]"


class Level(Parameter):
    """A constant that a fit estimates as the intercept; a curve that runs to zero has none."""


@dataclass(frozen=True)
class Slope(Parameter):
    """A weight of the curve (a top, a difference, a slope): a fit estimates it as a coefficient."""

    _: KW_ONLY
    sign: Literal[-1, 0, 1] = 0
    """The sign that the claim demands of the coefficient; 0: either."""


class Shape(Parameter):
    """What bends the curve (a rate, an exponent, a peak): a fit searches its range."""

    def value_at(self, share: Array | float) -> Array:
        """The value at a share of the search range, 0 (lower bound) to 1 (upper bound)."""
        low, high, share = self.lower, self.upper, np.asarray(share, dtype=np.float64)
        return low * (high / low) ** share if self.search == "log" else low + (high - low) * share

    def share_of(self, value: float) -> float:
        """Where a value lies in the search range; the inverse of :meth:`value_at`."""
        low, high = self.lower, self.upper
        if self.search == "log":
            return float(np.log(value / low) / np.log(high / low))
        return float((value - low) / (high - low))
