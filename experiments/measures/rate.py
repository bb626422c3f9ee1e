"""The measure ``rate``: one point of a labelled scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from experiments.answer_range import Range
from experiments.files.references import TextKey
from experiments.measures.kind import Context, Measure, Numeric, not_offered
from experiments.measures.stakes import Stakes
from experiments.screen import Answer, Ask, Option

MAX_POINTS = 11


class Rate(Numeric):
    """One point of a labelled scale."""

    shares_page = True
    seconds = 3.0

    kind: Literal["rate"]
    points: Annotated[int, Field(ge=2, le=MAX_POINTS)]
    first: int = 1
    """Value of the first point."""
    low: TextKey
    """Text key of the first point's label."""
    high: TextKey
    """Text key of the last point's label."""
    labels: dict[int, TextKey] = {}
    """Value of a point between the ends -> text key of its label."""
    unit: str = "points"

    @model_validator(mode="after")
    def _between_the_ends(self) -> Rate:
        for point in self.labels:
            if not self.first < point < self.last:
                raise ValueError(
                    f"found a label for {point}; only points between {self.first} and {self.last} can have labels"
                )
        return self

    @property
    def last(self) -> int:
        """Value of the last point."""
        return self.first + self.points - 1

    @classmethod
    def instrument_item(cls, low: int, high: int, anchors: Sequence[int], **asked: Any) -> Measure:
        return cls(
            kind="rate",
            points=high - low + 1,
            first=low,
            low=str(low),
            high=str(high),
            labels={point: str(point) for point in anchors if low < point < high},
            **asked,
        )

    def range(self, stakes: Stakes | None = None) -> Range:
        return Range(self.first, self.last, 1, self.unit)

    def _fields(self, context: Context) -> dict[str, Any]:
        keys = {self.first: self.low, **self.labels, self.last: self.high}
        labels = {point: context.text(key) for point, key in keys.items()}
        points = range(self.first, self.last + 1)
        options = tuple(Option(point, labels.get(point, "")) for point in points)
        return {"unit": self.unit, "options": options}

    @classmethod
    def count(cls, ask: Ask) -> int:
        return len(ask.options)

    @classmethod
    def value(cls, ask: Ask, position: int) -> float:
        value = ask.options[position].value
        assert isinstance(value, int)
        return value

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        return not_offered(ask, answer)
