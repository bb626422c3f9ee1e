"""Parameters of a predicted curve: their role in the equation, range and source."""

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
    "M+": "recalled with confidence, source not available to us",
    "M": "recalled, to be checked against the paper",
    "C": "computed here",
    "convention": "our convention, not a published value",
    "essay": "read from the essay's text or figure, not from data",
}


@dataclass(frozen=True)
class Parameter(float):
    """A parameter of a curve: a :class:`Level`, a :class:`Slope` or a :class:`Shape`.

    It is a number, its default value, so that it can be the default of an argument of the equation.

    The range of a shape parameter is the search range of a fit. The range of a level or slope is on the
    normalised scale (response between 0 and 1, or in SDs if that is its unit) and is used for simulation and
    drawing; a fit ignores it, since ratings may run from 0 to 100.
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
    """Search grid of a shape parameter: linear, logarithmic, or (for a step, whose likelihood changes only
    at observed levels) the levels of the design."""
    name: str = ""
    """Name in the equation; set from the function of the curve."""

    def __new__(cls, default: float, *_: Any, **__: Any) -> Self:
        """Create the number; the fields are set afterwards."""
        return super().__new__(cls, default)

    def __post_init__(self) -> None:
        label = self.name or self.source
        if self.tag not in TAGS:
            raise AnalysisError(
                f"Parameter {label!r} has the evidence tag {self.tag!r}.",
                f"Use one of {', '.join(TAGS)}; every number needs a tag.",
            )
        if not self.lower <= self.default <= self.upper:
            raise AnalysisError(
                f"Parameter {label!r} has the default {significant(self.default)}, which is outside its range "
                f"{significant(self.lower)} to {significant(self.upper)}."
            )

    @property
    def fixed(self) -> bool:
        """Whether the range is a single point, so that the parameter is not estimated."""
        return self.lower == self.upper

    @property
    def caption(self) -> str:
        """The value and its source, for the caption of a figure."""
        unit = f" {self.unit}" if self.unit else ""
        value = significant(self.default)
        return f"{self.name} = {value}{unit}: {self.source} ({TAGS[self.tag]})"


class Level(Parameter):
    """A constant, estimated as the intercept; a curve that falls to zero has none."""


@dataclass(frozen=True)
class Slope(Parameter):
    """A weight of the curve (a maximum, a difference, a slope), estimated as a coefficient."""

    _: KW_ONLY
    sign: Literal[-1, 0, 1] = 0
    """The predicted sign of the coefficient; 0: either."""


class Shape(Parameter):
    """A nonlinear parameter (a rate, an exponent, a peak), estimated by a search of its range of values."""

    def value_at(self, share: Array | float) -> Array:
        """Return the value at a share of the search range, 0 (lower bound) to 1 (upper bound)."""
        low, high, share = self.lower, self.upper, np.asarray(share, dtype=np.float64)
        return low * (high / low) ** share if self.search == "log" else low + (high - low) * share

    def share_of(self, value: float) -> float:
        """Return the position of a value in the search range, from 0 to 1; the inverse of :meth:`value_at`."""
        low, high = self.lower, self.upper
        if self.search == "log":
            return float(np.log(value / low) / np.log(high / low))
        return float((value - low) / (high - low))
