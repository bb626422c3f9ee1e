"""The measure ``mark``: a mark on a line between two labelled ends (visual analogue scale)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from experiments.answer_range import Range
from experiments.files.references import TextKey
from experiments.measures.kind import Context, Measure, Numeric
from experiments.measures.stakes import Stakes
from experiments.numbers import count, scale_value

#: A line is a few hundred pixels long on a phone; finer steps could not be selected (convention).
MAX_STEPS = 1000


class Mark(Numeric):
    """A mark on a line between two labelled ends (visual analogue scale)."""

    shares_page = True
    seconds = 3.0

    kind: Literal["mark"]
    low: TextKey
    """Text key of the low end's label."""
    high: TextKey
    """Text key of the high end's label."""
    minimum: float = 0.0
    maximum: float = 100.0
    step: Annotated[float, Field(gt=0)] = 1.0
    unit: str = "points"

    @model_validator(mode="after")
    def _ordered(self) -> Mark:
        if self.minimum >= self.maximum:
            raise ValueError(
                f"found minimum {self.minimum:g} and maximum {self.maximum:g}; the minimum must be lower"
            )
        steps = (self.maximum - self.minimum) / self.step
        if steps > MAX_STEPS:
            raise ValueError(
                f"found {count(round(steps))} steps from {scale_value(self.minimum)} to"
                f" {scale_value(self.maximum)};"
                f" make 'step' larger: a line has at most {count(MAX_STEPS)} steps"
            )
        if round(steps) < 1 or not isclose(steps, round(steps)):
            raise ValueError(
                f"found {self.minimum:g} to {self.maximum:g} in steps of {self.step:g};"
                " the range must be a whole number of steps"
            )
        return self

    @classmethod
    def instrument_item(cls, low: int, high: int, anchors: Sequence[int], **asked: Any) -> Measure:
        return cls(kind="mark", minimum=low, maximum=high, low=str(low), high=str(high), **asked)

    def range(self, stakes: Stakes | None = None) -> Range:
        return Range(self.minimum, self.maximum, self.step, self.unit)

    def _fields(self, context: Context) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "low": self.minimum,
            "high": self.maximum,
            "step": self.step,
            "low_label": context.text(self.low),
            "high_label": context.text(self.high),
        }
