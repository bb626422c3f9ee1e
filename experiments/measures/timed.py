"""``timed``: a key pressed in a timed trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp, log

from experiments.measures.kind import Numeric, Respondent
from experiments.screen import Answer, Ask

FASTEST, SLOWEST = 0.15, 4.0
"""Response times of simulated participants, in seconds, are between these; their logarithms have equal steps."""


class Timed(Numeric):
    """A key pressed in a timed trial. What a hypothesis predicts of it is the response time."""

    numeric = False
    shape = "times"
    together = True
    apart = True
    seconds = 0.6

    @classmethod
    def count(cls, ask: Ask) -> int:
        return 1001

    @classmethod
    def value(cls, ask: Ask, position: int) -> float:
        return FASTEST * exp(position / (cls.count(ask) - 1) * log(SLOWEST / FASTEST))

    @classmethod
    def width(cls, ask: Ask) -> float:
        return log(SLOWEST / FASTEST)

    @classmethod
    def predicted(cls, asks: Sequence[Ask]) -> tuple[Ask, ...]:
        """Return what takes the place of response times."""
        return tuple(
            replace(ask, measure=ask.measure if ask.first else f"{ask.measure}.time", unit="s")
            for ask in asks
        )

    @classmethod
    def fault(cls, ask: Ask, answer: Answer) -> str:
        if answer in ask.keys.values():
            return ""
        return f"is {answer!r:.60}, which no key means"

    @classmethod
    def answer(cls, ask: Ask, respondent: Respondent) -> Answer:
        meant = list(dict.fromkeys(ask.keys.values()))
        place = respondent.unread(len(meant), "key")
        if place is None and ask.correct is None:
            place = respondent.below(len(meant), "key")
        wrong = [each for each in meant if each != ask.correct]
        if place is not None:
            return meant[place]
        if not wrong or respondent.uniform("right") < respondent.right_key:
            return ask.correct
        return wrong[respondent.below(len(wrong), "wrong")]

    @classmethod
    def answers(
        cls, asks: Sequence[Ask], respondent: Callable[[Ask], Respondent]
    ) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for ask in asks:
            # The row with the time of the first key has the answer of the row before it.
            answers[ask.measure] = (
                answers[ask.question] if ask.first else cls.answer(ask, respondent(ask))
            )
        return answers
