"""Measures: what a protocol asks, how it is asked, and what the answer means."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from experiments.reading import Model

Role = Literal["primary", "secondary", "check", "descriptive"]


class Asked(Model):
    """What all measures share."""

    sentence: str
    """What is measured, in one sentence, for the codebook."""
    prompt: str
    """Text key of the question."""
    role: Role = "secondary"
    required: bool = False
    """Whether the question cannot be skipped; only for eligibility and consent."""
    source: str = ""
    """Where the measure comes from."""

    def answers(self) -> str:
        return "text"


class Give(Asked):
    """An amount divided between keeping and giving."""

    kind: Literal["give"]
    stakes: Literal["mode", "hypothetical"] = "mode"
    """'mode': the stakes of the mode; 'hypothetical': imagined in every mode."""
    keep: str = ""
    """Text key of the label of what is kept (default: the interface's)."""
    give: str = ""
    """Text key of the label of what is given (default: the interface's)."""


class Mark(Asked):
    """A mark on a line between two labelled ends (visual analogue scale)."""

    kind: Literal["mark"]
    low: str
    """Text key of the low end's label."""
    high: str
    """Text key of the high end's label."""
    minimum: float = 0.0
    maximum: float = 100.0
    step: Annotated[float, Field(gt=0)] = 1.0
    unit: str = "points"

    @model_validator(mode="after")
    def _ordered(self) -> Mark:
        if self.minimum >= self.maximum:
            raise ValueError(
                f"found minimum {self.minimum:g} and maximum {self.maximum:g}; the minimum is less"
            )
        return self


class Rate(Asked):
    """One point of a labelled scale."""

    kind: Literal["rate"]
    points: Annotated[int, Field(ge=2, le=11)]
    first: int = 1
    """Value of the first point."""
    low: str
    """Text key of the first point's label."""
    high: str
    """Text key of the last point's label."""
    unit: str = "points"


class Choose(Asked):
    """One of several options."""

    kind: Literal["choose"]
    options: Annotated[dict[str | int, str], Field(min_length=2, max_length=8)]
    """Value of each option -> text key of its label."""
    correct: str | int | None = None
    """Value of the right option, if there is one in every condition."""
    correct_by: dict[str, dict[str | int, str | int]] = {}
    """Factor -> its level -> the option that is right there."""

    @model_validator(mode="after")
    def _known(self) -> Choose:
        right = [] if self.correct is None else [self.correct]
        right += [value for by in self.correct_by.values() for value in by.values()]
        wrong = [value for value in right if value not in self.options]
        if wrong:
            raise ValueError(
                f"found the right answer {wrong[0]!r}, which is no option;"
                f" the options are {', '.join(map(str, self.options))}"
            )
        return self


class Write(Asked):
    """A typed text or whole number."""

    kind: Literal["write"]
    entry: Literal["text", "lines", "integer"] = "text"
    minimum: float = 0
    maximum: float = 0
    longest: Annotated[int, Field(ge=1, le=5000)] = 200
    unit: str = ""

    @model_validator(mode="after")
    def _ranged(self) -> Write:
        if self.entry == "integer" and self.minimum >= self.maximum:
            raise ValueError("a whole number needs 'minimum' and 'maximum'; state both")
        return self


Measure = Annotated[Give | Mark | Rate | Choose | Write, Field(discriminator="kind")]
