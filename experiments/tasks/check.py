"""Checks with a correct answer: comprehension (explained, then asked again) and attention (asked once)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from experiments.files.reading import Findings, Key, Model
from experiments.files.references import AskedMeasure, TextKey
from experiments.screen import Phase, Rule, Screen
from experiments.tasks.step import Composer, Outline, Step


class Question(Model):
    """One check."""

    measure: AskedMeasure
    """A declared ``choose`` measure with a correct answer."""
    explain: TextKey = ""
    """Text key of the page shown after a wrong answer, before the question is asked again."""


class Check(Step):
    """Ask questions that have a correct answer; optionally explain after a wrong answer and ask again.

    Put checks that are used to exclude participants before the manipulation.
    """

    task: Literal["check"]
    phase: Phase = "checks"
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    attempts: Annotated[int, Field(ge=1, le=5)] = 2
    """Maximum number of times that a question with an explanation is asked; the session then continues."""

    def faults(self, protocol: Outline, key: Key) -> Findings:
        for name in self.measures():
            measure = protocol.measures.get(name)
            if measure and not measure.has_right_answer():
                yield (
                    key,
                    f"the check '{name}' has no correct answer",
                    f"Add 'kind: choose' and 'correct:' to the measure '{name}'.",
                )

    def screens(self, composer: Composer) -> Iterable[Screen]:
        for question in self.questions:
            name = question.measure
            after: tuple[Rule, ...] = ()
            if question.explain and self.attempts > 1:
                ask_again = Rule(f"{self.name}.{name}")
                explained = composer.page(
                    self, f".{name}.explained", question.explain, after=(ask_again,)
                )
                composer.closing.append(explained)
                correct = composer.ask(name).correct
                right = () if correct is None else (correct,)
                after = (Rule(explained.id, name, differs=right, visits_below=self.attempts),)
            yield composer.questions(self, "", [name], after=after)
