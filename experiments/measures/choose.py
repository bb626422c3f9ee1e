"""The measure ``choose``: one of several options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from experiments.files.references import FactorName, Level, LevelsOfFactors, TextKey
from experiments.measures.kind import Cells, Context, Measure, Respondent, not_offered
from experiments.measures.stakes import Stakes
from experiments.screen import Answer, Ask, Option


class Choose(Measure):
    """One of several options."""

    seconds = 4.0

    kind: Literal["choose"]
    options: Annotated[dict[str | int, TextKey], Field(min_length=2, max_length=8)]
    """Value of the option -> text key of its label."""
    correct: str | int | None = None
    """Value of the correct option, if it is the same in every condition."""
    correct_by: Annotated[
        dict[FactorName, dict[Level, str | int]], LevelsOfFactors(whole=True), Field(max_length=1)
    ] = {}
    """Instead of ``correct``: factor -> level -> value of the correct option at this level."""

    @model_validator(mode="after")
    def _known(self) -> Choose:
        if self.correct is not None and self.correct_by:
            raise ValueError("found both 'correct' and 'correct_by'; keep one of them")
        right = [] if self.correct is None else [self.correct]
        right += [value for by in self.correct_by.values() for value in by.values()]
        wrong = [value for value in right if value not in self.options]
        if wrong:
            raise ValueError(
                f"found the correct answer {wrong[0]!r}, which is not an option;"
                f" the options are {', '.join(map(str, self.options))}"
            )
        return self

    def has_right_answer(self) -> bool:
        return self.correct is not None or bool(self.correct_by)

    def possible_answers(self) -> str:
        return ", ".join(map(str, self.options))

    def _answer_entry(
        self, texts: Mapping[str, str], stakes: Mapping[str, Stakes]
    ) -> dict[str, Any]:
        levels = {str(value): texts.get(key, str(value)) for value, key in self.options.items()}
        right = {} if self.correct is None else {"Correct": self.correct}
        return {"Levels": levels, **right}

    def _fields(self, context: Context) -> dict[str, Any]:
        options = tuple(Option(value, context.text(key)) for value, key in self.options.items())
        return {"options": options, "correct": self._right(context.cells)}

    def _right(self, cells: Cells) -> str | int | None:
        for factor, by in self.correct_by.items():
            if factor in cells and cells[factor] in by:
                return by[cells[factor]]
        return self.correct

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        return not_offered(ask, answer)

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        values = [option.value for option in ask.options]
        position = respondent.unread(len(values), "choose")
        if position is None and ask.correct is None:
            position = respondent.below(len(values), "choose")
        if position is not None:
            return values[position]
        if respondent.uniform("right") < respondent.right:
            return ask.correct
        wrong = [value for value in values if value != ask.correct]
        return wrong[respondent.below(len(wrong), "wrong")]
