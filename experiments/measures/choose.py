"""``choose``: one of several options."""

from __future__ import annotations

from experiments.measures.kind import Kind, Respondent, not_offered
from experiments.screen import Answer, Ask


class Choose(Kind):
    """One of several options."""

    seconds = 4.0

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
