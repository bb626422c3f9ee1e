"""Checks with a right answer: comprehension (explained, then asked again) and attention (asked once)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.composing import Composer
from experiments.reading import Key, Model
from experiments.screen import Phase, Rule, Screen
from experiments.step import Step
from experiments.undeclared import Said

if TYPE_CHECKING:
    from experiments.protocol import Protocol


class Question(Model):
    """One check."""

    measure: str
    """A declared ``choose`` measure with a right answer."""
    explain: str = ""
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

    def texts(self) -> Iterable[str]:
        return tuple(question.explain for question in self.questions if question.explain)

    def measures(self) -> Iterable[str]:
        return tuple(question.measure for question in self.questions)

    def faults(self, protocol: Protocol, key: Key) -> Said:
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
            ask = composer.ask(question.measure)
            here = f"{self.name}.{question.measure}"
            after: tuple[Rule, ...] = ()
            if question.explain and self.attempts > 1:
                right = () if ask.correct is None else (ask.correct,)
                explained = self._explained(composer, here, question.explain)
                composer.closing.append(explained)
                after = (
                    Rule(explained.id, ask.measure, differs=right, visits_below=self.attempts),
                )
            yield Screen(
                id=here,
                kind=composer.kind((question.measure,)),
                phase=self.phase,
                task=self.task,
                asks=(ask,),
                proceed=composer.interface.texts["continue"],
                after=after,
            )

    def _explained(self, composer: Composer, question: str, text: str) -> Screen:
        return Screen(
            id=f"{question}.explained",
            kind="read",
            phase=self.phase,
            task=self.task,
            content=composer.blocks(composer.text(text)),
            proceed=composer.interface.texts["continue"],
            after=(Rule(question),),
        )
