"""Checks with a right answer: comprehension (explained, then asked again) and attention (asked once)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from experiments.files.reading import Key, Model
from experiments.files.references import Asked, Found, Text
from experiments.screen import Phase, Rule, Screen
from experiments.tasks.step import Composer, Outline, Step


class Question(Model):
    """One check."""

    measure: Asked
    """A declared ``choose`` measure with a right answer."""
    explain: Text = ""
    """Text key of the page shown after a wrong answer, before the question is asked again."""


class Check(Step):
    """Ask questions with a right answer; a wrong one can be explained and the question asked again.

    Place checks before the manipulation if people are to be excluded by them.
    """

    task: Literal["check"]
    phase: Phase = "checks"
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    attempts: Annotated[int, Field(ge=1, le=5)] = 2
    """How often a question with an explanation is asked; then the session goes on all the same."""

    def faults(self, protocol: Outline, key: Key) -> Found:
        for name in self.measures():
            asked = protocol.measures.get(name)
            if asked and not asked.has_right_answer():
                yield (
                    key,
                    f"the check '{name}' has no right answer",
                    f"Give the measure '{name}' the kind 'choose' and a 'correct:'.",
                )

    def screens(self, composer: Composer) -> Iterable[Screen]:
        for question in self.questions:
            name = question.measure
            after: tuple[Rule, ...] = ()
            if question.explain and self.attempts > 1:
                asked = Rule(f"{self.name}.{name}")
                explained = composer.page(
                    self, f".{name}.explained", question.explain, after=(asked,)
                )
                composer.closing.append(explained)
                correct = composer.ask(name).correct
                right = () if correct is None else (correct,)
                after = (Rule(explained.id, name, differs=right, visits_below=self.attempts),)
            yield composer.questions(self, "", [name], after=after)
