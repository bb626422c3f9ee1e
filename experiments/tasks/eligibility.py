"""Eligibility: the question about age, and the end of the session for participants who are too young."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field

from experiments.files.references import TextKey
from experiments.measures import Measure
from experiments.measures.write import Write
from experiments.screen import Phase, Rule, Screen
from experiments.tasks.step import Composer, Step


class Eligibility(Step):
    """Ask for the participant's age; end the session of anyone below the minimum age."""

    task: Literal["eligibility"]
    phase: Phase = "consent"
    least_age: Annotated[int, Field(ge=0, le=120)] = 18
    prompt: TextKey
    """Text key of the question."""
    ineligible: TextKey
    """Text key of the page for participants who are too young."""

    def own_measures(self) -> Mapping[str, Measure]:
        age = Write(
            kind="write",
            sentence="Age.",
            prompt=self.prompt,
            required=True,
            entry="integer",
            maximum=120,
            longest=3,
            unit="years",
        )
        return {"age": age}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        end = composer.ending(self, "ineligible", self.ineligible)
        after = (Rule(end, "age", below=float(self.least_age)),)
        yield composer.screen(self, "", "write", asks=composer.own_questions(self), after=after)
